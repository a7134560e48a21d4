import type { TortureName } from '#test/fixtures/torture/torture-messages.ts';

/** `accept`, or the fault's layer, code and the status of the answer (`none` when there must be no answer). */
export type Verdict = 'accept' | readonly [layer: 'framing' | 'header' | 'validation', code: string, answer: number | 'none'];

/**
 * What the parser itself has to say to each message that arrives in one piece (a datagram or a WebSocket frame). Where the RFC
 * leaves a choice, a phone takes the one that cannot be misread. Unknown methods, bodies, extensions and the like pass here and are
 * answered by the user agent.
 */
export const verdicts: Readonly<Record<TortureName, Verdict>> = {
  wsinv: 'accept',
  intmeth: 'accept',
  esc01: 'accept',
  escnull: 'accept',
  esc02: 'accept',
  lwsdisp: 'accept',
  longreq: 'accept',
  dblreq: 'accept',
  semiuri: 'accept',
  transports: 'accept',
  mpart01: 'accept',
  unreason: 'accept',
  noreason: 'accept',
  badinv01: ['header', 'via-malformed', 400],
  clerr: ['framing', 'body-truncated', 400],
  ncl: ['framing', 'content-length-malformed', 400],
  scalar02: ['header', 'cseq-malformed', 400],
  scalarlg: ['header', 'cseq-malformed', 'none'],
  quotbal: ['header', 'to-malformed', 400],
  ltgtruri: ['header', 'request-uri-malformed', 400],
  lwsruri: ['header', 'request-uri-malformed', 400],
  lwsstart: ['header', 'request-uri-malformed', 400],
  trws: ['header', 'request-line-malformed', 400],
  escruri: ['validation', 'request-uri-headers', 400],
  baddate: 'accept',
  regbadct: ['header', 'contact-malformed', 400],
  badaspec: 'accept',
  baddn: ['framing', 'headers-unterminated', 400],
  badvers: ['validation', 'version-unknown', 505],
  mismatch01: ['validation', 'cseq-mismatch', 400],
  mismatch02: ['validation', 'cseq-mismatch', 501],
  bigcode: ['header', 'status-malformed', 'none'],
  badbranch: ['validation', 'branch-empty', 400],
  insuf: ['validation', 'header-missing', 400],
  unkscm: ['validation', 'request-uri-scheme-unknown', 416],
  novelsc: ['validation', 'request-uri-scheme-unknown', 416],
  unksm2: 'accept',
  bext01: 'accept',
  invut: 'accept',
  regaut01: 'accept',
  multi01: ['header', 'header-repeated', 400],
  mcl01: ['framing', 'content-length-conflict', 400],
  bcast: 'accept',
  zeromf: 'accept',
  cparam01: 'accept',
  cparam02: 'accept',
  regescrt: 'accept',
  sdp01: 'accept',
  inv2543: 'accept',
  'ipv6-good': 'accept',
  'ipv6-bad': ['header', 'request-uri-malformed', 400],
  'port-ambiguous': 'accept',
  'port-unambiguous': 'accept',
  'via-received-param-with-delim': 'accept',
  'via-received-param-no-delim': 'accept',
  'ipv6-in-sdp': 'accept',
  'mult-ip-in-header': 'accept',
  'mult-ip-in-sdp': 'accept',
  'ipv4-mapped-ipv6': 'accept',
  'ipv6-bug-abnf-3-colons': 'accept',
  'ipv6-correct-abnf-2-colons': 'accept',
};

/** Where a stream differs: all verdicts in order, `wait` for a message whose rest may still come. */
export const streamVerdicts: Partial<Readonly<Record<TortureName, readonly (Verdict | 'wait')[]>>> = {
  // the octets behind the first message are a second one, whose body is two octets longer than it says
  dblreq: ['accept', 'accept', ['framing', 'not-sip', 'none']],
  clerr: ['wait'],
  baddn: ['wait'],
  // without Content-Length nobody knows where the body ends
  inv2543: [['framing', 'content-length-missing', 400]],
};
