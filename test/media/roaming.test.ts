import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Coturn, startCoturn } from '../support/lab/coturn.ts';
import { captureUdp } from '../support/lab/packet-capture.ts';
import { useMediaHost } from './fixture/host-suite.ts';

const media = useMediaHost();
const tool = fileURLToPath(new URL('../lab/tool.sh', import.meta.url));
/** DSCP EF (RFC 3246) in the upper six bits. */
const expedited = 46 << 2;

describe('a connection', () => {
  it('tells the address that it begins at, that it stands, and what has come and gone', async () => {
    await media().connect('a', 'b');
    await media().untilHeard('b', 1_000);
    const stats = await media().call('stats', 'a');
    expect(stats).toMatchObject({ connected: true, pathAnswers: true, mayPause: false });
    const own = Object.values(networkInterfaces()).flatMap((list = []) => list.map(({ address }) => address));
    expect(own).toContain(stats.localAddress);
    expect(stats.packetsSent).toBeGreaterThan(10);
  });

  it('marks its packets as voice', async () => {
    const capture = await captureUdp(([program = '', ...args]) => spawn(tool, [program, ...args]), ['udp', 'and', 'greater', '100']);
    await media().connect('a', 'b');
    await media().call('probeTone', 'b', 'inbound', 2_000);
    const { localAddress } = await media().call('stats', 'a');
    const packets = await capture.stop();
    const ours = packets.filter(({ from, to }) => from.startsWith(`${localAddress}.`) && to.startsWith(`${localAddress}.`));
    expect(ours.length).toBeGreaterThan(100);
    const marked = ours.filter(({ trafficClass }) => trafficClass === expedited);
    expect(marked.length / ours.length).toBeGreaterThan(0.9);
  });
});

describe('with a TURN server', () => {
  const held: { coturn?: Coturn } = {};
  beforeAll(async () => {
    held.coturn = await startCoturn();
  });
  afterAll(() => held.coturn?.dispose());

  it('restarts ICE through it alone when that is asked for, and with all candidates the next time', async () => {
    const { host = '', port, username, password } = held.coturn ?? {};
    await media().configure({
      ice: {
        servers: [{ urls: `turn:${host}:${port}?transport=udp`, username: username ?? '', credential: password ?? '' }],
        relayOnly: false,
      },
    });
    await media().connect('a', 'b');
    expect((await media().call('stats', 'a')).pair?.local).toBe('host');
    const { offer } = await media().renegotiate('a', 'b', { iceRestart: true, relayOnly: true });
    expect(typesIn(offer)).toEqual(new Set(['relay']));
    await media().untilHeard('b', 1_000);
    const { offer: next } = await media().renegotiate('a', 'b', { iceRestart: true });
    expect(typesIn(next)).toContain('host');
    await media().untilHeard('b', 1_000);
  });
});

function typesIn(sdp: string): Set<string> {
  return new Set([...sdp.matchAll(/^a=candidate:.* typ (\w+)/gm)].map(([, type = '']) => type));
}
