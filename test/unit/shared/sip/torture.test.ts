import { describe, expect, it } from 'vitest';
import { parseMessage } from '#shared/sip/parse-message.ts';
import type { ParseFault, SipMessage } from '#shared/sip/message.ts';
import { type StreamEvent, StreamFramer } from '#shared/sip/stream-framer.ts';
import { tortureMessage, tortureMessages, type TortureName } from '#test/fixtures/torture/torture-messages.ts';
import { streamVerdicts, type Verdict, verdicts } from './torture-verdicts.ts';

const table = new Map<string, Verdict>(Object.entries(verdicts));
const streamTable = new Map(Object.entries(streamVerdicts));

describe('RFC 4475 and RFC 5118 messages in one piece', () => {
  it('has all 61 of them', () => {
    expect(tortureMessages().map((message) => message.name)).toEqual([...table.keys()]);
    expect(table.size).toBe(61);
  });

  it.each(tortureMessages())('$section ($name)', ({ name, bytes }) => {
    const result = parseMessage(bytes);
    expect(result.ok ? 'accept' : verdictOf(result.fault)).toEqual(table.get(name));
  });
});

describe('RFC 4475 and RFC 5118 messages on a stream', () => {
  it.each(tortureMessages())('byte by byte and at once, $section ($name)', ({ name, bytes }) => {
    const expected = streamTable.get(name) ?? [table.get(name)];
    expect(streamVerdict(bytes, 1)).toEqual(expected);
    expect(streamVerdict(bytes, bytes.length)).toEqual(expected);
  });
});

