import { splitAtCommas } from '#shared/sip/characters.ts';
import { findHeaders } from '#shared/sip/find-header.ts';
import type { HeaderField, NameAddress, SipRequest, SipUri } from '#shared/sip/message.ts';
import { parseNameAddress, parseNameAddressList } from '#shared/sip/parse-name-address.ts';

export type Headers = readonly HeaderField[];

/** What only the office may say of somebody. */
export const identityHeaders = ['P-Asserted-Identity', 'P-Preferred-Identity'] as const;
/** What only the office may say of a call's way. */
export const wayHeaders = ['History-Info', 'Diversion', 'P-Called-Party-ID'] as const;

export function header(name: string, value: string | number): HeaderField {
  return { name, value: String(value) };
}

export function withoutHeaders(headers: Headers, ...names: readonly string[]): HeaderField[] {
  const unwanted = new Set(names.map((name) => name.toLowerCase()));
  return headers.filter((field) => !unwanted.has(field.name.toLowerCase()));
}

/** The same fields without the topmost Via value. */
export function withoutTopVia(headers: Headers): HeaderField[] {
  return editTopVia(headers, () => undefined);
}

/** Notes in the topmost Via where the request really came from (RFC 3261 section 18.2.1, RFC 7118 section 5.3). */
export function withReceived(headers: Headers, remoteAddress: string): HeaderField[] {
  return editTopVia(headers, (via) => `${via.replace(/\s*;\s*received\s*=[^;]*/i, '')};received=${remoteAddress}`);
}

function editTopVia(headers: Headers, edit: (via: string) => string | undefined): HeaderField[] {
  const at = headers.findIndex((field) => field.name === 'Via');
  const field = headers[at];
  if (field === undefined) return [...headers];
  const [top, ...rest] = splitAtCommas(field.value);
  const edited = top === undefined ? undefined : edit(top);
  const values = edited === undefined ? rest : [edited, ...rest];
  return [...headers.slice(0, at), ...(values.length === 0 ? [] : [header('Via', values.join(', '))]), ...headers.slice(at + 1)];
}

/** The fields that a response takes from its request (RFC 3261 section 8.2.6.2); a missing To tag is added. */
export function responseHeaders(requestHeaders: Headers, toTag: string | undefined): HeaderField[] {
  const copied: HeaderField[] = [];
  for (const field of requestHeaders) {
    if (field.name === 'To') {
      const tagged = toTag === undefined || parseNameAddress(field.value)?.parameters.has('tag') === true;
      copied.push(tagged ? field : header('To', `${field.value};tag=${toTag}`));
    } else if (['Via', 'From', 'Call-ID', 'CSeq', 'Record-Route'].includes(field.name)) copied.push(field);
  }
  return copied;
}

/** All values of an address list header (Route, Record-Route ...), in order. */
export function addressList(headers: Headers, name: string): NameAddress[] {
  return findHeaders(headers, name).flatMap(parseNameAddressList);
}

/** Tokens of list headers such as Require and Supported, in lower case. */
export function optionTags(headers: Headers, name: string): string[] {
  return findHeaders(headers, name)
    .flatMap(splitAtCommas)
    .map((tag) => tag.toLowerCase());
}

export function tagOf(address: NameAddress): string | undefined {
  return address.parameters.get('tag') ?? undefined;
}

/** Remaining hops; 70 when the header is missing, undefined when it is no number. */
/** An address as a Request-URI: without headers, which may not stand there (RFC 3261 section 19.1.1). */
export function requestUri({ text }: SipUri): string {
  return text.replace(/\?.*$/s, '');
}

export function maxForwards(request: SipRequest): number | undefined {
  const value = findHeaders(request.headers, 'Max-Forwards')[0];
  if (value === undefined) return 70;
  return /^\d{1,3}$/.test(value) && Number(value) <= 255 ? Number(value) : undefined;
}

/** Text as a quoted-string. */
export function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
