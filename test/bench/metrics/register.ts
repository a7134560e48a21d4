import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { WebSocket } from 'ws';
import type { Server } from '#shared/profiles/account.ts';
import { parseServerAddress } from '#shared/profiles/server-address.ts';
import { type Asterisk, startAsterisk } from '#test/support/lab/asterisk.ts';
import { SipStackFixture } from '#test/support/sip/sip-stack-fixture.ts';
import { type BenchRoom, counted } from '../bench-room.ts';
import type { Figure } from '../figure.ts';
import { median } from '../statistics.ts';
import { within } from '../wall-clock.ts';

const patienceMs = 10_000;

/**
 * A line registers at the real Asterisk: from nothing (cold), beside its own connection that stands (warm, as after a change of network),
 * and while its first address takes connections and says nothing. The baseline is a secure WebSocket that is merely opened.
 */
export async function registerFigures(room: BenchRoom): Promise<Figure[]> {
  const asterisk = await startAsterisk();
  const mute = await MuteServer.start();
  try {
    const server: Server = { ...addressOf(asterisk), trust: { kind: 'ca-file', path: asterisk.caFile } };
    const ca = await readFile(asterisk.caFile);
    const rounds = await counted(room.runs, async (index) => {
      const opened = await timed(() => openOnly(asterisk.wssUrl, ca));
      const line = new SipStackFixture({ servers: [server], user: '201', password: 'lab201' });
      const cold = await timed(async () => {
        line.stack.start();
        await line.phase('registered');
      });
      const warm = await timed(async () => {
        const flows = line.flows.length;
        line.stack.reconnect('network-changed');
        await line.until(() => line.flows.slice(flows).includes('ready'));
      });
      await line.stack.unregister();
      line.stack.dispose();
      const raced = new SipStackFixture({ servers: [mute.address, server], user: '201', password: 'lab201' });
      const past = await timed(async () => {
        raced.stack.start();
        await raced.phase('registered');
      });
      await raced.stack.unregister();
      raced.stack.dispose();
      room.say(
        `register ${index}: cold ${cold.toFixed(1)} ms, warm ${warm.toFixed(1)}, past a mute address ${past.toFixed(0)}, opened ${opened.toFixed(1)}`,
      );
      return { opened, cold, warm, past };
    });
    const samples = (pick: (round: (typeof rounds)[number]) => number): number[] => rounds.map(pick);
    const openedMs = median(samples(({ opened }) => opened));
    return [
      { metric: 'secure WebSocket opened, no more', unit: 'ms', samples: samples(({ opened }) => opened) },
      { metric: 'register, cold', unit: 'ms', samples: samples(({ cold }) => cold) },
      { metric: 'register, warm', unit: 'ms', samples: samples(({ warm }) => warm) },
      { metric: 'register, cold, of a WebSocket opened', unit: 'x', samples: samples(({ cold }) => cold / openedMs) },
      { metric: 'register, warm, of a WebSocket opened', unit: 'x', samples: samples(({ warm }) => warm / openedMs) },
      { metric: 'register past a first address that says nothing', unit: 'ms', samples: samples(({ past }) => past) },
    ];
  } finally {
    mute.close();
    await asterisk.dispose();
  }
}

function addressOf({ wssUrl }: Asterisk): Omit<Server, 'trust'> {
  const address = parseServerAddress(wssUrl);
  if (address === undefined) throw new Error(`${wssUrl} is no address of a server.`);
  return address;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await within(patienceMs, 'a registration', work());
  return performance.now() - from;
}

async function openOnly(url: string, ca: Buffer): Promise<void> {
  const socket = new WebSocket(url, ['sip'], { ca });
  await once(socket, 'open');
  socket.terminate();
}

/** Takes connections and never says a word. */
class MuteServer {
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
  });

  static async start(): Promise<MuteServer> {
    const mute = new MuteServer();
    mute.#server.listen(0, '127.0.0.1');
    await once(mute.#server, 'listening');
    return mute;
  }

  get address(): Server {
    const bound = this.#server.address();
    if (bound === null || typeof bound === 'string') throw new Error('The mute server does not listen.');
    return { host: '127.0.0.1', port: bound.port, transport: 'wss', path: '/ws', trust: { kind: 'system' } };
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
