import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hardCutMs, lastCutMs } from '#shared/media/gathering.ts';
import type { IceConfiguration } from '#shared/ipc/media-contract.ts';
import { type Coturn, startCoturn } from '../support/lab/coturn.ts';
import { type MappedServer, startMappedServer } from '../support/network/mapped-server.ts';
import { openSilentPort, type SilentPort } from '../support/network/silent-port.ts';
import { openSlowPath } from '../support/network/slow-path.ts';
import { useMediaHost } from './fixture/host-suite.ts';

const first = { iceRestart: false, hold: false };
/** Longer than the pool waits before it prepares the next connection, and than that takes to gather. */
const refillMs = 700;

const held: { servers?: { readonly coturn: Coturn; readonly nat: MappedServer; readonly silent: SilentPort } } = {};
const media = useMediaHost();
beforeAll(async () => {
  const [coturn, nat, silent] = await Promise.all([startCoturn(), startMappedServer('203.0.113.7'), openSilentPort()]);
  held.servers = { coturn, nat, silent };
});
afterAll(async () => {
  held.servers?.nat.close();
  held.servers?.silent.close();
  await held.servers?.coturn.dispose();
});

function servers(): NonNullable<typeof held.servers> {
  if (held.servers === undefined) throw new Error('The servers did not start.');
  return held.servers;
}

type Server = IceConfiguration['servers'][number];
function living(credential?: string): Server {
  const { host, port, username, password } = servers().coturn;
  return { urls: `turn:${host}:${port}?transport=udp`, username, credential: credential ?? password };
}
const reflexive = (): Server => ({ urls: servers().nat.uri });
const deadStun = (): Server => ({ urls: `stun:127.0.0.1:${servers().silent.port}` });
const deadTurn = (): Server => ({ urls: `turn:127.0.0.1:${servers().silent.port}?transport=udp`, username: 'u', credential: 'p' });

const configure = (relayOnly: boolean, ...list: Server[]): Promise<void> => media().configure({ ice: { servers: list, relayOnly } });

/** The offers of two calls in a row: the first takes the connection that was kept ready, the second has none. */
async function offers(): Promise<{ readonly warm: Timed; readonly cold: Timed }> {
  await new Promise((resolve) => setTimeout(resolve, refillMs));
  return { warm: await offer('warm'), cold: await offer('cold') };
}
type Timed = { readonly sdp: string; readonly ms: number };
async function offer(peer: string): Promise<Timed> {
  const { answer, ms } = await media().timed('createOffer', peer, first);
  return { sdp: answer, ms };
}

const typesIn = (sdp: string): Set<string> => new Set([...sdp.matchAll(/^a=candidate:.* typ (\w+)/gm)].map(([, type = '']) => type));

describe('a call with STUN and TURN', () => {
  it('offers its own, its reflexive and its relayed address', async () => {
    await configure(false, reflexive(), living());
    for (const { sdp, ms } of Object.values(await offers())) {
      expect(typesIn(sdp)).toEqual(new Set(['host', 'srflx', 'relay']));
      expect(ms).toBeLessThan(hardCutMs);
    }
  });

  it('offers the relay alone where only that is allowed, and sounds through it', async () => {
    await configure(true, reflexive(), living());
    for (const { sdp } of Object.values(await offers())) expect(typesIn(sdp)).toEqual(new Set(['relay']));
    await media().connect('a', 'b');
    await media().untilHeard('b', 1_000);
    expect((await media().call('stats', 'a')).pair).toEqual({ local: 'relay', remote: 'relay', protocol: 'udp' });
  });

  it('does not wait for a dead STUN server beside the living relay', async () => {
    await configure(false, deadStun(), living());
    for (const { sdp, ms } of Object.values(await offers())) {
      expect(typesIn(sdp)).toEqual(new Set(['host', 'relay']));
      expect(ms).toBeLessThan(hardCutMs);
    }
  });

  it('does not wait for a dead relay where its own address may be used', async () => {
    await configure(false, deadTurn());
    for (const { sdp, ms } of Object.values(await offers())) {
      expect(typesIn(sdp)).toEqual(new Set(['host']));
      expect(ms).toBeLessThan(2 * hardCutMs);
    }
  });
});

describe('a call that may use a relay alone', () => {
  it('fails with a sentence where the relay is dead, dialled or taken', { timeout: 60_000 }, async () => {
    await configure(false);
    const { sdp } = await offer('caller');
    await configure(true, deadTurn());
    const unreachable = `relay-unreachable (server=127.0.0.1:${servers().silent.port})`;
    const begun = performance.now();
    await Promise.all([
      expect(offer('dialled')).rejects.toThrow(unreachable),
      expect(media().call('createAnswer', 'taken', sdp, { hold: false })).rejects.toThrow(unreachable),
    ]);
    expect(performance.now() - begun).toBeLessThan(2 * lastCutMs);
    expect(await media().call('inventory')).toMatchObject({ peers: 1 });
  });

  it('fails at once where the relay refuses, and says so', async () => {
    await configure(true, living('wrong'));
    for (let call = 0; call < 2; call++) {
      const { host, port } = servers().coturn;
      const begun = performance.now();
      await expect(offer('refused')).rejects.toThrow(`relay-refused (server=${host}:${port}, reason=Unauthorized., status=401)`);
      expect(performance.now() - begun).toBeLessThan(lastCutMs);
    }
  });

  it('fails at once where there is no relay at all', async () => {
    await configure(true, deadStun());
    const begun = performance.now();
    await expect(offer('lonely')).rejects.toThrow('media-path-failed');
    expect(performance.now() - begun).toBeLessThan(lastCutMs);
  });

  it('waits for a relay that is there after all other addresses were given up', { timeout: 30_000 }, async () => {
    const { host, port } = servers().coturn;
    const slow = await openSlowPath({ host, port }, 0.7 * hardCutMs);
    try {
      await configure(true, { ...living(), urls: `turn:127.0.0.1:${slow.port}?transport=udp` });
      const { sdp, ms } = await offer('slow');
      expect(typesIn(sdp)).toEqual(new Set(['relay']));
      expect(ms).toBeGreaterThan(hardCutMs);
    } finally {
      slow.close();
    }
  });
});
