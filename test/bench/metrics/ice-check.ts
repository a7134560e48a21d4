import { openSilentPort } from '#test/support/network/silent-port.ts';
import { IceLab } from '../../media/fixture/ice-lab.ts';
import { HostedMedia } from '../../media/fixture/use-media.ts';
import { type BenchRoom, counted } from '../bench-room.ts';
import type { Figure } from '../figure.ts';

const ways = ['udp', 'tcp', 'tls'] as const;

/**
 * The whole ICE check against a real coturn: with a relay reached in each way, with all of them and STUN, and beside a server that never
 * answers. The baseline is what Chromium itself takes to gather with the same servers and to connect with itself.
 */
export async function iceCheckFigures(room: BenchRoom): Promise<Figure[]> {
  const lab = await IceLab.start();
  const silent = await openSilentPort();
  let media: HostedMedia | undefined;
  try {
    const host = await HostedMedia.open({ microphone: 'none', args: lab.args });
    media = host;
    const all = ['stun', ...ways] as const;
    const took = async (uris: readonly string[]): Promise<number> => {
      const { tookMs, servers } = await lab.check(host, uris);
      const failed = servers.filter(({ uri, works }) => !works && uri.includes(lab.coturn.host));
      if (failed.length > 0) throw new Error(`A relay was not proved: ${JSON.stringify(failed)}`);
      return tookMs;
    };
    const rounds = await counted(room.runs, async (index) => {
      const alone: number[] = [];
      for (const way of ways) alone.push(await took([lab.uri(way)]));
      const everything = await took(all.map((way) => lab.uri(way)));
      const chromium = await gatheringTime(host, lab);
      const dead = await took([`turn:127.0.0.1:${silent.port}`, lab.uri('udp')]);
      room.say(
        `ice check ${index}: ${everything.toFixed(0)} ms, Chromium alone ${chromium.toFixed(0)} ms, a dead server ${dead.toFixed(0)} ms`,
      );
      return { alone, everything, chromium, dead };
    });
    return [
      ...ways.map((way, at): Figure => ({
        metric: `ICE check, TURN over ${way}`,
        unit: 'ms',
        samples: rounds.map(({ alone }) => alone[at] ?? 0),
      })),
      { metric: 'ICE check, STUN and TURN over udp, tcp, tls', unit: 'ms', samples: rounds.map(({ everything }) => everything) },
      { metric: 'gathering and loop-back alone, same servers', unit: 'ms', samples: rounds.map(({ chromium }) => chromium) },
      {
        metric: 'ICE check, of gathering and loop-back alone',
        unit: 'x',
        samples: rounds.map(({ everything, chromium }) => everything / chromium),
        goal: { bound: 'at most', value: 1.5 },
      },
      {
        metric: 'ICE check beside a server that never answers',
        unit: 'ms',
        samples: rounds.map(({ dead }) => dead),
        goal: { bound: 'at most', value: 5_000, of: 'max' },
      },
    ];
  } finally {
    await media?.dispose();
    silent.close();
    await lab.dispose();
  }
}

/** What the media window takes without anybody proving a server. */
async function gatheringTime(media: HostedMedia, lab: IceLab): Promise<number> {
  const { username, password: credential } = lab.coturn;
  const servers = [{ urls: lab.uri('stun') }, ...ways.map((way) => ({ urls: lab.uri(way), username, credential }))];
  const { ms } = await media.timed('checkIce', { servers, relayOnly: false }, { timeoutMs: 4_000 });
  return ms;
}
