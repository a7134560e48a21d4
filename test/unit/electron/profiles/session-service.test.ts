import { describe, expect, it } from 'vitest';
import type { OfficePort } from '#electron/profiles/session-ports.ts';
import { SessionService } from '#electron/profiles/session-service.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { SignIn } from '#shared/ipc/ui-contract.ts';
import type { Account, Server } from '#shared/profiles/account.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { FakeLine, registered, sampleAccount } from '#test/support/calls/fake-line.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');
const officeServer: Server = { host: '127.0.0.1', port: 8802, transport: 'wss', path: '/', trust: { kind: 'pinned', fingerprint } };

const request: SignIn = {
  user: '201',
  password: 'secret',
  authUser: '',
  displayName: 'Mia Klein',
  domain: '',
  servers: [{ host: 'office.test', port: 8802, transport: 'wss', path: '/', trust: { kind: 'system' } }],
  remember: true,
};

interface Arrangement {
  readonly account?: Account;
  readonly passwords?: readonly (readonly [string, string])[];
  readonly office?: OfficePort;
}

function setUp({ account = undefined, passwords = [], office }: Arrangement = {}) {
  const lines: { line: FakeLine; password: () => string | undefined }[] = [];
  const secrets = new Map(passwords);
  const saved: (Account | null)[] = account === undefined ? [] : [account];
  const log: string[] = [];
  const keys = { readable: true };
  let ids = 0;
  const service = new SessionService({
    settings: { account: () => saved.at(-1) ?? null, save: (next) => saved.push(next) },
    secrets: {
      has: (key) => secrets.has(key),
      get: (key) => (keys.readable ? secrets.get(key) : undefined),
      set: (key, value) => secrets.set(key, value),
      remove: (key) => secrets.delete(key),
    },
    office: office ?? {
      ensure: () => Promise.resolve(officeServer),
      credentialsFor: (user) => Promise.resolve({ user: user ?? '10', displayName: 'Anna Berger', password: 'practice' }),
    },
    createLine: (forAccount, password) => {
      const line = new FakeLine(forAccount);
      line.registration = { phase: 'signed-out' };
      lines.push({ line, password });
      return line;
    },
    endCalls: () => {
      log.push('calls ended');
      return Promise.resolve();
    },
    clock: new VirtualClock(),
    newId: () => `id-${++ids}`,
    logger: silentLogger,
  });
  const last = () => {
    const found = lines.at(-1);
    if (found === undefined) throw new Error('no line yet');
    return found;
  };
  return { service, lines, last, secrets, keys, saved, log };
}

describe('signing in', () => {
  it('stores account and password only when the server has accepted them', () => {
    const t = setUp();
    t.service.signIn(request);
    expect(t.service.state).toMatchObject({ stage: 'signing-in', account: { user: '201', authUser: null } });
    expect(t.saved).toEqual([]);
    t.last().line.setRegistration(registered);
    expect(t.service.state.stage).toBe('signed-in');
    expect(t.saved.at(-1)).toMatchObject({ id: 'id-1', user: '201' });
    expect(t.secrets.get('id-1')).toBe('secret');
  });

  it('does not keep a password that should be forgotten', () => {
    const t = setUp();
    t.service.signIn({ ...request, remember: false });
    t.last().line.setRegistration(registered);
    expect(t.secrets.size).toBe(0);
    expect(t.last().password()).toBe('secret');
  });

  it.each(['refused', 'waiting'] as const)('shows the first failure (%s) instead of trying on behind the back', (phase) => {
    const t = setUp();
    t.service.signIn(request);
    const error = { code: 'wrong-password', details: {} } as const;
    const { line } = t.last();
    line.setRegistration(phase === 'refused' ? { phase, server: 's', error } : { phase, server: 's', error, retryAt: 5 });
    expect(t.service.state).toMatchObject({ stage: 'signed-out', error, account: { user: '201' } });
    expect(line.disposed).toBe(true);
    expect(t.saved).toEqual([]);
  });

  it('can be given up', () => {
    const t = setUp();
    t.service.signIn(request);
    t.service.cancelSignIn();
    expect(t.service.state).toMatchObject({ stage: 'signed-out', error: null });
    expect(t.last().line.disposed).toBe(true);
  });

  it('tries again with a certificate that the person trusts, and with nothing else', () => {
    const t = setUp();
    t.service.signIn(request);
    t.last().line.setRegistration({ phase: 'refused', server: 's', error: { code: 'certificate-untrusted', details: {} } });
    expect(() => t.service.trustCertificate('other.test', 8802, fingerprint)).toThrowError(
      expect.objectContaining({ code: 'request-invalid' }),
    );
    t.service.trustCertificate('office.test', 8802, fingerprint);
    expect(t.lines).toHaveLength(2);
    expect(t.last().line.account.servers[0]?.trust).toEqual({ kind: 'pinned', fingerprint });
    expect(t.last().password()).toBe('secret');
  });
});

