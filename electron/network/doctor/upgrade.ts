import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import type { TimeEvidence, UpgradeEvidence } from '#shared/network/doctor/evidence.ts';
import type { Server } from '#shared/profiles/account.ts';
import { serverName } from '#shared/profiles/server-address.ts';
import type { Random } from '#shared/util/random.ts';

const longestText = 253;

/** Asks on an open connection for a WebSocket that carries SIP (RFC 7118 section 4), and hangs up. */
export function askUpgrade(
  socket: Socket,
  {
    server,
    random,
    signal,
    wallMs,
  }: { readonly server: Server; readonly random: Random; readonly signal: AbortSignal; readonly wallMs: () => number },
): Promise<UpgradeEvidence> {
  return new Promise((resolve) => {
    const end = (outcome: UpgradeEvidence['outcome'], response?: IncomingMessage): void => {
      resolve({
        outcome,
        status: response?.statusCode ?? 0,
        location: hostIn(response?.headers.location),
        contentType: (response?.headers['content-type'] ?? '').slice(0, longestText),
        ...timeIn(response, wallMs()),
      });
      socket.destroy();
    };
    const asked = request({
      createConnection: () => socket,
      path: server.path,
      signal,
      headers: {
        Host: serverName(server),
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': Buffer.from(random.hex(16), 'hex').toString('base64'),
        'Sec-WebSocket-Protocol': 'sip',
      },
    });
    asked.on('upgrade', (response) => end(response.headers['sec-websocket-protocol'] === 'sip' ? 'upgraded' : 'refused', response));
    asked.on('response', (response) => end('refused', response));
    asked.on('error', (error) => {
      const code = 'code' in error ? String(error.code) : '';
      end(signal.aborted ? 'silent' : code.startsWith('HPE_') ? 'not-http' : 'lost');
    });
    asked.end();
  });
}

/** Asks for nothing but the time, in plain HTTP: a server whose certificate is turned away can tell it no other way. */
export function askTime(host: string, port: number, signal: AbortSignal, wallMs: () => number): Promise<TimeEvidence> {
  return new Promise((resolve) => {
    const asked = request({ host, port, path: '/', method: 'HEAD', agent: false, signal, headers: { Connection: 'close' } }, (response) => {
      resolve(timeIn(response, wallMs()));
      response.destroy();
    });
    asked.on('error', () => resolve({ dateMs: null, seenAtMs: wallMs() }));
    asked.end();
  });
}

function timeIn(response: IncomingMessage | undefined, seenAtMs: number): TimeEvidence {
  const dateMs = Date.parse(response?.headers.date ?? '');
  return { dateMs: Number.isNaN(dateMs) ? null : dateMs, seenAtMs };
}

function hostIn(location: string | undefined): string {
  const host = location === undefined ? undefined : URL.parse(location)?.hostname;
  return (host ?? '').replace(/^\[|\]$/g, '').slice(0, longestText);
}
