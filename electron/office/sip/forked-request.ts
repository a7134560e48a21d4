import { findHeaders } from '#shared/sip/find-header.ts';
import type { HeaderField, SipResponse } from '#shared/sip/message.ts';
import { serializeResponse } from '#shared/sip/serialize-message.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { chooseBestResponse } from './best-response.ts';
import { wantsPrivacy } from './caller-identity.ts';
import { type Branch, companionOf, type ForkedMessage, isPending, requestFor } from './fork-branch.ts';
import { header, identityHeaders, withoutHeaders, withoutTopVia } from './header-edits.ts';
import type { ServerTransaction } from './server-transaction.ts';
import type { Stage, Target } from './stage.ts';
import type { TransactionLayer } from './transaction-layer.ts';

/** Follows what becomes of the targets. */
export interface ForkWatcher {
  answered(target: Target, response: SipResponse): void;
  /** The target refused, was cancelled, or kept silent (undefined). */
  failed(target: Target, response: SipResponse | undefined): void;
}

interface ForkedRequestOptions extends ForkedMessage {
  readonly stage: Stage;
  readonly watcher: ForkWatcher;
  readonly transactions: TransactionLayer;
  readonly clock: Clock;
  readonly newBranch: () => string;
  readonly onDone: () => void;
}

/** Timer C of RFC 3261 section 16.6: more than three minutes. */
const ringingLimitMs = 185_000;
/** How long a cancelled branch may take to say so (RFC 3261 section 9.1). */
const cancelWaitMs = 32_000;

const answeredElsewhere = [header('Reason', 'SIP;cause=200;text="Call completed elsewhere"')];

/**
 * The response context of a stateful proxy (RFC 3261 section 16.7): one request, sent to all targets of a stage at once.
 * Provisional answers and every 2xx pass at once; the first 2xx cancels the others. When all have failed, one redirects the call, or
 * none answers in time, the next stage begins; when there is none the best refusal of the last one goes back.
 */
export class ForkedRequest implements Disposable {
  readonly #options: ForkedRequestOptions;
  readonly #branches: Branch[] = [];
  #stage: Stage;
  /** Branches of earlier stages stand before it. */
  #stageStart = 0;
  #stageTimer: Disposable | undefined;
  #succeeded = false;
  #cancelledByCaller = false;
  #done = false;

  constructor(options: ForkedRequestOptions) {
    this.#options = options;
    this.#stage = options.stage;
  }

  get server(): ServerTransaction {
    return this.#options.server;
  }

  start(): void {
    this.#begin(this.#options.stage);
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
    this.#stageTimer?.dispose();
    for (const branch of this.#branches) {
      branch.timer?.dispose();
      branch.transaction?.abandon();
    }
  }

  #begin(stage: Stage): void {
    const { clock, server, newBranch } = this.#options;
    this.#stage = stage;
    this.#stageStart = this.#branches.length;
    this.#stageTimer?.dispose();
    if (stage.announcement.length > 0) server.reply(181, stage.announcement);
    for (const target of stage.targets) {
      const fresh = { transaction: undefined, cancel: undefined, timer: undefined, failure: undefined };
      this.#branches.push({ target, id: newBranch(), state: 'calling', givenUp: false, ...fresh });
    }
    for (const branch of this.#branches.slice(this.#stageStart)) this.#send(branch);
    if (stage.noAnswerAfterMs === undefined) return;
    this.#stageTimer = clock.schedule(stage.noAnswerAfterMs, () => this.#goOn('no-answer', [header('Reason', 'SIP;cause=408')]));
  }