describe('an attempt that failed', () => {
  const error = { code: 'proxy-password-needed', details: {} } as const;

  it('is made again when the person has put right what was in its way, and not by the network', () => {
    const t = setUp();
    t.service.signIn(request);
    t.last().line.setRegistration({ phase: 'waiting', server: 's', error, retryAt: 5 });
    t.service.retryNow('network-changed');
    expect(t.service.state.stage).toBe('signed-out');
    t.service.retryNow();
    expect(t.service.state).toMatchObject({ stage: 'signing-in', error: null, account: { user: '201' } });
    expect(t.lines).toHaveLength(2);
    expect(t.last().password()).toBe('secret');
    t.last().line.setRegistration(registered);
    expect(t.service.state.stage).toBe('signed-in');
    expect(t.secrets.get('id-1')).toBe('secret');
  });

  it('is not made again by somebody who gave it up', () => {
    const t = setUp();
    t.service.signIn(request);
    t.service.cancelSignIn();
    t.service.retryNow();
    expect(t.service.state.stage).toBe('signed-out');
    expect(t.lines).toHaveLength(1);
  });
});

describe('a kept account', () => {
  it('signs in by itself with the stored password', async () => {
    const t = setUp({ account: sampleAccount, passwords: [['account-1', 'kept']] });
    await t.service.restore();
    expect(t.service.state.stage).toBe('signed-in');
    expect(t.last().password()).toBe('kept');
  });

  it('is connected before its password can be read, and asked for it when it cannot be decrypted', async () => {
    const t = setUp({ account: sampleAccount, passwords: [['account-1', 'kept']] });
    t.keys.readable = false;
    await t.service.restore();
    expect(t.last().line.orders).toEqual([['start']]);
    t.service.checkPassword();
    expect(t.last().line.disposed).toBe(true);
    expect(t.service.state).toMatchObject({ stage: 'signed-out', account: sampleAccount, error: { code: 'password-not-kept' } });
  });

  it('stays as it is when its password can be read', async () => {
    const t = setUp({ account: sampleAccount, passwords: [['account-1', 'kept']] });
    await t.service.restore();
    t.service.checkPassword();
    expect(t.service.state.stage).toBe('signed-in');
    expect(t.lines).toHaveLength(1);
  });

  it('asks for the password where that was not kept, and says why', async () => {
    const t = setUp({ account: sampleAccount });
    await t.service.restore();
    expect(t.service.state).toEqual({
      stage: 'signed-out',
      account: sampleAccount,
      error: { code: 'password-not-kept', details: { user: '201' } },
    });
    expect(t.lines).toEqual([]);
    expect(t.saved).toEqual([sampleAccount]);
  });

  it('stays signed in while its server is away', async () => {
    const t = setUp({ account: sampleAccount, passwords: [['account-1', 'kept']] });
    await t.service.restore();
    t.last().line.setRegistration({ phase: 'waiting', server: 's', retryAt: 1, error: { code: 'connection-refused', details: {} } });
    expect(t.service.state.stage).toBe('signed-in');
    expect(t.last().line.disposed).toBe(false);
  });

  it('is tried again at once when the person asks, also after a refusal', async () => {
    const t = setUp({ account: sampleAccount, passwords: [['account-1', 'kept']] });
    await t.service.restore();
    const { line } = t.last();
    line.orders.length = 0;
    line.setRegistration({ phase: 'waiting', server: 's', retryAt: 1, error: { code: 'connection-refused', details: {} } });
    t.service.retryNow();
    line.setRegistration({ phase: 'refused', server: 's', error: { code: 'registration-refused', details: {} } });
    t.service.retryNow();
    expect(line.orders).toEqual([['reconnect', 'asked'], ['start']]);
  });

  it('is not begun again by the network where it was refused: another device may have taken it over', async () => {
    const t = setUp({ account: sampleAccount, passwords: [['account-1', 'kept']] });
    await t.service.restore();
    const { line } = t.last();
    line.orders.length = 0;
    line.setRegistration({ phase: 'refused', server: 's', error: { code: 'taken-over', details: { name: 'laptop' } } });
    t.service.retryNow('network-changed');
    t.service.retryNow('resumed');
    expect(line.orders).toEqual([
      ['reconnect', 'network-changed'],
      ['reconnect', 'resumed'],
    ]);
  });

  it.each(['wrong-password', 'user-unknown'] as const)(
    'asks again where the server no longer takes it (%s), and forgets nothing',
    async (code) => {
      const t = setUp({ account: sampleAccount, passwords: [['account-1', 'kept']] });
      await t.service.restore();
      t.last().line.setRegistration({ phase: 'refused', server: 's', error: { code, details: {} } });
      expect(t.service.state).toEqual({ stage: 'signed-out', account: sampleAccount, error: { code, details: {} } });
      expect(t.saved).toEqual([sampleAccount]);
      t.service.signIn(request);
      t.last().line.setRegistration(registered);
      expect([...t.secrets]).toEqual([['id-1', 'secret']]);
    },
  );

  it('stays with its calls when the password changes under it', async () => {
    const t = setUp({ account: sampleAccount, passwords: [['account-1', 'kept']] });
    await t.service.restore();
    const { line } = t.last();
    line.setRegistration(registered);
    line.setRegistration({ phase: 'refused', server: 's', error: { code: 'wrong-password', details: {} } });
    expect(t.service.state.stage).toBe('signed-in');
    expect(line.disposed).toBe(false);
  });

  it('goes back to the sign-in page with everything but the password when the server takes it no longer', async () => {
    const t = setUp({ account: sampleAccount, passwords: [['account-1', 'kept']] });
    await t.service.restore();
    const { line } = t.last();
    line.setRegistration(registered);
    const error = { code: 'wrong-password', details: {} } as const;
    line.setRegistration({ phase: 'refused', server: 's', error });
    await t.service.signInAgain();
    expect(t.log).toEqual(['calls ended']);
    expect(line.disposed).toBe(true);
    expect(t.service.state).toEqual({ stage: 'signed-out', account: sampleAccount, error });
    expect(t.saved.at(-1)).toEqual(sampleAccount);
  });

  it('is forgotten at sign-out, after its calls and its registration', async () => {
    const t = setUp({ account: sampleAccount, passwords: [['account-1', 'kept']] });
    await t.service.restore();
    const { line } = t.last();
    await t.service.signOut();
    expect(t.log).toEqual(['calls ended']);
    expect(line.orders).toContainEqual(['unregister']);
    expect(line.disposed).toBe(true);
    expect(t.saved.at(-1)).toBeNull();
    expect(t.secrets.size).toBe(0);
    expect(t.service.state).toEqual({ stage: 'signed-out', account: null, error: null });
  });
});

