import { afterEach, describe, expect, it } from 'vitest';
import { findHeader } from '#shared/sip/find-header.ts';
import { fakeSdp } from '#test/support/sip/fake-media.ts';
import { answer, answerText } from '#test/support/sip/message-draft.ts';
import { plainInvite } from '#test/support/sip/scripted-peer.ts';
import type { ReceivedSip } from '#test/support/sip/scripted-server.ts';
import { WireLine } from '#test/support/sip/wire-line.ts';

const lines: WireLine[] = [];
afterEach(async () => {
  for (const line of lines.splice(0)) await line.dispose();
});

/** A registered line, and its INVITEs as they arrive. */
async function lineWithInvites() {
  const wire = await WireLine.start();
  lines.push(wire);
  const invites: ReceivedSip[] = [];
  const toRegistrar = wire.server.script;
  wire.server.script = (received) => {
    if (received.request.method === 'INVITE') invites.push(received);
    else toRegistrar(received);
  };
  return { wire, invites };
}

/** Resolves when the line stands on its second connection. */
async function move(wire: WireLine): Promise<void> {
  const { server, line } = wire;
  const isReady = new Promise<void>((resolve) => line.onFlowReady(() => resolve()));
  line.reconnect('network-changed');
  await isReady;
  expect(server.connectionCount).toBe(2);
}

function accepted({ request }: ReceivedSip): string {
  const ok = answer(request, 200, { body: fakeSdp('far') });
  ok.headers = ok.headers.map(([name, value]) => [name, name === 'To' ? `${value};tag=far` : value]);
  return answerText(ok);
}

describe('a move of the connection', () => {
  it('lets a call that rings at the far end be answered over the connection by which it was made', async () => {
    const { wire, invites } = await lineWithInvites();
    wire.line.invite('call', '202', plainInvite);
    await wire.server.until(() => invites.length === 1);
    const [invite] = invites;
    if (invite === undefined) throw new Error('no INVITE');
    invite.reply(180);
    await wire.until(() => wire.events.at(-1)?.type === 'ringing');
    await move(wire);
    await wire.server.until(() => wire.server.requestsOf('REGISTER').at(-1)?.contacts[0]?.parameters.get('expires') === '0');
    invite.connection.send(accepted(invite));
    await wire.until(() => wire.events.at(-1)?.type === 'established');
    await wire.server.until(() => wire.server.requestsOf('ACK').length === 1);
    expect(wire.server.openConnections).toBe(2);
  });

  it('answers a call over the connection by which it came', async () => {
    const { wire } = await lineWithInvites();
    const request = [
      'INVITE sip:201@lab.test SIP/2.0',
      'Via: SIP/2.0/WS lab.test;branch=z9hG4bK-in-1',
      'From: "Bob" <sip:202@lab.test>;tag=far',
      'To: <sip:201@lab.test>',
      'Call-ID: in-1',
      'CSeq: 1 INVITE',
      'Contact: <sip:202@lab.test>',
      'Max-Forwards: 70',
      'Content-Type: application/sdp',
      `Content-Length: ${fakeSdp('far').length}`,
      '',
      fakeSdp('far'),
    ].join('\r\n');
    wire.server.sendToAll(request);
    await wire.until(() => wire.events.at(-1)?.type === 'invite-received');
    const call = wire.events.at(-1)?.call ?? '';
    wire.line.sendRinging(call);
    await wire.server.until(() => wire.server.responses.some(({ status }) => status === 180));
    await move(wire);
    wire.line.accept(call);
    await wire.server.until(() => wire.server.responses.some(({ status }) => status === 200));
    const from = wire.server.frames.findIndex((frame) => frame.startsWith('SIP/2.0 200'));
    expect(wire.server.connectionOf(from)).toBe(1);
  });

  it('gives every standing call the new Contact, and takes its requests for the old one', async () => {
    const { wire, invites } = await lineWithInvites();
    wire.line.invite('call', '202', plainInvite);
    await wire.server.until(() => invites.length === 1);
    const [invite] = invites;
    if (invite === undefined) throw new Error('no INVITE');
    invite.connection.send(accepted(invite));
    await wire.until(() => wire.events.at(-1)?.type === 'established');
    await move(wire);
    await wire.server.until(() => invites.length === 2);
    const [before, after] = invites.map(({ request }) => request.contacts[0]?.uri.user ?? '');
    expect(after).not.toBe(before);
    expect(after?.slice(0, 16)).toBe(before?.slice(0, 16));
    const { request } = invite;
    const info = [
      `INFO ${request.contacts[0]?.uri.text} SIP/2.0`,
      'Via: SIP/2.0/WS far.test;branch=z9hG4bK-info',
      `From: ${findHeader(request.headers, 'To')};tag=far`,
      `To: ${findHeader(request.headers, 'From')}`,
      `Call-ID: ${request.callId}`,
      'CSeq: 1 INFO',
      'Max-Forwards: 70',
      'Content-Length: 0',
      '\r\n',
    ].join('\r\n');
    wire.server.sendToAll(info);
    await wire.server.until(() => wire.server.responses.some(({ cseq }) => cseq.method === 'INFO'));
    expect(wire.server.responses.filter(({ cseq }) => cseq.method === 'INFO').map(({ status }) => status)).toContain(200);
  });
});
