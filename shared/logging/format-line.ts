import type { LogFields, LogLevel } from '../util/logger.ts';
import { isSecretName, redact, removed } from './redact.ts';

export interface LogRecord {
  /** Wall time in ms. */
  readonly at: number;
  readonly level: LogLevel;
  /** Dotted name of the logger, e.g. `sip.registrar`. */
  readonly name: string;
  readonly message: string;
  readonly fields: LogFields;
}

/**
 * One line without its line end: `2026-01-05T09:00:00.000Z INFO  sip.registrar Registered host=pbx.example expires=600`.
 * Secrets are removed, and no value can begin a new line or steer a terminal.
 */
export function formatLine(record: LogRecord): string {
  const time = new Date(record.at).toISOString();
  const fields = Object.entries(record.fields).flatMap(([name, value]) =>
    value === undefined ? [] : [` ${name}=${formatValue(name, value)}`],
  );
  return `${time} ${record.level.toUpperCase().padEnd(5)} ${record.name} ${escapeControls(redact(record.message))}${fields.join('')}`;
}

function formatValue(name: string, value: string | number | boolean | null): string {
  if (isSecretName(name)) return removed;
  if (typeof value !== 'string') return String(value);
  const safe = redact(value);
  return /^[^\s"=\\\p{C}]+$/u.test(safe) ? safe : escapeControls(JSON.stringify(safe));
}

/** Control, format (bidirectional overrides) and separator characters as `\uXXXX`; line ends as `\r` and `\n`. */
function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    return [...character].map(escapeCharacter).join('');
  });
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