describe('what the accepted messages say', () => {
  it('RFC 4475 3.1.1.1: unfolds and reads through white space', () => {
    const message = accepted('wsinv');
    expect(message.to.uri.text).toBe('sip:vivekg@chair-dnrc.example.com');
    expect(message.to.parameters.get('tag')).toBe('1918181833n');
    expect(message.from.displayName).toBe('J Rosenberg \\"');
    expect(message.from.parameters.get('tag')).toBe('98asjd8');
    expect(message.cseq).toEqual({ sequence: 9, method: 'INVITE' });
    expect(message.via.map(({ transport, host, branch }) => [transport, host, branch])).toEqual([
      ['UDP', '192.0.2.2', '390skdjuw'],
      ['TCP', 'spindle.example.com', 'z9hG4bK9ikj8'],
      ['UDP', '192.168.255.111', 'z9hG4bK30239'],
    ]);
    expect(message.contacts[0]?.displayName).toBe('Quoted string ""');
    expect([...(message.contacts[0]?.parameters ?? [])]).toEqual([
      ['newparam', 'newvalue'],
      ['secondparam', null],
      ['q', '0.33'],
    ]);
    expect(message.headers.find((field) => field.name === 'NewFangledHeader')?.value).toBe('newfangled value continued newfangled value');
    expect(message.headers.find((field) => field.name === 'Subject')?.value).toBe('');
  });

  it('RFC 4475 3.1.1.2: keeps unusual characters', () => {
    const message = accepted('intmeth');
    expect(message.kind === 'request' && message.method).toBe("!interesting-Method0123456789_*+`.%indeed'~");
    expect(message.kind === 'request' && message.uri.host).toBe('example.com');
    expect(message.kind === 'request' && message.uri.user).toBe("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");
    expect(message.to.displayName).toBe('BEL:\u0007 NUL:\u0000 DEL:\u007f');
    expect(message.from.displayName).toBe("token1~` token2'+_ token3*%!.-");
    expect(message.from.parameters.get("fromparam''~+*_!.-%")).toBe('работающий');
    expect(message.callId).toBe('intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{');
    expect(message.headers.at(-2)).toEqual({ name: "extensionHeader-!.%*+_`'~", value: '\ufeff大停電' });
  });

  it('RFC 4475 3.1.1.3: resolves escapes in URI parameters, keeps them in the user', () => {
    const message = accepted('esc01');
    expect(message.kind === 'request' && message.uri.user).toBe('sips%3Auser%40example.com');
    expect([...(message.contacts[0]?.uri.parameters ?? [])]).toEqual([
      ['lr', null],
      ['name', 'value%41'],
    ]);
  });

  it('RFC 4475 3.1.1.5: does not see escapes in names', () => {
    const message = accepted('esc02');
    expect(message.kind === 'request' && message.method).toBe('RE%47IST%45R');
    expect(message.contacts.map((contact) => contact.uri.user)).toEqual(['alias1', 'alias3']);
  });

  it('RFC 4475 3.1.1.7: keeps 34 Via values', () => {
    expect(accepted('longreq').via.map((via) => via.host)).toEqual([
      ...Array.from({ length: 33 }, (_, index) => `sip${33 - index}.example.com`),
      'host.example.com',
    ]);
  });

  it('RFC 4475 3.1.1.8: drops octets behind the body', () => {
    expect(accepted('dblreq').body).toHaveLength(0);
  });

  it('RFC 4475 3.1.1.9: keeps semicolons in the user', () => {
    const message = accepted('semiuri');
    expect(message.kind === 'request' && message.uri.user).toBe('user;par=u%40example.net');
  });

  it('RFC 4475 3.1.1.11: keeps a binary body byte for byte', () => {
    const { bytes } = tortureMessage('mpart01');
    expect(accepted('mpart01').body).toEqual(bytes.subarray(bytes.length - 553));
  });

  it('RFC 4475 3.1.1.12 and 13: takes any reason phrase or none', () => {
    const unusual = accepted('unreason');
    expect(unusual.kind === 'response' && unusual.reason).toBe('= 2**3 * 5**2 но сто девяносто девять - простое');
    const none = accepted('noreason');
    expect(none.kind === 'response' && [none.status, none.reason]).toEqual([100, '']);
  });

  it('RFC 4475 3.1.2.15: takes the display name without quotes once the empty line stands', () => {
    const { bytes } = tortureMessage('baddn');
    const result = parseMessage(Uint8Array.from([...bytes, 13, 10]));
    expect(result.ok && result.message.from.displayName).toBe('Bell, Alexander');
  });

  it('RFC 4475 3.3.12 and 13: tells header parameters from URI parameters', () => {
    expect([...(accepted('cparam01').contacts[0]?.parameters.keys() ?? [])]).toEqual(['unknownparam']);
    expect([...(accepted('cparam02').contacts[0]?.uri.parameters.keys() ?? [])]).toEqual(['unknownparam']);
  });

  it('RFC 4475 3.3.14: resolves URI headers', () => {
    expect(accepted('regescrt').contacts[0]?.uri.headers).toEqual(new Map([['Route', ['<sip:sip.example.com>']]]));
  });

  it('RFC 5118 4.3 and 4.4: a port stands behind the bracket only', () => {
    const ambiguous = accepted('port-ambiguous');
    const unambiguous = accepted('port-unambiguous');
    expect(ambiguous.kind === 'request' && [ambiguous.uri.host, ambiguous.uri.port]).toEqual(['[2001:db8::10:5070]', undefined]);
    expect(unambiguous.kind === 'request' && [unambiguous.uri.host, unambiguous.uri.port]).toEqual(['[2001:db8::10]', 5070]);
  });

  it('RFC 5118 4.5: `received` with and without brackets', () => {
    expect(accepted('via-received-param-with-delim').via[0]?.parameters.get('received')).toBe('[2001:db8::9:255]');
    expect(accepted('via-received-param-no-delim').via[0]?.parameters.get('received')).toBe('2001:db8::9:255');
  });

  it('RFC 4475 3.3.1: salvages what an answer can be built from', () => {
    const result = parseMessage(tortureMessage('insuf').bytes);
    expect(!result.ok && result.fault.salvaged).toMatchObject({
      kind: 'request',
      method: 'INVITE',
      headers: [{ name: 'CSeq', value: '193942 INVITE' }, { name: 'Via' }, { name: 'Content-Type' }, { name: 'Content-Length' }],
    });
  });
});

function accepted(name: TortureName): SipMessage {
  const result = parseMessage(tortureMessage(name).bytes);
  if (!result.ok) throw new Error(`${name} was refused: ${result.fault.message}`);
  return result.message;
}

function verdictOf(fault: ParseFault): Verdict {
  return [fault.layer, fault.code, fault.answerStatus ?? 'none'];
}

function streamVerdict(bytes: Uint8Array, chunkSize: number): (Verdict | 'wait')[] {
  const framer = new StreamFramer();
  const events: StreamEvent[] = [];
  for (let from = 0; from < bytes.length; from += chunkSize) events.push(...framer.push(bytes.subarray(from, from + chunkSize)));
  const found: (Verdict | 'wait')[] = [];
  for (const event of events) {
    if (event.kind === 'message') found.push('accept');
    else if (event.kind === 'fault') found.push(verdictOf(event.fault));
  }
  if (framer.insideMessage && !events.some((event) => event.kind === 'fault' && event.fatal)) found.push('wait');
  return found;
}
