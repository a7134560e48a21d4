import { SipStack } from '#electron/sip/user-agent.ts';
import type { RegistrationProbe } from '#shared/network/doctor-evidence.ts';
import type { Account, Server } from '#shared/profiles/account.ts';
import type { Clock } from '#shared/util/clock.ts';
import { silentLogger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';

interface Wishes {
  readonly account: Account;
  readonly server: Server;
  readonly password: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** Asks a registrar by signing in at it and out again. */
export async function probeBySignIn({ account, server, password, clock, random, signal }: Wishes): Promise<RegistrationProbe> {
  const stack = new SipStack({
    account: { ...account, servers: [server] },
    password: () => password,
    instanceId: '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d',
    clock,
    random,
    logger: silentLogger,
    userAgentName: 'Commute/test',
    delegate: {},
  });
  try {
    return await new Promise<RegistrationProbe>((resolve) => {
      signal.addEventListener('abort', () => resolve({ error: { code: 'connection-timed-out', details: {} }, others: [], dateMs: null }));
      stack.onRegistrationChanged((status) => {
        if (status.phase === 'registered') resolve({ error: null, others: status.others, dateMs: null });
        if (status.phase === 'refused' || status.phase === 'waiting') resolve({ error: status.error, others: [], dateMs: null });
      });
      stack.start();
    });
  } finally {
    await stack.unregister();
    stack.dispose();
  }
}
