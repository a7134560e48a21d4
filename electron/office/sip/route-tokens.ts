import { createHmac, timingSafeEqual } from 'node:crypto';

const halfLength = 16;

/**
 * The user parts of the office's Route URIs. A token names one registered instance (or one flow) and proves by a keyed
 * hash that the office wrote it, so a token that names nobody is still known to be ours. Made from the stored secret, it
 * outlives a restart of the office: dialogs go on through the next one.
 */
export class RouteTokens {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  mint(subject: string): string {
    const name = this.#hash(`subject:${subject}`);
    return name + this.#hash(`token:${name}`);
  }

  isOurs(token: string): boolean {
    if (token.length !== 2 * halfLength) return false;
    const proof = this.#hash(`token:${token.slice(0, halfLength)}`);
    return timingSafeEqual(Buffer.from(proof), Buffer.from(token.slice(halfLength)).subarray(0, halfLength));
  }

  #hash(text: string): string {
    return createHmac('sha256', this.#secret).update(text).digest('hex').slice(0, halfLength);
  }
}
