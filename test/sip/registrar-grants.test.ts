import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { findHeader, findHeaders } from '#shared/sip/find-header.ts';
import type { HeaderField, SipRequest } from '#shared/sip/message.ts';
import { parseCredentials } from '#shared/sip/parse-auth-header.ts';
import { answer, answerText } from '#test/support/sip/message-draft.ts';
import { fakeSdp } from '#test/support/sip/fake-media.ts';
import type { ReceivedSip } from '#test/support/sip/scripted-server.ts';
import { plainInvite } from '#test/support/sip/scripted-peer.ts';
import { StandingCall } from '#test/support/sip/standing-call.ts';
import { WireLine } from '#test/support/sip/wire-line.ts';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** A registered line whose registrar gives these headers along. */
async function lineWith(grants: readonly HeaderField[], contact = ''): Promise<WireLine> {
  const wire = await WireLine.start({ grants, grantedContact: contact });
  cleanUps.push(() => wire.dispose());
  return wire;
}

/** The INVITE of a call that begins now. */
async function dial(wire: WireLine): Promise<SipRequest> {
  const before = wire.server.requestsOf('INVITE').length;
  wire.line.invite(`call-${before}`, '202', plainInvite);
  await wire.server.until(() => wire.server.requestsOf('INVITE').length > before);
  return wire.server.requestsOf('INVITE').at(-1) ?? expect.fail('no INVITE');
}

function values(request: SipRequest, name: string): string[] {
  return findHeaders(request.headers, name);
}

function credentials(request: SipRequest): ReadonlyMap<string, string> {
  const header = findHeader(request.headers, 'Authorization');
  return (header === undefined ? undefined : parseCredentials(header)?.parameters) ?? new Map<string, string>();
}

describe('what a registrar gives along', () => {
  it('is the way of our calls: Service-Route (RFC 3608), but not of the next REGISTER', async () => {
    const wire = await lineWith([{ name: 'Service-Route', value: '<sip:edge.test;lr>, <sip:core.test;transport=ws;lr>' }]);
    const invite = await dial(wire);
    expect(values(invite, 'Route').join(', ')).toBe('<sip:edge.test;lr>, <sip:core.test;transport=ws;lr>');
    expect(invite.uri.text).toBe('sip:202@lab.test');
    wire.server.sendToAll(answerText(answer(invite, 486)));
    await wire.server.until(() => wire.server.requestsOf('ACK').length === 1);
    expect(values(wire.server.requestsOf('ACK')[0] ?? invite, 'Route')).toEqual(values(invite, 'Route'));
    wire.line.reconnect('asked');
    await wire.server.until(() => wire.server.connectionCount === 2 && wire.server.requests.at(-1)?.method === 'REGISTER');
    expect(wire.server.requestsOf('REGISTER').flatMap((request) => values(request, 'Route'))).toEqual([]);
  });

  it('is asked for: path, outbound, gruu', async () => {
    const wire = await lineWith([]);
    const supported = values(wire.server.requestsOf('REGISTER')[0] ?? expect.fail('no REGISTER'), 'Supported').join(', ');
    for (const tag of ['path', 'outbound', 'gruu']) expect(supported.split(', ')).toContain(tag);
  });

  it('is our address in dialogs: GRUU (RFC 5627)', async () => {
    const gruu = 'sip:201@lab.test;gr=urn:uuid:0a1b2c3d';
    const wire = await lineWith([], `;pub-gruu="${gruu}";temp-gruu="sip:tgruu.7hs@lab.test;gr"`);
    const invite = await dial(wire);
    expect(invite.contacts.map(({ uri }) => uri.text)).toEqual([gruu]);
    const ok = answer(invite, 200, { body: fakeSdp('far') });
    ok.headers = ok.headers.map(([name, value]) => [name, name === 'To' ? `${value};tag=far` : value]);
    wire.server.sendToAll(answerText(ok));
    await wire.until(() => wire.events.at(-1)?.type === 'established');
    // the far end calls us by it
    for (const [index, target] of [gruu, 'sip:tgruu.7hs@lab.test;gr'].entries()) {
      const lines = [
        `INFO ${target} SIP/2.0`,
        `Via: SIP/2.0/WS far.test;branch=z9hG4bKinfo${index}`,
        `From: ${findHeader(invite.headers, 'To')};tag=far`,
        `To: ${findHeader(invite.headers, 'From')}`,
        `Call-ID: ${invite.callId}`,
        `CSeq: ${index + 1} INFO`,
        'Content-Length: 0',
        '\r\n',
      ];
      wire.server.sendToAll(lines.join('\r\n'));
    }
    await wire.server.until(() => wire.server.responses.length === 2);
    expect(wire.server.responses.map(({ status }) => status)).toEqual([200, 200]);
  });

  it.each([';temp-gruu="sip:tgruu.7hs@lab.test;gr"', ''])('is no address of a call that hides who calls %s', async (temporary) => {
    const wire = await lineWith([], `;pub-gruu="sip:201@lab.test;gr=urn:uuid:0a1b2c3d"${temporary}`);
    wire.line.invite('hidden', '202', { ...plainInvite, anonymous: true });
    await wire.server.until(() => wire.server.requestsOf('INVITE').length === 1);
    const invite = wire.server.requestsOf('INVITE')[0] ?? expect.fail('no INVITE');
    const ok = answer(invite, 200, { body: fakeSdp('far') });
    ok.headers = ok.headers.map(([name, value]) => [name, name === 'To' ? `${value};tag=far` : value]);
    wire.server.sendToAll(answerText(ok));
    await wire.until(() => wire.events.at(-1)?.type === 'established');
    wire.line.setHold('hidden', true);
    await wire.server.until(() => wire.server.requestsOf('INVITE').length === 2);
    const contacts = wire.server.requestsOf('INVITE').flatMap((request) => request.contacts.map(({ uri }) => uri.text));
    expect(contacts[1]).toBe(contacts[0]);
    expect(contacts.join()).not.toContain('201');
    if (temporary !== '') expect(contacts[0]).toBe('sip:tgruu.7hs@lab.test;gr');
  });

  it('may be less than we asked for: 439, and no outbound from then on (RFC 5626 section 6)', async () => {
    const wire = await WireLine.start({
      before: (received) => {
        if (!values(received.request, 'Contact').join().includes('reg-id')) return false;
        received.reply(439);
        return true;
      },
    });
    cleanUps.push(() => wire.dispose());
    const [first, ...later] = wire.server.requestsOf('REGISTER');
    expect(values(first ?? expect.fail('no REGISTER'), 'Contact')[0]).toContain('reg-id=1');
    expect(later.flatMap((request) => values(request, 'Supported')).join()).not.toContain('outbound');
    expect(wire.line.registration.phase).toBe('registered');
  });

  it('is the next nonce (RFC 7616 section 3.5)', async () => {
    const wire = await lineWith([{ name: 'Authentication-Info', value: 'qop=auth, nextnonce="nonce-of-tomorrow"' }]);
    const sent = credentials(await dial(wire));
    expect([sent.get('nonce'), sent.get('nc')]).toEqual(['nonce-of-tomorrow', '00000001']);
    expect(credentials(await dial(wire)).get('nc')).toBe('00000002');
  });

  it('is no next nonce when somebody else says so', async () => {
    const wire = await lineWith([]);
    const invite = await dial(wire);
    wire.server.sendToAll(answerText(answer(invite, 486, { headers: [['Authentication-Info', 'nextnonce="evil"']] })));
    await wire.until(() => wire.events.at(-1)?.type === 'rejected');
    expect(credentials(await dial(wire)).get('nonce')).toBe('nonce-1');
  });
});

