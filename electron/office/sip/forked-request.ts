import { findHeaders } from '#shared/sip/find-header.ts';
import type { HeaderField, SipResponse } from '#shared/sip/message.ts';
import { serializeRequest, serializeResponse } from '#shared/sip/serialize-message.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { chooseBestResponse } from './best-response.ts';
import type { ClientTransaction } from './client-transaction.ts';
import { header, withoutHeaders, withoutTopVia } from './header-edits.ts';
import type { ServerTransaction } from './server-transaction.ts';
import type { TransactionLayer } from './transaction-layer.ts';

/** One place that a request is sent to. */
export interface Target {
  /** Request-URI on the way there. */
  readonly uri: string;
  readonly token: string;
}

interface ForkedRequestOptions {
  readonly server: ServerTransaction;
  readonly targets: readonly Target[];
  /** The request's fields without the office's Via and Record-Route. */
  readonly headers: readonly HeaderField[];
  /** Record-Route fields for the way to this target; empty inside a dialog. */
  readonly recordRoutes: (target: Target) => readonly HeaderField[];
  /** Fields that the office adds to the answers of whoever is called. */
  readonly responseIdentity: readonly HeaderField[];
  readonly transactions: TransactionLayer;
  readonly clock: Clock;
  readonly newBranch: () => string;
  /** sent-by of the office's Via. */
  readonly sentBy: string;
  readonly onDone: () => void;
}

interface Branch {
  readonly target: Target;
  readonly id: string;
  transaction: ClientTransaction | undefined;
  state: 'calling' | 'proceeding' | 'accepted' | 'failed';
  /** Reason fields of the CANCEL that is to be sent or was sent. */
  cancel: readonly HeaderField[] | undefined;
  timer: Disposable | undefined;
  /** Timer C has fired. */
  rangTooLong: boolean;
  /** The final answer; undefined for silence. */
  failure: SipResponse | undefined;
}

/** Timer C of RFC 3261 section 16.6: more than three minutes. */
const ringingLimitMs = 185_000;
/** How long a cancelled branch may take to say so (RFC 3261 section 9.1). */
const cancelWaitMs = 32_000;

const answeredElsewhere = [header('Reason', 'SIP;cause=200;text="Call completed elsewhere"')];

/**
 * The response context of a stateful proxy (RFC 3261 section 16.7): one request, sent to all targets at once. Provisional
 * answers and every 2xx pass at once; the first 2xx cancels the others; when all have failed the best refusal goes back.
 */
export class ForkedRequest implements Disposable {
  readonly #options: ForkedRequestOptions;
  readonly #branches: Branch[];
  #succeeded = false;
  #cancelledByCaller = false;
  #done = false;

