/** What the message parser has to know about a header; `other` is carried untouched. */
export type HeaderRole = 'via' | 'from' | 'to' | 'contact' | 'call-id' | 'cseq' | 'content-length' | 'other';

export interface HeaderKind {
  /** Name as Commute writes it. */
  readonly name: string;
  readonly role: HeaderRole;
}

const roles: ReadonlyMap<string, HeaderRole> = new Map([
  ['Via', 'via'],
  ['From', 'from'],
  ['To', 'to'],
  ['Contact', 'contact'],
  ['Call-ID', 'call-id'],
  ['CSeq', 'cseq'],
  ['Content-Length', 'content-length'],
]);

/** Compact forms (IANA registry of SIP header fields). */
const compactForms = {
  a: 'Accept-Contact',
  b: 'Referred-By',
  c: 'Content-Type',
  d: 'Request-Disposition',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  j: 'Reject-Contact',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  n: 'Identity-Info',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
  y: 'Identity',
} as const;

const knownNames =
  'Accept Accept-Contact Accept-Encoding Accept-Language Accept-Resource-Priority Alert-Info Allow Allow-Events Answer-Mode ' +
  'Authentication-Info Authorization Call-ID Call-Info Contact Content-Disposition Content-Encoding Content-ID Content-Language ' +
  'Content-Length Content-Transfer-Encoding Content-Type CSeq Date Diversion Error-Info Event Expires Feature-Caps Flow-Timer From ' +
  'Geolocation Geolocation-Error Geolocation-Routing History-Info Identity Identity-Info In-Reply-To Info-Package Join Max-Breadth ' +
  'Max-Forwards MIME-Version Min-Expires Min-SE Organization P-Access-Network-Info P-Answer-State P-Asserted-Identity ' +
  'P-Asserted-Service P-Associated-URI P-Called-Party-ID P-Early-Media P-Preferred-Identity P-Preferred-Service P-Served-User ' +
  'Path Permission-Missing Policy-Contact Policy-ID Priority Priv-Answer-Mode Privacy Proxy-Authenticate ' +
  'Proxy-Authentication-Info Proxy-Authorization Proxy-Require RAck Reason Record-Route Recv-Info Refer-Sub Refer-To Referred-By ' +
  'Reject-Contact Remote-Party-ID Replaces Reply-To Request-Disposition Require Resource-Priority Retry-After Route RSeq ' +
  'Security-Client Security-Server Security-Verify Server Service-Route Session-Expires Session-ID SIP-ETag SIP-If-Match Subject ' +
  'Subscription-State Supported Suppress-If-Match Target-Dialog Timestamp To Trigger-Consent Unsupported User-Agent ' +
  'User-to-User Via Warning WWW-Authenticate X-Asterisk-HangupCause X-Asterisk-HangupCauseCode';

const kinds = buildKinds();
const candidates = buildCandidates();

function buildKinds(): Map<string, HeaderKind> {
  const table = new Map<string, HeaderKind>();
  for (const name of knownNames.split(' ')) {
    table.set(name.toLowerCase(), { name, role: roles.get(name) ?? 'other' });
  }
  for (const [letter, name] of Object.entries(compactForms)) {
    const kind = table.get(name.toLowerCase());
    if (kind !== undefined) table.set(letter, kind);
  }
  return table;
}

/** Kinds by length and first letter of their names, two or three in a place: comparing is cheaper than hashing a slice. */
function buildCandidates(): (HeaderKind[] | undefined)[] {
  const table: (HeaderKind[] | undefined)[] = new Array<undefined>(32 * 32).fill(undefined);
  for (const kind of new Set(kinds.values())) (table[place(kind.name.length, kind.name.charCodeAt(0))] ??= []).push(kind);
  return table;
}

function place(length: number, firstCode: number): number {
  return (length & 31) * 32 + (firstCode & 31);
}

/**
 * Kind of the header whose name stands between two indexes, in any case or as a compact form; undefined when Commute does not
 * know it.
 */
export function readHeaderKind(text: string, start: number, end: number): HeaderKind | undefined {
  const length = end - start;
  const near = candidates[place(length, text.charCodeAt(start))];
  if (near !== undefined) {
    for (const kind of near) {
      if (kind.name.length === length && text.startsWith(kind.name, start)) return kind;
    }
  }
  return kinds.get(text.slice(start, end).toLowerCase());
}

/** `i` and `CALL-ID` become `Call-ID`; unknown names stay as they are. */
export function canonicalHeaderName(name: string): string {
  return readHeaderKind(name, 0, name.length)?.name ?? name;
}
