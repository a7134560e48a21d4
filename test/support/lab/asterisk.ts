import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { holdServer } from './held-server.ts';

/** A real Asterisk 22; accounts and numbers to dial are listed in test/lab/README.md. */
export interface Asterisk {
  readonly host: string;
  /** SIP over UDP and TCP. */
  readonly port: number;
  readonly tlsPort: number;
  readonly wsUrl: string;
  readonly wssUrl: string;
  /** The authority that signed the server's certificate (PEM). */
  readonly caFile: string;
  /** Runs one console command and returns what it printed. */
  cli(command: string): Promise<string>;
  /** The WAV file with what `number` said on extension 9177 (8 kHz, 16 bit). */
  recordingOf(number: string): string;
  /** Kills it as a power cut does; its files stay. */
  stop(): Promise<void>;
  /** Begins again where `stop` ended. */
  start(): Promise<void>;
  dispose(): Promise<void>;
}

/** RTP ports of one instance; the ranges of two instances may meet, because their addresses differ. */
const rtpPorts = 500;

/** @throws Error with one sentence when Asterisk cannot be unpacked or started */
export async function startAsterisk(): Promise<Asterisk> {
  const server = await holdServer('asterisk', () => {
    const first = 10_000 + rtpPorts * randomInt(40);
    return { LAB_RTP_START: String(first), LAB_RTP_END: String(first + rtpPorts - 1) };
  });
  const { host, folder } = server;
  return {
    host,
    port: 5060,
    tlsPort: 5061,
    wsUrl: `ws://${host}:8088/ws`,
    wssUrl: `wss://${host}:8089/ws`,
    caFile: join(folder, 'keys/ca.crt'),
    cli: (command) => server.script('asterisk-cli.sh', [command]),
    recordingOf: (number) => join(folder, 'rec', `${number}-in.wav`),
    async stop() {
      await server.script('asterisk-down.sh', [], { LAB_KEEP: '1' });
    },
    async start() {
      await server.script('asterisk-up.sh', [], { LAB_KEEP: '1' });
    },
    dispose: () => server.dispose(),
  };
}