  constructor(options: ForkedRequestOptions) {
    this.#options = options;
    this.#branches = options.targets.map((target) => ({
      target,
      id: options.newBranch(),
      transaction: undefined,
      state: 'calling',
      cancel: undefined,
      timer: undefined,
      rangTooLong: false,
      failure: undefined,
    }));
  }

  get server(): ServerTransaction {
    return this.#options.server;
  }

  start(): void {
    for (const branch of this.#branches) this.#send(branch);
  }

  /** The caller gave up, or is gone. */
  cancel(reasons: readonly HeaderField[]): void {
    this.#cancelledByCaller = true;
    this.#cancelAll(reasons);
  }

  /** The client behind this token did not come back: its branches have no answer to give. */
  abandonTarget(token: string): void {
    for (const branch of this.#branches) {
      if (branch.target.token === token && isPending(branch)) this.#fail(branch, undefined);
    }
  }

  dispose(): void {
    for (const branch of this.#branches) {
      branch.timer?.dispose();
      branch.transaction?.abandon();
    }
  }

  #send(branch: Branch): void {
    const { server, headers, recordRoutes, transactions } = this.#options;
    const { method, body } = server.request;
    const message = serializeRequest({
      method,
      uri: branch.target.uri,
      headers: [this.#via(branch), ...recordRoutes(branch.target), ...headers],
      body,
    });
    if (method === 'INVITE') this.#watch(branch, ringingLimitMs, () => this.#ringingEnded(branch));
    branch.transaction = transactions.openClient({
      branch: branch.id,
      method,
      targetToken: branch.target.token,
      message,
      ...(method === 'INVITE' ? { acknowledge: (response) => this.#companion(branch, 'ACK', response) } : {}),
      onResponse: (response) => this.#received(branch, response),
      onTimeout: () => this.#fail(branch, undefined),
    });
  }

  #received(branch: Branch, response: SipResponse): void {
    const { status } = response;
    if (status < 200) {
      if (branch.state === 'calling') branch.state = 'proceeding';
      if (branch.cancel !== undefined) this.#sendCancel(branch);
      else if (status > 100) {
        if (this.server.request.method === 'INVITE') this.#watch(branch, ringingLimitMs, () => this.#ringingEnded(branch));
        if (!this.#succeeded) this.#passOn(response);
      }
    } else if (status < 300) {
      branch.timer?.dispose();
      branch.state = 'accepted';
      this.#succeeded = true;
      this.#passOn(response);
      this.#cancelAll(answeredElsewhere);
      this.#finishIfDone();
    } else {
      this.#fail(branch, response);
      if (status >= 600) this.#cancelAll([header('Reason', `SIP;cause=${status}`)]);
    }
  }

  #fail(branch: Branch, response: SipResponse | undefined): void {
    if (!isPending(branch)) return;
    branch.timer?.dispose();
    branch.transaction?.abandon();
    branch.state = 'failed';
    // the 487 to a CANCEL of our own would tell the caller of a wish that was not theirs
    branch.failure = branch.rangTooLong && response?.status === 487 ? undefined : response;
    this.#finishIfDone();
  }

  #finishIfDone(): void {
    if (this.#done || this.#branches.some(isPending)) return;
    this.#done = true;
    if (!this.#succeeded) this.#answerWithBest();
    this.#options.onDone();
  }

  #answerWithBest(): void {
    const failures = this.#branches.map(({ failure }) => failure);
    const best = failures[chooseBestResponse(failures.map((failure) => failure?.status ?? 408))];
    if (best === undefined) this.server.reply(this.#cancelledByCaller ? 487 : 408);
    // a full branch does not mean that the office is overloaded (RFC 3261 section 16.7 step 6)
    else if (best.status === 503) this.server.reply(500);
    else this.#passOn(best, this.#challengesOfOthers(best));
  }

  /** A request that several branches want authenticated carries all their challenges back (RFC 3261 section 16.7 step 7). */
  #challengesOfOthers(best: SipResponse): HeaderField[] {
    if (best.status !== 401 && best.status !== 407) return [];
    const others = this.#branches.flatMap(({ failure }) => (failure === undefined || failure === best ? [] : [failure]));
    return ['WWW-Authenticate', 'Proxy-Authenticate'].flatMap((name) =>
      others.flatMap((other) => findHeaders(other.headers, name).map((value) => header(name, value))),
    );
  }

  #passOn(response: SipResponse, added: readonly HeaderField[] = []): void {
    const { responseIdentity } = this.#options;
    const passed = withoutHeaders(withoutTopVia(response.headers), 'P-Asserted-Identity');
    const { status, reason, body } = response;
    this.server.send(
      status,
      serializeResponse({ status, reason, headers: [...passed, ...added, ...(status < 300 ? responseIdentity : [])], body }),
    );
  }

  #cancelAll(reasons: readonly HeaderField[]): void {
    for (const branch of this.#branches) this.#cancelBranch(branch, reasons);
  }

  #cancelBranch(branch: Branch, reasons: readonly HeaderField[]): void {
    if (!isPending(branch) || branch.cancel !== undefined || this.server.request.method !== 'INVITE') return;
    branch.cancel = reasons;
    // a CANCEL may not overtake its INVITE: without a provisional answer it has to wait for one (RFC 3261 section 9.1)
    if (branch.state === 'proceeding') this.#sendCancel(branch);
    this.#watch(branch, cancelWaitMs, () => this.#fail(branch, undefined));
  }

  #sendCancel(branch: Branch): void {
    const { transactions } = this.#options;
    if (branch.transaction === undefined || branch.cancel === undefined) return;
    const message = this.#companion(branch, 'CANCEL');
    const nothing = (): void => {};
    transactions.openClient({
      branch: branch.id,
      method: 'CANCEL',
      targetToken: branch.target.token,
      message,
      onResponse: nothing,
      onTimeout: nothing,
    });
  }

  #ringingEnded(branch: Branch): void {
    branch.rangTooLong = true;
    if (branch.state === 'proceeding') this.#cancelBranch(branch, [header('Reason', 'SIP;cause=408')]);
    else this.#fail(branch, undefined);
  }

  #watch(branch: Branch, delayMs: number, action: () => void): void {
    branch.timer?.dispose();
    branch.timer = this.#options.clock.schedule(delayMs, action);
  }

  /** An ACK or CANCEL for the branch's INVITE: same URI, Via, From, Call-ID and number (RFC 3261 sections 9.1 and 17.1.1.3). */
  #companion(branch: Branch, method: 'ACK' | 'CANCEL', answered?: SipResponse): Uint8Array {
    const { headers } = this.#options;
    const to = (answered?.headers ?? headers).filter((field) => field.name === 'To').slice(0, 1);
    const kept = headers.filter((field) => ['From', 'Call-ID', 'Route'].includes(field.name));
    const sequence = this.server.request.cseq.sequence;
    const fields = [this.#via(branch), header('Max-Forwards', 70), ...kept, ...to, header('CSeq', `${sequence} ${method}`)];
    return serializeRequest({
      method,
      uri: branch.target.uri,
      headers: [...fields, ...(method === 'CANCEL' ? (branch.cancel ?? []) : [])],
    });
  }

  #via(branch: Branch): HeaderField {
    return header('Via', `SIP/2.0/WSS ${this.#options.sentBy};branch=${branch.id}`);
  }
}

function isPending(branch: Branch): boolean {
  return branch.state === 'calling' || branch.state === 'proceeding';
}