  /** Begins the next stage, if there is one; what still rings in this one is cancelled. */
  #goOn(outcome: SipResponse | 'no-answer', reasons: readonly HeaderField[]): boolean {
    if (this.#succeeded || this.#cancelledByCaller) return false;
    const stage = this.#stage.next(outcome);
    if (stage === undefined) return false;
    const present = [...this.#branches];
    this.#begin(stage);
    for (const branch of present) {
      branch.givenUp = true;
      this.#cancelBranch(branch, reasons);
    }
    return true;
  }

  #send(branch: Branch): void {
    const { server, transactions } = this.#options;
    const { method } = server.request;
    const message = requestFor(branch, this.#options);
    if (method === 'INVITE') this.#watch(branch, ringingLimitMs, () => this.#ringingEnded(branch));
    branch.transaction = transactions.openClient({
      branch: branch.id,
      method,
      targetToken: branch.target.token,
      message,
      ...(method === 'INVITE' ? { acknowledge: (response) => companionOf(branch, this.#options, 'ACK', response) } : {}),
      onResponse: (response) => this.#received(branch, response),
      onTimeout: () => this.#fail(branch, undefined),
    });
  }

  #received(branch: Branch, response: SipResponse): void {
    const { status } = response;
    if (status < 300) this.#options.watcher.answered(branch.target, response);
    if (status < 200) {
      if (branch.state === 'calling') branch.state = 'proceeding';
      if (branch.cancel !== undefined) this.#sendCancel(branch);
      else if (status > 100) {
        if (this.server.request.method === 'INVITE') this.#watch(branch, ringingLimitMs, () => this.#ringingEnded(branch));
        if (!this.#succeeded) this.#passOn(branch, response);
      }
    } else if (status < 300) {
      branch.timer?.dispose();
      branch.state = 'accepted';
      this.#succeeded = true;
      this.#stageTimer?.dispose();
      this.#passOn(branch, response);
      this.#cancelAll(answeredElsewhere);
      this.#finishIfDone();
    } else {
      const stage = this.#stage;
      this.#fail(branch, response);
      if (status >= 600 && stage === this.#stage) this.#cancelAll([header('Reason', `SIP;cause=${status}`)]);
    }
  }

  #fail(branch: Branch, response: SipResponse | undefined): void {
    if (!isPending(branch)) return;
    branch.timer?.dispose();
    branch.transaction?.abandon();
    branch.state = 'failed';
    // the 487 to a CANCEL of our own would tell the caller of a wish that was not theirs
    branch.failure = branch.givenUp && response?.status === 487 ? undefined : response;
    this.#options.watcher.failed(branch.target, response);
    // one device that sends the call on speaks for all of its owner
    const redirected = response !== undefined && response.status < 400 && this.#branches.indexOf(branch) >= this.#stageStart;
    if (redirected && this.#goOn(response, [header('Reason', `SIP;cause=${response.status}`)])) return;
    this.#finishIfDone();
  }

  #finishIfDone(): void {
    if (this.#done || this.#branches.some(isPending)) return;
    const best = this.#bestFailure();
    if (this.#goOn(best?.response ?? 'no-answer', [])) return;
    this.#done = true;
    this.#stageTimer?.dispose();
    if (!this.#succeeded) this.#answerWith(best);
    this.#options.onDone();
  }

  #bestFailure(): { readonly branch: Branch; readonly response: SipResponse } | undefined {
    const branches = this.#branches.slice(this.#stageStart);
    const branch = branches[chooseBestResponse(branches.map(({ failure }) => failure?.status ?? 408))];
    return branch?.failure === undefined ? undefined : { branch, response: branch.failure };
  }

  #answerWith(best: { readonly branch: Branch; readonly response: SipResponse } | undefined): void {
    if (best === undefined) this.server.reply(this.#cancelledByCaller ? 487 : 408);
    // a full branch does not mean that the office is overloaded (RFC 3261 section 16.7 step 6)
    else if (best.response.status === 503) this.server.reply(500);
    else this.#passOn(best.branch, best.response, this.#challengesOfOthers(best.response));
  }

  /** A request that several branches want authenticated carries all their challenges back (RFC 3261 section 16.7 step 7). */
  #challengesOfOthers(best: SipResponse): HeaderField[] {
    if (best.status !== 401 && best.status !== 407) return [];
    const others = this.#branches.flatMap(({ failure }) => (failure === undefined || failure === best ? [] : [failure]));
    return ['WWW-Authenticate', 'Proxy-Authenticate'].flatMap((name) =>
      others.flatMap((other) => findHeaders(other.headers, name).map((value) => header(name, value))),
    );
  }

  /** Who answers is named by the office alone, and not at all if they want that (RFC 3325 section 5). */
  #passOn({ target }: Branch, response: SipResponse, added: readonly HeaderField[] = []): void {
    const { status, reason, body } = response;
    const passed = withoutHeaders(withoutTopVia(response.headers), ...identityHeaders);
    const identity = wantsPrivacy(response.headers) ? [] : target.identity(status);
    this.server.send(status, serializeResponse({ status, reason, headers: [...passed, ...added, ...identity], body }));
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
    const message = companionOf(branch, this.#options, 'CANCEL');
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
    branch.givenUp = true;
    if (branch.state === 'proceeding') this.#cancelBranch(branch, [header('Reason', 'SIP;cause=408')]);
    else this.#fail(branch, undefined);
  }

  #watch(branch: Branch, delayMs: number, action: () => void): void {
    branch.timer?.dispose();
    branch.timer = this.#options.clock.schedule(delayMs, action);
  }
}
