import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface CapturedPacket {
  /** Wall time in ms, with fractions. */
  readonly at: number;
  readonly interfaceName: string;
  readonly direction: 'in' | 'out' | 'other';
  /** The byte of DSCP (upper six bits) and ECN: TOS in IPv4, traffic class in IPv6. */
  readonly trafficClass: number;
  /** Address and port as tcpdump writes them, `192.0.2.1.5060`. */
  readonly from: string;
  readonly to: string;
  /** Of the payload. */
  readonly bytes: number;
}

export interface Capture {
  /** What was seen so far, in order. */
  seen(): readonly CapturedPacket[];
  /** Ends it. @returns what was seen, in order */
  stop(): Promise<readonly CapturedPacket[]>;
}

/** @param start runs tcpdump where the packets pass @param filter tcpdump's own language, word by word */
export async function captureUdp(start: (argv: readonly string[]) => ChildProcess, filter: readonly string[]): Promise<Capture> {
  const child = start(['tcpdump', '-i', 'any', '-n', '-l', '-tt', '-v', '-Z', 'root', ...filter]);
  const output: string[] = [];
  const complaints: string[] = [];
  const over = once(child, 'exit');
  child.stdout?.on('data', (chunk: Buffer) => void output.push(chunk.toString()));
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      complaints.push(chunk.toString());
      if (complaints.join('').includes('listening on')) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`tcpdump did not listen: ${complaints.join('').trim()}`)));
  });
  const seen = (): CapturedPacket[] => readCapture(output.join(''));
  return {
    seen,
    async stop() {
      child.kill('SIGINT');
      await over;
      return seen();
    },
  };
}

const packetForm = /^(\d+\.\d+) +(\S+) +(In|Out|\S+) +IP6? \((?:tos|class) (0x[0-9a-f]+)[^\n]*\)\s+(\S+) > (\S+): .*?length:? (\d+)/gm;

/** Reads what tcpdump printed with `-tt -v`. */
export function readCapture(text: string): CapturedPacket[] {
  return [...text.matchAll(packetForm)].map(([, at = '', interfaceName = '', way = '', tos = '', from = '', to = '', bytes = '']) => ({
    at: Number(at) * 1_000,
    interfaceName,
    direction: way === 'In' ? 'in' : way === 'Out' ? 'out' : 'other',
    trafficClass: Number(tos),
    from,
    to,
    bytes: Number(bytes),
  }));
}
