import { z } from 'zod';

/** How a value of type `T` stands in a JSON file that carries its own `version`. */
export interface DocumentFormat<T extends { readonly version: number }> {
  readonly schema: z.ZodType<T>;
  /** The version that this build writes. */
  readonly version: T['version'];
  /** `upgrades[n]` turns the content of version n into that of n + 1; pure. `version` itself is set by the reader. */
  readonly upgrades: Readonly<Record<number, (content: Record<string, unknown>) => Record<string, unknown>>>;
  readonly defaults: T;
}

export type Reading<T> =
  | { readonly kind: 'good'; readonly value: T }
  /** Written by a newer Commute; `value` is what this build can still make of it. */
  | { readonly kind: 'newer'; readonly version: number; readonly value: T | undefined }
  | { readonly kind: 'damaged'; readonly reason: string };

const envelopeSchema = z.looseObject({ version: z.number().int().min(1) });

/** Reads the bytes of a document, whatever they are; upgrades old content step by step. Never throws. */
export function interpret<T extends { readonly version: number }>(bytes: Uint8Array, format: DocumentFormat<T>): Reading<T> {
  const parsed = parseJson(bytes);
  if (!parsed.ok) return { kind: 'damaged', reason: parsed.reason };
  const envelope = envelopeSchema.safeParse(parsed.value);
  if (!envelope.success) return { kind: 'damaged', reason: 'no version' };
  const { version } = envelope.data;
  if (version > format.version) {
    const readable = format.schema.safeParse({ ...envelope.data, version: format.version });
    return { kind: 'newer', version, value: readable.data };
  }
  const upgraded = upgrade(envelope.data, version, format);
  if (!upgraded.ok) return { kind: 'damaged', reason: upgraded.reason };
  const result = format.schema.safeParse(upgraded.value);
  return result.success ? { kind: 'good', value: result.data } : { kind: 'damaged', reason: firstIssue(result.error) };
}

/** Where and why a value does not fit its schema, without the value. */
export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'not valid' : `${issue.path.join('.')}: ${issue.message}`;
}

type Outcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

function parseJson(bytes: Uint8Array): Outcome {
  try {
    return { ok: true, value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    // The parser's message would quote the file.
    return { ok: false, reason: 'not JSON' };
  }
}

function upgrade<T extends { readonly version: number }>(
  content: Record<string, unknown>,
  from: number,
  format: DocumentFormat<T>,
): Outcome {
  let current = content;
  for (let version = from; version < format.version; version++) {
    const step = format.upgrades[version];
    if (step === undefined) return { ok: false, reason: `no upgrade from version ${version}` };
    try {
      current = { ...step(current), version: version + 1 };
    } catch {
      return { ok: false, reason: `the upgrade from version ${version} failed` };
    }
  }
  return { ok: true, value: current };
}