describe('the practice office', () => {
  it('needs no typing', async () => {
    const t = setUp();
    await t.service.signInPracticeOffice(null);
    expect(t.last().line.account).toMatchObject({ kind: 'practice-office', user: '10', servers: [officeServer] });
    t.last().line.setRegistration(registered);
    expect(t.service.state.stage).toBe('signed-in');
    expect(t.secrets.size).toBe(0);
  });

  it('says why it did not open', async () => {
    const office: OfficePort = {
      ensure: () => Promise.reject(new AppError('practice-office-failed', { details: { port: 8802 } })),
      credentialsFor: () => Promise.reject(new Error('not asked')),
    };
    const t = setUp({ office });
    await t.service.signInPracticeOffice(null);
    expect(t.service.state).toMatchObject({ stage: 'signed-out', error: { code: 'practice-office-failed' } });
  });

  it('is opened again when the Commute that ran it has quit', async () => {
    let opened = 0;
    const office: OfficePort = {
      ensure: () => {
        opened += 1;
        return Promise.resolve(officeServer);
      },
      credentialsFor: () => Promise.resolve({ user: '11', displayName: 'Ben', password: 'p' }),
    };
    const t = setUp({ office });
    await t.service.signInPracticeOffice('11');
    const { line } = t.last();
    line.setRegistration(registered);
    line.setRegistration({ phase: 'waiting', server: 's', retryAt: 1, error: { code: 'connection-lost', details: {} } });
    await Promise.resolve();
    await Promise.resolve();
    expect(opened).toBe(2);
    expect(line.orders).toContainEqual(['reconnect', 'asked']);
  });

  it('is not waited for by somebody who gave up', async () => {
    let open: (server: Server) => void = () => undefined;
    const office: OfficePort = {
      ensure: () => new Promise((resolve) => (open = resolve)),
      credentialsFor: () => Promise.resolve({ user: '11', displayName: 'Ben', password: 'p' }),
    };
    const t = setUp({ office });
    const signingIn = t.service.signInPracticeOffice('11');
    t.service.cancelSignIn();
    open(officeServer);
    await signingIn;
    expect(t.lines).toEqual([]);
    expect(t.service.state.stage).toBe('signed-out');
  });
});

