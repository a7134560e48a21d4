/**
 * All challenges of one response, in the server's order. The core gives up when a second challenge for a request does not say
 * `stale`, and after one that did; how often to try is decided by our credentials instead. So `stale` says what lets the core
 * ask them: true until they have answered, false from then on.
 */
export class ReceivedChallenges {
  readonly header: 'authorization' | 'proxy-authorization';
  readonly values: readonly string[];
  #answered = false;

  constructor(header: 'authorization' | 'proxy-authorization', values: readonly string[]) {
    this.header = header;
    this.values = values;
  }

  get stale(): boolean {
    return !this.#answered;
  }

  markAnswered(): void {
    this.#answered = true;
  }
}
