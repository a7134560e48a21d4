import { parseMessage } from '#shared/sip/parse-message.ts';
import { percentDecode } from '#shared/sip/parse-uri.ts';
import type { TortureMessage } from '#test/fixtures/torture/torture-messages.ts';
import { ScriptedServer } from './scripted-server.ts';
import { serverAt, SipStackFixture } from './sip-stack-fixture.ts';
import type { TestCertificate } from './test-certificates.ts';

export interface TortureOutcome {
  readonly name: string;
  /** Final answers that came back, in order. */
  readonly statuses: readonly number[];
  /** Whether the next valid request was answered with 200 on the same connection. */
  readonly alive: boolean;
  /** Dialogs, transactions and requests of ours that stayed behind. */
  readonly leftovers: number;
  /** 1 when the flow stood all the time. */
  readonly connections: number;
}

const probeId = 'probe-after-torture';

/**
 * Sends one message to a registered phone over WSS, acknowledges what must be acknowledged, and asks a valid question
 * afterwards. The phone's number is the user of the message's Request-URI; a call finds it busy.
 */
export async function tortureOnce(message: TortureMessage, certificate: TestCertificate): Promise<TortureOutcome> {
  const server = await ScriptedServer.start({ certificate });
  server.script = ({ reply }) => reply(200);
  const user = userOf(message);
  const trust = { kind: 'pinned', fingerprint: certificate.fingerprint } as const;
  const fixture = new SipStackFixture({ servers: [serverAt(server.port, { trust })], user });
  try {
    const core = fixture.stack.userAgent.userAgentCore;
    core.delegate.onInvite = (invite) => void invite.reject({ statusCode: 486 });
    fixture.stack.start();
    await fixture.phase('registered');
    const before = server.frames.length;
    server.sendToAll(message.bytes);
    server.sendToAll(probe(encodeURIComponent(user)));
    await server.until(() => server.frames.some((frame) => frame.includes(probeId)));
    const frames = server.frames.slice(before);
    const answers = frames.filter((frame) => frame.startsWith('SIP/2.0 ') && !frame.includes(probeId));
    const statuses = answers.map((frame) => Number(frame.slice(8, 11))).filter((status) => status >= 200);
    for (const frame of answers) if (frame.startsWith('SIP/2.0 486')) server.sendToAll(acknowledgement(message, frame));
    server.sendToAll(probe(encodeURIComponent(user)));
    await server.until(() => server.frames.filter((frame) => frame.includes(probeId)).length === 2);
    return {
      name: message.name,
      statuses,
      alive: frames.at(-1)?.startsWith('SIP/2.0 200') ?? false,
      leftovers: await leftovers(core),
      connections: server.connectionCount,
    };
  } finally {
    fixture.stack.dispose();
    await server.close();
  }
}

/** Terminated transactions leave in a later turn of the loop; what is there after a second stays. */
async function leftovers(core: SipStackFixture['stack']['userAgent']['userAgentCore']): Promise<number> {
  const count = (): number => core.dialogs.size + core.userAgentServers.size + core.userAgentClients.size;
  for (const giveUpAt = performance.now() + 1_000; count() > 0 && performance.now() < giveUpAt;) await new Promise(setImmediate);
  return count();
}

function userOf(message: TortureMessage): string {
  const result = parseMessage(message.bytes);
  return result.ok && result.message.kind === 'request' && result.message.uri.user !== undefined
    ? percentDecode(result.message.uri.user)
    : '201';
}

function probe(user: string): string {
  return [
    `OPTIONS sip:${user}@127.0.0.1 SIP/2.0`,
    'Via: SIP/2.0/WSS probe.invalid;branch=z9hG4bKprobe',
    'From: <sip:probe@invalid>;tag=1',
    `To: <sip:${user}@127.0.0.1>`,
    `Call-ID: ${probeId}`,
    'CSeq: 1 OPTIONS',
    'Max-Forwards: 70',
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n');
}

/** The ACK of a refused INVITE (RFC 3261 section 17.1.1.3): Via, From, To, Call-ID as in the answer. */
function acknowledgement(message: TortureMessage, answer: string): string {
  const requestLine = Buffer.from(message.bytes).toString().split('\r\n', 1)[0] ?? '';
  const copied = answer.split('\r\n').filter((line) => /^(?:Via|From|To|Call-ID):/i.test(line));
  const sequence = /^CSeq: (\d+)/m.exec(answer)?.[1] ?? '1';
  return [requestLine.replace(/^\S+/, 'ACK'), ...copied, `CSeq: ${sequence} ACK`, 'Content-Length: 0', '\r\n'].join('\r\n');
}
