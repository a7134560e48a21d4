/** Randomness as a parameter. */
export interface Random {
  /** A number from 0 (included) to 1 (excluded). */
  fraction(): number;
  /** `byteCount` cryptographically random bytes in lower-case hexadecimal. */
  hex(byteCount: number): string;
}
