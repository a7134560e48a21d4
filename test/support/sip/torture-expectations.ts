import type { TortureName } from '#test/fixtures/torture/torture-messages.ts';

export interface TortureExpectation {
  /** Final status that leaves on the same flow; null when nothing may be answered. */
  readonly status: number | null;
  readonly because: string;
}

const busy = 486;
const registration = { status: 405, because: 'a phone is no registrar (RFC 3261 section 8.2.1)' };
const capabilities = { status: 200, because: 'a valid question for our capabilities (section 11.2)' };
const call = { status: busy, because: 'a valid call: the phone takes it, and this one is busy' };
const answer = { status: null, because: 'an answer is never answered; this one matches no request of ours' };
const malformed = (what: string): TortureExpectation => ({ status: 400, because: `${what}: cannot be read safely (section 21.4.1)` });

/**
 * What a phone does with each message of RFC 4475 and RFC 5118 that reaches it over its registered flow, when the user of the
 * Request-URI is its own.
 */
export const tortureExpectations: Readonly<Record<TortureName, TortureExpectation>> = {
  wsinv: { status: 481, because: 'valid, but its To tag names a dialog that does not stand (section 12.2.2)' },
  intmeth: { status: 501, because: 'a valid message of a method that nobody knows (section 8.2.1)' },
  esc01: call,
  escnull: registration,
  esc02: { status: 501, because: 'RE%47IST%45R is not REGISTER: methods have no escapes' },
  lwsdisp: capabilities,
  longreq: call,
  dblreq: { status: 405, because: 'a registration, and the octets behind its body are no part of it (section 18.3)' },
  semiuri: capabilities,
  transports: capabilities,
  mpart01: { status: 200, because: 'its text can be read, and nothing says that the signature beside it must be (RFC 5621 section 4)' },
  unreason: answer,
  noreason: answer,
  badinv01: malformed('empty elements in Via and Contact'),
  clerr: malformed('a body shorter than its Content-Length'),
  ncl: malformed('a negative Content-Length'),
  scalar02: malformed('a CSeq beyond 32 bits'),
  scalarlg: { status: null, because: 'an answer with a CSeq beyond 32 bits is dropped' },
  quotbal: malformed('a quoted string without end in To'),
  ltgtruri: malformed('a Request-URI in angle brackets'),
  lwsruri: malformed('white space in the Request-URI'),
  lwsstart: malformed('more than one space in the request line'),
  trws: malformed('spaces behind the version'),
  escruri: malformed('headers in the Request-URI'),
  baddate: { status: busy, because: 'a call whose Date is wrong; a phone does not use it (section 8.2.2: ignore what is not needed)' },
  regbadct: malformed('a Contact whose question mark may belong to the URI or not'),
  badaspec: { status: 200, because: 'spaces inside the brackets of To cannot be misread' },
  baddn: malformed('the archived message ends before its empty line'),
  badvers: { status: 505, because: 'SIP/7.0 (section 21.5.6)' },
  mismatch01: malformed('start line and CSeq name different methods'),
  mismatch02: { status: 501, because: 'the same, but the method of the start line is unknown, which comes first' },
  bigcode: { status: null, because: 'an answer with an impossible status is dropped' },
  badbranch: malformed('a branch that is a magic cookie and nothing else'),
  insuf: malformed('From, To and Call-ID are missing'),
  unkscm: { status: 416, because: 'nobody knows that URI scheme (section 8.2.2.1)' },
  novelsc: { status: 416, because: 'soap.beep is no address of a phone (section 8.2.2.1)' },
  unksm2: registration,
  bext01: { status: 420, because: 'it requires extensions that do not exist (section 8.2.2.3)' },
  invut: { status: 415, because: 'a body of a type that nobody knows (section 8.2.3)' },
  regaut01: registration,
  multi01: malformed('CSeq, Call-ID, From and To more than once'),
  mcl01: malformed('two different Content-Lengths'),
  bcast: answer,
  zeromf: { status: 200, because: 'Max-Forwards 0 stops proxies, not the phone it has reached' },
  cparam01: registration,
  cparam02: registration,
  regescrt: registration,
  sdp01: { status: 406, because: 'the caller takes no session description (section 20.1)' },
  inv2543: { status: busy, because: 'a call in the old syntax, without branch and Contact, is still a call' },
  'ipv6-good': registration,
  'ipv6-bad': malformed('an IPv6 address without brackets in the Request-URI'),
  'port-ambiguous': registration,
  'port-unambiguous': registration,
  'via-received-param-with-delim': { status: 404, because: 'a valid BYE, but its Request-URI names no user, let alone ours' },
  'via-received-param-no-delim': { status: 404, because: 'the same, and received without brackets can be read' },
  'ipv6-in-sdp': call,
  'mult-ip-in-header': { status: 481, because: 'a valid BYE of a dialog that does not stand (section 15.1.2)' },
  'mult-ip-in-sdp': call,
  'ipv4-mapped-ipv6': call,
  'ipv6-bug-abnf-3-colons': { status: 200, because: 'three colons come from a slip in the grammar of RFC 3261; they harm nobody' },
  'ipv6-correct-abnf-2-colons': capabilities,
};
