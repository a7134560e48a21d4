import { isIP, type Socket } from 'node:net';
import { AppError, type ErrorDetails } from '#shared/errors/app-error.ts';
import { credentialsRefused, type CredentialsGuard, type ProxyCredentials } from './credentials-guard.ts';
import { SocketReader, SocketReadError } from './socket-reader.ts';

export interface Socks5Options {
  readonly host: string;
  readonly port: number;
  /** A new connection to the proxy. */
  readonly connect: () => Promise<Socket>;
  readonly guard: CredentialsGuard;
  /** For errors. */
  readonly details: ErrorDetails;
}

const version = 5;
const passwordVersion = 1;
const method = { none: 0, password: 2, noneFits: 255 } as const;
const connectCommand = 1;
const addressType = { ipv4: 1, name: 3, ipv6: 4 } as const;

/** RFC 1928 section 6. */
const replies: ReadonlyMap<number, string> = new Map([
  [1, 'general failure'],
  [2, 'not allowed'],
  [3, 'network unreachable'],
  [4, 'host unreachable'],
  [5, 'connection refused'],
  [6, 'TTL expired'],
  [7, 'command not supported'],
  [8, 'address type not supported'],
]);

/**
 * A tunnel by SOCKS 5 (RFC 1928), without or with user and password (RFC 1929). Names are looked up by the proxy. Credentials are offered
 * only to a proxy that takes nobody without. Rejects with `proxy-refused`, `proxy-password-needed`, or what connecting rejects with.
 */
export async function connectBySocks5(options: Socks5Options): Promise<Socket> {
  const { connect, guard, details } = options;
  const known = guard.usable;
  if (known === undefined || !guard.isProven(known)) {
    const socket = await handshake(await connect(), options, undefined);
    if (socket !== credentialsRefused) return socket;
  }
  return guard.use(details, async (credentials) => handshake(await connect(), options, credentials));
}

async function handshake(
  socket: Socket,
  options: Socks5Options,
  credentials: ProxyCredentials | undefined,
): Promise<Socket | typeof credentialsRefused> {
  const reader = new SocketReader(socket);
  try {
    if (!(await isLetIn(socket, reader, credentials))) {
      socket.destroy();
      return credentialsRefused;
    }
    await connectThrough(socket, reader, options);
    reader.release();
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function isLetIn(socket: Socket, reader: SocketReader, credentials: ProxyCredentials | undefined): Promise<boolean> {
  const offered = credentials === undefined ? [method.none] : [method.none, method.password];
  socket.write(Buffer.from([version, offered.length, ...offered]));
  const [answered, chosen] = await reader.read(2);
  if (answered !== version) throw new SocketReadError('no SOCKS 5 answer');
  if (chosen === method.none) return true;
  if (chosen !== method.password || credentials === undefined) {
    if (chosen === method.noneFits) return false;
    throw new SocketReadError('a method that was not offered');
  }
  const user = field(credentials.user);
  const password = field(credentials.password);
  socket.write(Buffer.concat([Buffer.from([passwordVersion]), user, password]));
  const [, status] = await reader.read(2);
  return status === 0;
}

/** RFC 1929 section 2: a length of one byte, and the text. What is longer cannot be said, so it is cut and will be refused. */
function field(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8').subarray(0, 255);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

async function connectThrough(socket: Socket, reader: SocketReader, { host, port, details }: Socks5Options): Promise<void> {
  const end = Buffer.alloc(2);
  end.writeUInt16BE(port);
  socket.write(Buffer.concat([Buffer.from([version, connectCommand, 0]), addressOf(host), end]));
  const [answered, reply = 0, , type] = await reader.read(4);
  if (answered !== version) throw new SocketReadError('no SOCKS 5 answer');
  if (reply !== 0)
    throw new AppError('proxy-refused', { details: { ...details, status: reply, reason: replies.get(reply) ?? 'unknown reply' } });
  // the address that the proxy uses, of which nothing is made
  const length = type === addressType.ipv4 ? 4 : type === addressType.ipv6 ? 16 : (await reader.read(1)).readUInt8();
  await reader.read(length + 2);
}

function addressOf(host: string): Buffer {
  const family = isIP(host);
  if (family === 4) return Buffer.from([addressType.ipv4, ...host.split('.').map(Number)]);
  if (family === 6) return Buffer.concat([Buffer.from([addressType.ipv6]), ipv6Bytes(host)]);
  return Buffer.concat([Buffer.from([addressType.name]), field(host)]);
}

/** The sixteen bytes of an address that `isIP` knows; the URL parser writes out the last four of an IPv4 tail. */
function ipv6Bytes(address: string): Buffer {
  const plain = new URL(`http://[${address.replace(/%.*$/, '')}]/`).hostname.slice(1, -1);
  const [front = '', back] = plain.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const before = groups(front);
  const after = back === undefined ? [] : groups(back);
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join(''), 'hex');
}
