import { char, isDigit, isToken, lowerCase, readDigits, skipQuoted, skipSpace, trimEnd } from './characters.ts';
import type { ViaHeader } from './message.ts';
import { readParameters } from './parse-parameters.ts';
import { endOfHost } from './parse-uri.ts';

/**
 * Reads a Via header with one or more values (RFC 3261 section 20.42). White space may stand around every sign.
 * @returns undefined when one of the values cannot be read: an answer has to copy all of them.
 */
export function parseVia(text: string): ViaHeader[] | undefined {
  const vias: ViaHeader[] = [];
  return appendVias(text, 0, text.length, vias) ? vias : undefined;
}

/** As `parseVia`, on the part of a text, into an existing list; false when a value cannot be read. */
export function appendVias(text: string, start: number, end: number, into: ViaHeader[]): boolean {
  let from = start;
  for (let index = start; index <= end; index++) {
    const code = index < end ? text.charCodeAt(index) : char.comma;
    if (code === char.quote) {
      const after = skipQuoted(text, index, end);
      if (after < 0) return false;
      index = after - 1;
    } else if (code === char.comma) {
      const via = readVia(text, skipSpace(text, from, index), index);
      if (via === undefined) return false;
      into.push(via);
      from = index + 1;
    }
  }
  return true;
}

function readVia(text: string, start: number, to: number): ViaHeader | undefined {
  const end = trimEnd(text, start, to);
  const transportStart = text.startsWith('SIP/2.0/', start) ? start + 8 : afterProtocol(text, start, end);
  if (transportStart < 0) return undefined;
  let index = transportStart;
  while (index < end && text.charCodeAt(index) !== char.space && text.charCodeAt(index) !== char.tab) index++;
  if (!isToken(text, transportStart, index)) return undefined;
  const transport = text.slice(transportStart, index).toUpperCase();
  const hostStart = skipSpace(text, index, end);
  if (hostStart === index) return undefined;
  const hostEnd = endOfHost(text, hostStart, end);
  if (hostEnd < 0) return undefined;
  let port: number | undefined;
  index = skipSpace(text, hostEnd, end);
  if (index < end && text.charCodeAt(index) === char.colon) {
    const portStart = skipSpace(text, index + 1, end);
    for (index = portStart; index < end && isDigit(text.charCodeAt(index));) index++;
    port = readDigits(text, portStart, index, 65_535);
    if (port === undefined) return undefined;
  }
  const parameters = readParameters(text, index, end);
  if (parameters === undefined) return undefined;
  return { transport, host: lowerCase(text, hostStart, hostEnd), port, branch: parameters.get('branch') ?? undefined, parameters };
}

/** Index of the transport behind `SIP / 2.0 /`, or -1. */
function afterProtocol(text: string, start: number, end: number): number {
  let index = start;
  for (let part = 0; part < 2; part++) {
    const partStart = skipSpace(text, index, end);
    for (index = partStart; index < end && text.charCodeAt(index) !== 0x2f;) index++;
    if (index >= end || !isToken(text, partStart, trimEnd(text, partStart, index))) return -1;
    index++;
  }
  return skipSpace(text, index, end);
}
