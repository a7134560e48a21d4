import type { ErrorCode, ErrorReport } from '../errors/app-error.ts';

const codes: ReadonlyMap<number, ErrorCode> = new Map([
  [404, 'transfer-target-unknown'],
  [408, 'transfer-target-not-answered'],
  [410, 'transfer-target-unknown'],
  [416, 'transfer-target-unknown'],
  [480, 'transfer-target-not-answered'],
  [484, 'transfer-target-unknown'],
  [485, 'transfer-target-unknown'],
  [486, 'transfer-target-busy'],
  [487, 'transfer-target-not-answered'],
  [600, 'transfer-target-busy'],
  [604, 'transfer-target-unknown'],
]);

/** To whom a call was to be transferred. */
export interface TransferTarget {
  readonly name: string;
  readonly number: string;
}

/**
 * Why a transfer did not come about, by the status that the far end told of the call it made (RFC 3515 section 2.4.5).
 * Everything that is neither busy, nor silence, nor an unknown number counts as a refusal.
 */
export function transferFailure(status: number, { name, number }: TransferTarget): ErrorReport {
  return { code: codes.get(status) ?? 'transfer-refused', details: { name: name === '' ? number : name, number, status } };
}

/** The far end, or its server, does not do transfers, or not this one (answer to the REFER itself). */
export function transferRefusal(status: number, { name, number }: TransferTarget): ErrorReport {
  return { code: 'transfer-refused', details: { name: name === '' ? number : name, number, status } };
}
