import type { Socket } from 'node:net';
import { AppError, type ErrorDetails } from '#shared/errors/app-error.ts';
import { type HttpHead, parseHttpHead } from '#shared/network/http-head.ts';
import { parseChallenges } from '#shared/sip/parse-auth-header.ts';
import { credentialsRefused, type CredentialsGuard } from './credentials-guard.ts';
import type { ProxyAuthorization } from './proxy-authorization.ts';
import { SocketReader, SocketReadError } from './socket-reader.ts';

export interface HttpConnectOptions {
  /** `host:port` of the server, IPv6 in brackets. */
  readonly authority: string;
  /** A new connection to the proxy. */
  readonly connect: () => Promise<Socket>;
  readonly guard: CredentialsGuard;
  readonly authorization: ProxyAuthorization;
  /** For errors. */
  readonly details: ErrorDetails;
}

interface Answer {
  readonly head: HttpHead;
  readonly socket: Socket;
}

const maxHeadBytes = 16 * 1024;

/**
 * A tunnel by CONNECT (RFC 9110 section 9.3.6). Every try has a connection of its own: whether a proxy keeps one after 407 cannot be
 * relied on. Rejects with `proxy-refused`, `proxy-password-needed`, or what connecting rejects with.
 */
export async function connectByHttp(options: HttpConnectOptions): Promise<Socket> {
  const { authority, guard, authorization, details } = options;
  const known = guard.usable;
  const unasked = known !== undefined && guard.isProven(known) ? authorization.unasked(known, authority) : undefined;
  const first = await ask(options, unasked);
  if (!isChallenge(first.head)) return opened(first, details);
  if (known !== undefined && unasked !== undefined && authorization.refusedUnasked()) guard.refused(known);
  return guard.use(details, async (credentials) => {
    let challenges = challengesOf(first.head);
    for (let isRepeat = false; ; isRepeat = true) {
      const scheme = authorization.choose(challenges);
      if (scheme === undefined) throw unsupported(challenges, details);
      const answer = await ask(options, authorization.answer(scheme, credentials, authority));
      if (!isChallenge(answer.head)) {
        authorization.accepted(scheme);
        return opened(answer, details);
      }
      challenges = challengesOf(answer.head);
      const next = authorization.choose(challenges);
      // the proxy says that only the nonce was too old (RFC 7616 section 3.3)
      const isStale = next?.kind === 'digest' && next.challenge.stale;
      if (!isStale || isRepeat) return credentialsRefused;
    }
  });
}

async function ask({ authority, connect }: HttpConnectOptions, authorization: string | undefined): Promise<Answer> {
  const socket = await connect();
  const reader = new SocketReader(socket);
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
  if (authorization !== undefined) lines.push(`Proxy-Authorization: ${authorization}`);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  try {
    const head = await finalHead(reader);
    reader.release();
    if (head.status >= 300) socket.destroy();
    return { head, socket };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function finalHead(reader: SocketReader): Promise<HttpHead> {
  for (let left = maxHeadBytes; ;) {
    const text = await reader.readHead(left);
    left -= text.length;
    const head = parseHttpHead(text);
    if (head === undefined) throw new SocketReadError('no HTTP answer');
    if (head.status >= 200) return head;
  }
}

/** Tinyproxy answers wrong credentials with 401; before the tunnel stands nobody but the proxy can have said so. */
function isChallenge({ status }: HttpHead): boolean {
  return status === 407 || status === 401;
}

function challengesOf(head: HttpHead): readonly string[] {
  return head.headers.get('proxy-authenticate') ?? [];
}

function opened({ head, socket }: Answer, details: ErrorDetails): Socket {
  if (head.status < 300) return socket;
  throw new AppError('proxy-refused', { details: { ...details, status: head.status, reason: head.reason.slice(0, 128) } });
}

/** A password would not help: the proxy wants to know people in a way that is not spoken here (Negotiate, NTLM). */
function unsupported(challenges: readonly string[], details: ErrorDetails): AppError {
  const schemes = parseChallenges(challenges).map(({ scheme }) => scheme);
  return new AppError('proxy-refused', {
    details: { ...details, status: 407, cause: `unknown schemes: ${schemes.join(', ').slice(0, 128)}` },
  });
}
