import type { ErrorReport } from '../errors/app-error.ts';
import { parseUri } from '../sip/parse-uri.ts';

/** `target`: digits, `*`, `#` and a leading `+`, or a SIP URI as `SipLine.invite` takes it. */
export type DialTarget = { readonly ok: true; readonly target: string } | { readonly ok: false; readonly error: ErrorReport };

/** What people and address books put between digits: spaces of every width, dashes, dots, slashes, brackets. */
const separators = /[\s\u00ad\u200b\u2060\u2010-\u2015\u2212().\-/[\]]/gu;
/** `(0)` behind a country code is the trunk prefix for callers inside the country; nobody dials both. */
const writtenTrunkPrefix = /^(\s*(?:\+|00)[^(]*)\(\s*0\s*\)/;
const dialable = /^\+?[0-9*#]+$/;
const longest = 128;

/**
 * Reads what a person typed or pasted into the dial field. Names are refused (`number-invalid`): searching people is another
 * thing than dialling. `#` and `*` stay as they are; percent-encoding belongs to the URI.
 */
export function readDialTarget(typed: string): DialTarget {
  const text = typed.trim();
  const scheme = /^([a-z]+):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'sip' || scheme === 'sips') return readSipUri(text, typed);
  if (scheme === 'tel') return readNumber(parseUri(text)?.user ?? '', typed);
  if (text.includes('@')) return readSipUri(`sip:${text}`, typed);
  return readNumber(text, typed);
}

function readSipUri(text: string, typed: string): DialTarget {
  const uri = parseUri(text);
  if (uri?.user === undefined || text.length > 1024) return invalid(typed);
  return { ok: true, target: text };
}

function readNumber(text: string, typed: string): DialTarget {
  const target = text.replace(writtenTrunkPrefix, '$1').replace(separators, '');
  if (target.length > longest || !dialable.test(target)) return invalid(typed);
  return { ok: true, target };
}

function invalid(typed: string): DialTarget {
  return { ok: false, error: { code: 'number-invalid', details: { number: typed.slice(0, longest) } } };
}
