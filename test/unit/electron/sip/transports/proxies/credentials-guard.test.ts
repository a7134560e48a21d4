import { describe, expect, it } from 'vitest';
import { CredentialsGuard, credentialsRefused, type ProxyCredentials } from '#electron/sip/transports/proxies/credentials-guard.ts';

const details = { proxy: 'proxy:3128' };

function setUp(credentials: ProxyCredentials | undefined = { user: 'mia', password: 'secret' }) {
  const held: { credentials: ProxyCredentials | undefined } = { credentials };
  const guard = new CredentialsGuard(() => held.credentials);
  const tries: string[] = [];
  /** An attempt whose outcome the test decides. */
  const begin = () => {
    const outcome = Promise.withResolvers<'taken' | typeof credentialsRefused>();
    const result = guard.use(details, ({ password }) => {
      tries.push(password);
      return outcome.promise;
    });
    return { ...outcome, result };
  };
  return { held, guard, tries, begin };
}

describe('credentials at a proxy', () => {
  it('are needed', async () => {
    const t = setUp();
    t.held.credentials = undefined;
    await expect(t.begin().result).rejects.toMatchObject({ code: 'proxy-password-needed', details });
    expect(t.tries).toEqual([]);
  });

  it('are tried by one while the others wait, who then use what was taken, side by side', async () => {
    const t = setUp();
    const [first, second, third] = [t.begin(), t.begin(), t.begin()];
    expect(t.tries).toHaveLength(1);
    first.resolve('taken');
    expect(await first.result).toBe('taken');
    await expect.poll(() => t.tries.length).toBe(3);
    second.resolve('taken');
    third.resolve('taken');
    expect(await Promise.all([second.result, third.result])).toEqual(['taken', 'taken']);
  });

  it('are refused for all who waited, and never tried again', async () => {
    const t = setUp();
    const [first, second] = [t.begin(), t.begin()];
    first.resolve(credentialsRefused);
    const refused = { code: 'proxy-password-needed', details: { ...details, refused: true } };
    await expect(first.result).rejects.toMatchObject(refused);
    await expect(second.result).rejects.toMatchObject(refused);
    await expect(t.begin().result).rejects.toMatchObject(refused);
    expect(t.tries).toEqual(['secret']);
    expect(t.guard.usable).toBeUndefined();
  });

  it('are tried anew when they are others', async () => {
    const t = setUp();
    const first = t.begin();
    first.resolve(credentialsRefused);
    await expect(first.result).rejects.toThrow();
    t.held.credentials = { user: 'mia', password: 'other' };
    const second = t.begin();
    second.resolve('taken');
    expect(await second.result).toBe('taken');
    expect(t.tries).toEqual(['secret', 'other']);
  });

  it('are left to the next who waits when an attempt comes to nothing', async () => {
    const t = setUp();
    const [first, second] = [t.begin(), t.begin()];
    first.reject(new Error('proxy gone'));
    await expect(first.result).rejects.toThrow('proxy gone');
    second.resolve('taken');
    expect(await second.result).toBe('taken');
    expect(t.tries).toHaveLength(2);
  });
});