describe('a challenge to a call', () => {
  it('may ask for the integrity of its body', async () => {
    const wire = await lineWith([]);
    const invite = await dial(wire);
    const challenge = 'Digest realm="office", nonce="n", algorithm=SHA-256, qop="auth-int"';
    wire.server.sendToAll(answerText(answer(invite, 401, { headers: [['WWW-Authenticate', challenge]] })));
    await wire.server.until(() => wire.server.requestsOf('INVITE').length === 2);
    const second = wire.server.requestsOf('INVITE')[1] ?? invite;
    const sent = credentials(second);
    const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
    const a2 = hash(`INVITE:${second.uri.text}:${hash(Buffer.from(second.body).toString())}`);
    const middle = `${sent.get('nc')}:${sent.get('cnonce')}:auth-int`;
    expect(sent.get('response')).toBe(hash(`${hash('201:office:secret')}:n:${middle}:${a2}`));
  });

  it('inside of its dialog takes a number of the dialog', async () => {
    const call = await StandingCall.start();
    cleanUps.push(() => call.dispose());
    const { wire, id } = call;
    const challenge = (received: ReceivedSip): void =>
      received.reply(401, [{ name: 'WWW-Authenticate', value: `Digest realm="office", nonce="m", qop="auth"` }]);
    wire.server.script = (received) => {
      if (received.request.method !== 'INFO') return;
      if (credentials(received.request).get('nonce') === 'm') received.reply(200);
      else challenge(received);
    };
    wire.line.sendDtmf(id, '1', 'info');
    await wire.server.until(() => wire.server.requestsOf('INFO').length === 2);
    const sequences = wire.server.requestsOf('INFO').map(({ cseq }) => cseq.sequence);
    const reinvite = await call.request('INVITE', () => wire.line.setHold(id, true));
    expect([...sequences, reinvite.cseq.sequence]).toEqual([1, 2, 3]);
  });
});
