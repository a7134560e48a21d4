import { parseParameters } from './parse-parameters.ts';

/** A dialog as somebody outside of it names it (RFC 3891 section 6.1). */
export interface DialogName {
  readonly callId: string;
  /** Tag of the one who receives the Replaces header. */
  readonly toTag: string;
  readonly fromTag: string;
  /** Only while it is not answered. */
  readonly earlyOnly: boolean;
}

/** Reads a Replaces header; undefined when it names no dialog. */
export function readReplaces(value: string): DialogName | undefined {
  const { callId, parameters } = split(value);
  const toTag = parameters?.get('to-tag') ?? '';
  const fromTag = parameters?.get('from-tag') ?? '';
  if (callId === '' || toTag === '' || fromTag === '') return undefined;
  return { callId, toTag, fromTag, earlyOnly: parameters?.has('early-only') ?? false };
}

/** The value of a Replaces header. */
export function writeReplaces({ callId, toTag, fromTag, earlyOnly }: DialogName): string {
  return `${callId};to-tag=${toTag};from-tag=${fromTag}${earlyOnly ? ';early-only' : ''}`;
}

/** Call-ID and both tags of a Target-Dialog header (RFC 4538 section 7); undefined when one of them is missing. */
export function readTargetDialog(value: string): { readonly callId: string; readonly tags: readonly [string, string] } | undefined {
  const { callId, parameters } = split(value);
  const local = parameters?.get('local-tag') ?? '';
  const remote = parameters?.get('remote-tag') ?? '';
  return callId === '' || local === '' || remote === '' ? undefined : { callId, tags: [local, remote] };
}

function split(value: string): { callId: string; parameters: ReadonlyMap<string, string | null> | undefined } {
  const semicolon = value.indexOf(';');
  if (semicolon < 0) return { callId: '', parameters: undefined };
  return { callId: value.slice(0, semicolon).trim(), parameters: parseParameters(value.slice(semicolon)) };
}
