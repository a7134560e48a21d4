/**
 * Takes secrets out of text that will be kept: log lines, SIP messages, reports. It errs towards taking too much, since
 * a line that lost a word can still be read and a password cannot be taken back. All patterns run in linear time.
 */

/** What stands where something was taken out. */
export const removed = '[removed]';

/** Names whose values are secrets wherever they stand; matched at the end of a longer name too (`turnPassword`). */
const secretNames =
  'password|passwd|passphrase|pwd|secret|credentials?|token|api[-_]?key|private[-_]?key|ha1|pn-prid|cookie|ufrag|usernameFragment';
/** Parameters of digest challenges and answers (RFC 8760, RFC 7616) that help who guesses the password. */
const digestNames = 'nonce|cnonce|nextnonce|response|rspauth|opaque';

/**
 * A value behind `name=`: quoted (also inside text that was quoted once more), what an earlier pass left, or everything up to white
 * space.
 */
const value = String.raw`"(?:[^"\\\r\n]|\\.)*"?|'(?:[^'\\\r\n]|\\.)*'?|(?<slashes>\\+)"(?:[^\r\n]*?(?<!\\)\k<slashes>"|[^\r\n]*)|\[removed\](?=[\s&,;}>"'\\]|$)|[^\s"'\\]\S*|\\\S*`;

const digestHeader =
  /((?:(?:proxy-)?authorization|(?:www|proxy)-authenticate|(?:proxy-)?authentication-info)[ \t]*(?:\r?\n[ \t]+)?:)([^\r\n]*(?:\r?\n[ \t]+[^\r\n]*)*)/gi;
const cookieHeader = /((?:set-)?cookie2?[ \t]*:)[^\r\n]*(?:\r?\n[ \t]+[^\r\n]*)*/gi;
const namedSecret = new RegExp(String.raw`((?:${secretNames})[\w-]{0,24}\\*["']?[ \t]{0,16}[:=][ \t]{0,16})(?:${value})`, 'gi');
const digestParameter = new RegExp(String.raw`(\b(?:${digestNames})\\*["']?[ \t]{0,16}=[ \t]{0,16})(?:${value})`, 'gi');
const cryptoAttribute = /(a=crypto:[ \t]*\d*[ \t]*[\w-]*)[^\r\n]*/gi;
const inlineKey = /(inline:)[^\s]+/gi;
const keyAttribute = /(a=key-mgmt:[ \t]*[\w-]*|^k=[\w-]*)[^\r\n]*/gim;
const iceAttribute = /(a=ice-(?:pwd|ufrag):)[^\r\n]*/gi;
const candidateFragment = /([ \t]ufrag[ \t]+)\S+/gi;
const bearer = /(\bbearer[ \t]+)[\w.~+/=-]+/gi;
const webToken = /\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const userInfo = /(\b(?:sips?|turns?|stuns?|https?|wss?|ftps?|ldaps?):(?:\/\/)?[^\s:@/<>"]{0,256}:)[^\s/<>"]{1,1024}@/gi;
const webAddress = /\b(?:https?|wss?):\/\/[^\s"'<>]+/gi;

/** Removes digests, keys, ICE and TURN credentials, tokens in addresses and everything that calls itself a password. */
export function redact(text: string): string {
  return text
    .replace(privateKey, removed)
    .replace(digestHeader, (_match, name: string, value: string) => `${name} ${redactChallenge(value)}`)
    .replace(cookieHeader, `$1 ${removed}`)
    .replace(cryptoAttribute, `$1 ${removed}`)
    .replace(inlineKey, `$1${removed}`)
    .replace(keyAttribute, `$1 ${removed}`)
    .replace(iceAttribute, `$1${removed}`)
    .replace(candidateFragment, `$1${removed}`)
    .replace(userInfo, `$1${removed}@`)
    .replace(webAddress, redactWebAddress)
    .replace(namedSecret, `$1${removed}`)
    .replace(digestParameter, `$1${removed}`)
    .replace(bearer, `$1${removed}`)
    .replace(webToken, removed);
}

const secretName = new RegExp(`(?:${secretNames}|^(?:authorization|${digestNames}))$`, 'i');

/** Whether a value of this name is a secret as a whole, whatever it looks like. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** Of a challenge or an answer to one, the scheme, the realm and the algorithm are worth reading and give nothing away. */
function redactChallenge(value: string): string {
  const scheme = /^\s*([A-Za-z][\w-]{0,31})(?=\s|$)/.exec(value)?.[1];
  const kept = scheme === undefined ? [] : [scheme];
  if (scheme?.toLowerCase() !== 'digest') return [...kept, removed].join(' ');
  const realm = /\brealm[ \t]*=[ \t]*("(?:[^"\\\r\n]|\\.)*")/i.exec(value)?.[1];
  const algorithm = /\balgorithm[ \t]*=[ \t]*"?(MD5|SHA-256|SHA-512-256)(-sess)?\b/i.exec(value);
  const parameters = [
    ...(realm === undefined ? [] : [`realm=${realm}`]),
    ...(algorithm === null ? [] : [`algorithm=${algorithm[1] ?? ''}${algorithm[2] ?? ''}`]),
    removed,
  ];
  return `${kept.join(' ')} ${parameters.join(', ')}`;
}

/** Keeps where an address points and the names of its parameters; drops their values and path parts that look like keys. */
function redactWebAddress(address: string): string {
  const queryStart = address.search(/[?#]/);
  const path = queryStart < 0 ? address : address.slice(0, queryStart);
  const query = queryStart < 0 ? '' : address.slice(queryStart);
  const safePath = path.replace(/\/(?=[\w-]*\d)[\w-]{20,}(?=\/|$)/g, `/${removed}`);
  const safeQuery = query.replace(/([?#&;])([\w.-]{0,64}=)?[^?#&;]+/g, (match, separator: string, name: string | undefined) =>
    match === separator ? match : `${separator}${name ?? ''}${removed}`,
  );
  return safePath + safeQuery;
}
