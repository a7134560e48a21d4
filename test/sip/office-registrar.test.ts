import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findHeader, findHeaders } from '#shared/sip/find-header.ts';
import { OfficeFixture } from '#test/support/office/office-fixture.ts';
import { digestAnswer } from '#test/support/office/test-client.ts';

describe('registrar of the practice office', () => {
  let fixture: OfficeFixture;
  beforeEach(async () => {
    fixture = await OfficeFixture.start();
  });
  afterEach(() => fixture.dispose());

  it('offers SHA-256 before MD5 and registers with the first', async () => {
    const client = await fixture.connect('10');
    client.send('REGISTER', 'sip:10@127.0.0.1');
    const challenge = await client.takeResponse('REGISTER');
    expect(challenge.status).toBe(401);
    expect(findHeaders(challenge.headers, 'WWW-Authenticate').map((value) => /algorithm=([\w-]+)/.exec(value)?.[1])).toEqual([
      'SHA-256',
      'MD5',
    ]);
    const response = await client.register({ expires: 300 });
    expect(response.status).toBe(200);
    expect(findHeader(response.headers, 'Contact')).toBe(
      `${client.contact};+sip.instance="<${client.options.instance}>";reg-id=1;expires=300`,
    );
    expect(findHeader(response.headers, 'Require')).toBe('outbound');
  });

  it('registers with MD5 as well', async () => {
    const client = await fixture.connect('10');
    client.send('REGISTER', 'sip:10@127.0.0.1');
    const md5 = findHeaders((await client.takeResponse('REGISTER')).headers, 'WWW-Authenticate')[1] ?? '';
    const { user, password } = client.options;
    const response = await client.register({
      authorization: digestAnswer(md5, { user, password, method: 'REGISTER', uri: 'sip:127.0.0.1' }),
    });
    expect(response.status).toBe(200);
  });

  it('refuses a wrong password, an unknown user and a foreign identity', async () => {
    const client = await fixture.connect('10');
    const refused = await client.register({ password: 'wrong' });
    expect(refused.status).toBe(401);
    expect(findHeader(refused.headers, 'WWW-Authenticate')).not.toContain('stale');
    client.send('REGISTER', 'sip:99@127.0.0.1');
    expect((await client.takeResponse('REGISTER')).status).toBe(404);
    client.send('REGISTER', 'sip:11@127.0.0.1');
    const challenge = findHeader((await client.takeResponse('REGISTER')).headers, 'WWW-Authenticate') ?? '';
    const { user, password } = client.options;
    client.send('REGISTER', 'sip:11@127.0.0.1', [
      { name: 'Authorization', value: digestAnswer(challenge, { user, password, method: 'REGISTER', uri: 'sip:11@127.0.0.1' }) },
    ]);
    expect((await client.takeResponse('REGISTER')).status).toBe(403);
  });

  it('calls a nonce stale when it is old or its count was used before', async () => {
    const client = await fixture.connect('10');
    const { user, password } = client.options;
    client.send('REGISTER', 'sip:10@127.0.0.1');
    const challenge = findHeader((await client.takeResponse('REGISTER')).headers, 'WWW-Authenticate') ?? '';
    const authorization = digestAnswer(challenge, { user, password, method: 'REGISTER', uri: 'sip:10@127.0.0.1' });
    const attempt = async (value: string): Promise<{ status: number; challenge: string }> => {
      client.send('REGISTER', 'sip:10@127.0.0.1', [{ name: 'Authorization', value }]);
      const response = await client.takeResponse('REGISTER');
      return { status: response.status, challenge: findHeader(response.headers, 'WWW-Authenticate') ?? '' };
    };
    expect((await attempt(authorization)).status).toBe(200);
    const replayed = await attempt(authorization);
    expect(replayed).toMatchObject({ status: 401, challenge: expect.stringContaining('stale=true') });
    const next = { user, password, method: 'REGISTER', uri: 'sip:10@127.0.0.1', count: 2 };
    expect((await attempt(digestAnswer(challenge, next))).status).toBe(200);
    fixture.clock.advance(301_000);
    expect(await attempt(digestAnswer(challenge, { ...next, count: 3 }))).toMatchObject({
      status: 401,
      challenge: expect.stringContaining('stale=true'),
    });
  });

  it('keeps two devices of a user, replaces one by its instance, and lists them all', async () => {
    const desk = await fixture.registered('10', 'urn:uuid:desk-0001');
    const home = await fixture.connect('10', { instance: 'urn:uuid:home-0002' });
    const both = await home.register({ expires: 120 });
    expect(both.contacts.map(({ parameters }) => parameters.get('+sip.instance')).sort()).toEqual([
      '<urn:uuid:desk-0001>',
      '<urn:uuid:home-0002>',
    ]);
    expect(fixture.office.inventory.bindings).toBe(2);
    const again = await fixture.connect('10', { instance: 'urn:uuid:desk-0001' });
    again.registerCallId = 'after a restart';
    expect((await again.register()).contacts).toHaveLength(2);
    await desk.close();
    await again.register();
    expect(fixture.office.inventory.bindings).toBe(2);
  });

  it('ends bindings with their time, with their flow, by request, and all at once', async () => {
    const client = await fixture.connect('10');
    await client.register({ expires: 60 });
    fixture.clock.advance(59_000);
    expect(fixture.office.inventory.bindings).toBe(1);
    fixture.clock.advance(2000);
    expect(fixture.office.inventory.bindings).toBe(0);
    await client.register();
    expect((await client.register({ expires: 0 })).contacts).toEqual([]);
    await client.register();
    expect((await client.register({ contacts: ['*'], expires: 0 })).status).toBe(200);
    expect(fixture.office.inventory.bindings).toBe(0);
    await client.register();
    const other = await fixture.registered('11');
    await client.close();
    other.askOptions();
    await other.takeResponse('OPTIONS');
    expect(fixture.office.inventory.bindings).toBe(1);
  });

  it('asks for a longer time with 423 and shortens a huge one', async () => {
    const client = await fixture.connect('10');
    const brief = await client.register({ expires: 10 });
    expect([brief.status, findHeader(brief.headers, 'Min-Expires')]).toEqual([423, '30']);
    const huge = await client.register({ expires: 4_000_000_000 });
    expect(huge.contacts[0]?.parameters.get('expires')).toBe('3600');
  });

  it('refuses a REGISTER that was overtaken', async () => {
    const client = await fixture.registered('10');
    client.registerSequence -= 2;
    expect((await client.register()).status).toBe(500);
  });

  it('closes only the connection that sends garbage, and answers what can be answered', async () => {
    const good = await fixture.registered('10');
    const bad = await fixture.connect('11');
    bad.sendRaw('GET / HTTP/1.1\r\nHost: office\r\n\r\n');
    await bad.untilClosed();
    const binary = await fixture.connect('11');
    binary.sendRaw(Uint8Array.from({ length: 400 }, (_, index) => index & 0xff));
    await binary.untilClosed();
    good.sendRaw(
      'OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/WSS x.invalid;branch=z9hG4bKq\r\nCall-ID: q\r\nCSeq: 1 INVITE\r\nFrom: <sip:10@127.0.0.1>;tag=1\r\nTo: <sip:127.0.0.1>\r\n\r\n',
    );
    expect(await good.take((message) => message.kind === 'response' && message.callId === 'q')).toMatchObject({ status: 400 });
    good.sendRaw('\r\n\r\n');
    good.askOptions();
    const answer = await good.takeResponse('OPTIONS');
    expect([answer.status, good.pongs]).toEqual([200, 1]);
  });

  it('lets no web page in', async () => {
    await expect(fixture.connect('10', { headers: { origin: 'https://example.com' } })).rejects.toThrow('403');
    await expect(fixture.connect('10', { headers: { origin: 'null' } })).rejects.toThrow('403');
    const own = await fixture.connect('10', { headers: { origin: 'app://commute' } });
    expect((await own.register()).status).toBe(200);
  });
});