describe('a pinned certificate that was seen', () => {
  const pinned: Account = {
    ...sampleAccount,
    servers: [
      { host: 'office.test', port: 8802, transport: 'wss', path: '/', trust: { kind: 'pinned', fingerprint } },
      { host: 'office.test', port: 8803, transport: 'wss', path: '/', trust: { kind: 'system' } },
    ],
  };
  const learned = { host: 'office.test', port: 8802, certificate: 'PEM' };

  it('is kept with its server, and the line goes on', async () => {
    const t = setUp({ account: pinned, passwords: [['account-1', 'kept']] });
    await t.service.restore();
    t.last().line.learnCertificate(learned);
    expect(t.saved.at(-1)?.servers.map(({ trust }) => trust)).toEqual([
      { kind: 'pinned', fingerprint, certificate: 'PEM' },
      { kind: 'system' },
    ]);
    expect(t.lines).toHaveLength(1);
    expect(t.last().line.disposed).toBe(false);
    expect(t.last().line.orders).toEqual([['start']]);
  });

  it('is saved with an account that is only now being signed in, when that has come to pass', () => {
    const t = setUp();
    t.service.signIn({ ...request, servers: pinned.servers });
    t.last().line.learnCertificate(learned);
    expect(t.saved).toEqual([]);
    t.last().line.setRegistration(registered);
    expect(t.saved.at(-1)?.servers[0]?.trust).toEqual({ kind: 'pinned', fingerprint, certificate: 'PEM' });
    expect(t.service.state.account?.servers[0]?.trust).toEqual({ kind: 'pinned', fingerprint, certificate: 'PEM' });
  });

  it('changes nothing where nothing is pinned, nor after the line has gone', async () => {
    const t = setUp({ account: pinned, passwords: [['account-1', 'kept']] });
    await t.service.restore();
    const { line } = t.last();
    line.learnCertificate({ ...learned, port: 8803 });
    expect(t.saved.at(-1)).toEqual(pinned);
    await t.service.signOut();
    line.learnCertificate(learned);
    expect(t.saved.at(-1)).toBeNull();
  });

  it('is not kept for the practice office, which tells its own at each start', async () => {
    const t = setUp();
    await t.service.signInPracticeOffice(null);
    t.last().line.setRegistration(registered);
    const before = t.saved.length;
    t.last().line.learnCertificate({ ...learned, host: '127.0.0.1' });
    expect(t.saved).toHaveLength(before);
  });
});
