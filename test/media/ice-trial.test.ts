import { networkInterfaces } from 'node:os';
import { isIP } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hardCutMs, softCutMs } from '#shared/media/gathering.ts';
import type { IceConfiguration, IceTrial } from '#shared/ipc/media-contract.ts';
import { type Coturn, startCoturn } from '../support/lab/coturn.ts';
import { type MappedServer, startMappedServer } from '../support/network/mapped-server.ts';
import { openSilentPort, type SilentPort } from '../support/network/silent-port.ts';
import { useMediaHost } from './fixture/host-suite.ts';

const natAddress = '203.0.113.7';
const timeoutMs = 2_000;

const held: { servers?: { readonly coturn: Coturn; readonly nat: MappedServer; readonly silent: SilentPort } } = {};
const media = useMediaHost();
beforeAll(async () => {
  const [coturn, nat, silent] = await Promise.all([startCoturn(), startMappedServer(natAddress), openSilentPort()]);
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
function turn(transport: 'udp' | 'tcp', credential?: string): Server {
  const { host, port, username, password } = servers().coturn;
  return { urls: `turn:${host}:${port}?transport=${transport}`, username, credential: credential ?? password };
}
const deadStun = (): Server => ({ urls: `stun:127.0.0.1:${servers().silent.port}` });
const deadTurn = (): Server => ({ urls: `turn:127.0.0.1:${servers().silent.port}?transport=udp`, username: 'u', credential: 'p' });

const check = (ice: IceConfiguration): Promise<{ answer: IceTrial; ms: number }> => media().timed('checkIce', ice, { timeoutMs });
const ofType = ({ candidates }: IceTrial, type: string): IceTrial['candidates'] => candidates.filter((each) => each.type === type);

describe('a trial without servers', () => {
  it('names real addresses of this computer, and connects with itself', async () => {
    const { answer } = await check({ servers: [], relayOnly: false });
    const own = Object.values(networkInterfaces()).flatMap((list = []) => list.map(({ address }) => address));
    const hosts = ofType(answer, 'host');
    expect(hosts.map(({ protocol }) => protocol)).toContain('udp');
    for (const { address, family, server, relayProtocol, relatedAddress } of hosts) {
      expect(own).toContain(address);
      expect({ family, server, relayProtocol, relatedAddress }).toEqual({
        family: isIP(address),
        server: null,
        relayProtocol: null,
        relatedAddress: null,
      });
    }
    expect(answer.loopBack).toMatchObject({ connected: true, pair: { local: 'host', remote: 'host', protocol: 'udp' } });
    expect(answer.gatheredMs).toBeLessThan(softCutMs);
    expect(answer.failures).toEqual([]);
  });

  it('has no address where only a relay is allowed', async () => {
    const { answer, ms } = await check({ servers: [], relayOnly: true });
    expect(answer).toMatchObject({ candidates: [], loopBack: { connected: false, pair: null } });
    expect(ms).toBeLessThan(timeoutMs);
  });
});

describe('a trial with servers', () => {
  it('names each address, who told it, and how the relay is reached', async () => {
    const ice = { servers: [{ urls: servers().nat.uri }, turn('udp'), turn('tcp')], relayOnly: false };
    const { answer } = await check(ice);
    expect(ofType(answer, 'srflx')).toMatchObject([
      { address: natAddress, server: servers().nat.uri, relayProtocol: null, protocol: 'udp' },
    ]);
    const own = ofType(answer, 'host').map(({ address }) => address);
    expect(own).toContain(ofType(answer, 'srflx')[0]?.relatedAddress);
    const relays = ofType(answer, 'relay').map(({ address, relayProtocol, server }) => ({ address, relayProtocol, server }));
    expect(relays).toContainEqual({ address: servers().coturn.host, relayProtocol: 'udp', server: turn('udp').urls });
    expect(relays).toContainEqual({ address: servers().coturn.host, relayProtocol: 'tcp', server: turn('tcp').urls });
    const times = answer.candidates.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect(answer.loopBack.connected).toBe(true);
  });

  it('uses relays alone where only those are allowed', async () => {
    const { answer } = await check({ servers: [{ urls: servers().nat.uri }, turn('udp')], relayOnly: true });
    expect(new Set(answer.candidates.map(({ type }) => type))).toEqual(new Set(['relay']));
    expect(answer.loopBack).toMatchObject({ connected: true, pair: { local: 'relay', remote: 'relay' } });
  });

  it('says what a relay refuses', async () => {
    const { answer } = await check({ servers: [turn('udp', 'wrong')], relayOnly: true });
    expect(answer.candidates).toEqual([]);
    expect(answer.failures).toMatchObject([{ url: turn('udp').urls, code: 401 }]);
  });

  it('waits for a dead server no longer than it may, a call not even that long', { timeout: 30_000 }, async () => {
    const { answer, ms } = await check({ servers: [deadStun(), turn('udp')], relayOnly: false });
    expect(ofType(answer, 'relay')).not.toEqual([]);
    expect(answer.gatheredMs).toBeLessThanOrEqual(hardCutMs);
    expect(answer.loopBack.connected).toBe(true);
    expect(ms).toBeLessThan(timeoutMs);
  });

  it('ends with nothing where everything is dead', { timeout: 30_000 }, async () => {
    const { answer, ms } = await check({ servers: [deadTurn()], relayOnly: true });
    expect(answer).toMatchObject({ candidates: [], loopBack: { connected: false } });
    expect(ms).toBeLessThan(timeoutMs);
  });
});

describe('twenty trials', () => {
  it('beside and after each other leave nothing behind', { timeout: 60_000 }, async () => {
    for (let round = 0; round < 5; round++)
      await Promise.all(Array.from({ length: 4 }, (_, index) => check({ servers: [turn('udp')], relayOnly: index % 2 === 0 })));
    expect(await media().call('inventory')).toMatchObject({ peers: 0 });
  });
});
