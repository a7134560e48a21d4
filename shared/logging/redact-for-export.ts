import { redact } from './redact.ts';

/** Lines that hold long numbers which are nobody's: they tie a report together and stay. */
const technicalLine =
  /^(?:call-id|i|cseq|via|v|rack|rseq|in-reply-to|session-id|content-length|l|expires|timestamp|user-agent|server)[ \t]*:/i;
/** SDP (RFC 8866): ports, priorities and clock rates; its `o=`, `e=` and `p=` lines are handled apart. */
const sessionLine = /^[a-df-z]=/;

const personLine = /^(o=)\S+|^([ep]=).*/;
const quotedName = /"(?:[^"\\\r\n]|\\.)+"(?=[ \t]{0,16}<(?:sips?|tel):)/gi;
const plainName = /([:,][ \t]{0,16})[^\s"<>,:[][^"<>,:\r\n]{0,255}(?=<(?:sips?|tel):)/gi;
const addressUser = /(\b(?:sips?|pres|im|mailto):)([^\s@<>"]{1,256})(?=@)/gi;
const telephoneUri = /(\btel:)([^\s;<>"]{1,256})/gi;
const bareUser = /[^\s<>:;,"'=@/\\()[\]]{1,64}(?=@[\w[])/g;
const namedPerson =
  /(\b(?:display-?name|name|caller|callee|user(?:name)?|auth-?user|number|extension|dialled)\\*["']?[=:]\\*)("(?:[^"\\\r\n]|\\.)*"|[^\s",;}]+)/gi;
/** Six digits or more with the usual separators; not time stamps, not the middle of a word, an address or a tag. */
const telephoneNumber = /(?<![\w.:+@-]|tag=|branch=)(?!\d{4}-\d\d-\d\dT\d\d:)\+?\(?\d(?:[ ()/-]{0,3}\d){5,20}(?![\w-])/gi;

/**
 * For text that leaves the computer: besides secrets (see `redact`) it takes out who called whom. Numbers keep their last two
 * digits, so that two calls can still be told apart; names and the user parts of addresses go; hosts and Call-IDs stay.
 */
export function redactForExport(text: string): string {
  return redact(text).split('\n').map(redactLine).join('\n');
}

function redactLine(line: string): string {
  if (technicalLine.test(line)) return line;
  const withoutPeople = line
    .replace(personLine, (_match, origin: string | undefined, contact: string | undefined) =>
      origin === undefined ? `${contact ?? ''}[user]` : `${origin}-`,
    )
    .replace(quotedName, '"[name]"')
    .replace(plainName, '$1[name] ')
    .replace(addressUser, (_match, scheme: string, user: string) => scheme + maskUser(user))
    .replace(telephoneUri, (_match, scheme: string, number: string) => scheme + maskUser(number))
    .replace(bareUser, maskUser)
    .replace(namedPerson, (_match, name: string, value: string) => name + maskQuoted(value));
  return sessionLine.test(line) ? withoutPeople : withoutPeople.replace(telephoneNumber, maskNumber);
}

function maskQuoted(value: string): string {
  return value.startsWith('"') ? `"${maskUser(value.slice(1, -1))}"` : maskUser(value);
}

function maskUser(user: string): string {
  if (user === '' || user === '[user]' || user === '[name]') return user;
  return /^[+*#\d ()./-]+$/.test(user) ? maskNumber(user) : '[user]';
}

function maskNumber(number: string): string {
  const digits = number.replace(/\D/g, '');
  return `***${digits.slice(-2)}`;
}
