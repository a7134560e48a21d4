import { findHeaders } from '#shared/sip/find-header.ts';
import type { HeaderField, SipRequest, SipResponse } from '#shared/sip/message.ts';
import { serializeRequest } from '#shared/sip/serialize-message.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Random } from '#shared/util/random.ts';
import type { DialogTable, Founding } from '../events/dialog-table.ts';
import type { AddressBook } from '../events/event-package.ts';
import { type Caller, type CallerIdentity, isAnonymous, wantsPrivacy } from './caller-identity.ts';
import { type CallRouter, localHosts } from './call-router.ts';
import { requestDigest } from './request-digest.ts';
import type { FlowTable } from './flow-table.ts';
import type { Flow } from './flow.ts';
import { type ForkWatcher, ForkedRequest } from './forked-request.ts';
import {
  addressList,
  header,
  identityHeaders,
  maxForwards,
  optionTags,
  quoted,
  tagOf,
  wayHeaders,
  withReceived,
  withoutHeaders,
} from './header-edits.ts';
import type { ParkAttendant } from './park-attendant.ts';
import type { RouteTokens } from './route-tokens.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { lastStage, plainTarget, type Refusal, type Stage } from './stage.ts';
import type { TransactionLayer } from './transaction-layer.ts';

export interface ProxyOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly flows: FlowTable;
  readonly tokens: RouteTokens;
  readonly transactions: TransactionLayer;
  readonly identity: CallerIdentity;
  readonly router: CallRouter;
  readonly park: ParkAttendant;
  readonly dialogs: DialogTable;
  readonly addresses: AddressBook;
  /** The office's own `host:port`. */
  readonly address: string;
}

/** A client that lost its flow in the middle of a transaction may come back for so long. */
const returnGraceMs = 8000;

/**
 * Stays in the path of every dialog by two Record-Route fields: one names the caller's device, one the callee's. Whoever
 * sends in the dialog, the last of them names the other side, and the flow table knows the flow that leads there now.
 * Knowing the tokens is what entitles to send: they are unguessable and only the dialog's two ends have them.
 */
export class Proxy implements Disposable {
  readonly #options: ProxyOptions;
  readonly #pending = new Map<ServerTransaction, ForkedRequest>();
  readonly #graceTimers = new Set<Disposable>();
  #lostSubscription: Disposable | undefined;

  constructor(options: ProxyOptions) {
    this.#options = options;
  }

  get pendingCount(): number {
    return this.#pending.size + this.#graceTimers.size;
  }

  start(): void {
    this.#lostSubscription = this.#options.flows.onLost((tokens) => this.#awaitReturn(tokens));
  }

  /** Takes a request other than ACK, CANCEL and REGISTER. */
  handle(server: ServerTransaction): void {
    const { request, flow } = server;
    const hops = maxForwards(request);
    if (hops === undefined) return server.reply(400);
    if (hops === 0) return server.reply(483);
    const unsupported = optionTags(request.headers, 'Proxy-Require');
    if (unsupported.length > 0) return server.reply(420, [header('Unsupported', unsupported.join(', '))]);
    const loopMark = requestDigest(request);
    if (request.via.some(({ branch }) => branch?.endsWith(loopMark))) return server.reply(482);

    const route = this.#takeRoutes(request);
    if (route.foreign) return server.reply(403, [], 'No Relaying');
    const inDialog = tagOf(request.to) !== undefined;
    if (inDialog && route.token === undefined) return server.reply(481);
    const identified = this.#options.identity.identify(request, flow);
    const refused = 'status' in identified;
    if (refused && !inDialog) return refuse(server, identified);
    const caller = refused ? undefined : identified;
    const stage = this.#stageFor(request, caller, flow, route.token);
    if ('status' in stage) return refuse(server, stage);
    if (inDialog && this.#options.flows.flowOf(route.token ?? '') === undefined) return server.reply(480);
    const headers = this.#forwardedHeaders(request, flow, route.headers, hops, caller);
    const forward = (): void => this.#forward(server, stage, headers, caller, loopMark);
    if (!inDialog || !this.#options.park.take(server, forward)) forward();
  }

  #forward(server: ServerTransaction, stage: Stage, headers: readonly HeaderField[], caller: Caller | undefined, loopMark: string): void {
    const { request } = server;
    const inDialog = tagOf(request.to) !== undefined;
    if (request.method === 'INVITE') server.reply(100);
    const founding = request.method === 'INVITE' && !inDialog ? foundingOf(server, caller) : undefined;
    if (founding !== undefined) this.#options.dialogs.begin(founding);
    const forked = new ForkedRequest({
      ...this.#options,
      server,
      stage,
      headers,
      recordRoutes: (target) => (inDialog ? [] : this.#recordRoutes(server.sourceToken, target.token)),
      watcher: founding === undefined ? this.#inDialogWatcher(request) : this.#foundingWatcher(founding),
      newBranch: () => `z9hG4bK${this.#options.random.hex(8)}${loopMark}`,
      sentBy: this.#options.address,
      onDone: () => {
        this.#pending.delete(server);
        if (founding !== undefined) this.#options.dialogs.settle(founding);
      },
    });
    this.#pending.set(server, forked);
    forked.start();
  }

  /** ACK to a 2xx: passed on without state along the route. */
  forwardAcknowledgement(request: SipRequest, flow: Flow): void {
    const route = this.#takeRoutes(request);
    const hops = maxForwards(request) ?? 0;
    const target = route.token === undefined ? undefined : this.#options.flows.flowOf(route.token);
    if (target === undefined || route.foreign || hops === 0) return;
    const via = header('Via', `SIP/2.0/WSS ${this.#options.address};branch=z9hG4bK${this.#options.random.hex(8)}`);
    const headers = [via, ...this.#forwardedHeaders(request, flow, route.headers, hops, undefined)];
    target.send(serializeRequest({ method: 'ACK', uri: request.uri.text, headers, body: request.body }));
  }

  cancel(invite: ServerTransaction, cancelRequest: SipRequest): void {
    this.#pending.get(invite)?.cancel(findHeaders(cancelRequest.headers, 'Reason').map((value) => header('Reason', value)));
  }

  dispose(): void {
    this.#lostSubscription?.dispose();
    for (const timer of this.#graceTimers) timer.dispose();
    this.#graceTimers.clear();
    for (const forked of this.#pending.values()) forked.dispose();
    this.#pending.clear();
  }

  #awaitReturn(tokens: readonly string[]): void {
    const timer = this.#options.clock.schedule(returnGraceMs, () => {
      this.#graceTimers.delete(timer);
      const gone = tokens.filter((token) => this.#options.flows.flowOf(token) === undefined);
      for (const [server, forked] of [...this.#pending]) {
        if (gone.includes(server.sourceToken)) forked.cancel([]);
        for (const token of gone) forked.abandonTarget(token);
      }
      for (const token of gone) this.#options.dialogs.lost(token);
    });
    this.#graceTimers.add(timer);
  }

  /** Removes the leading Route values that name the office (RFC 3261 section 16.4); the last token among them is the target. */
  #takeRoutes(request: SipRequest): { token: string | undefined; foreign: boolean; headers: HeaderField[] } {
    let token: string | undefined;
    const foreign: string[] = [];
    for (const { uri } of addressList(request.headers, 'Route')) {
      const user = uri.user ?? '';
      const ours = foreign.length === 0 && (this.#options.tokens.isOurs(user) || (user === '' && localHosts.has(uri.host)));
      if (!ours) foreign.push(uri.text);
      else if (user !== '') token = user;
    }
    return { token, foreign: foreign.length > 0, headers: withoutHeaders(request.headers, 'Route') };
  }

  #stageFor(request: SipRequest, caller: Caller | undefined, flow: Flow, token: string | undefined): Stage | Refusal {
    if (token !== undefined) return lastStage([plainTarget(request.uri.text, token)]);
    return caller === undefined ? { status: 403 } : this.#options.router.route(request, caller, flow);
  }

  /** What an INVITE and its answers make of everybody's line. */
  #foundingWatcher(founding: Founding): ForkWatcher {
    const { dialogs } = this.#options;
    return {
      answered: ({ number, token, group }, response) => {
        const tag = tagOf(response.to);
        if (response.status === 100 || tag === undefined) return;
        const callee = { number, token, group, hidden: wantsPrivacy(response.headers) };
        dialogs.progress(founding, callee, tag, response.status < 200 ? 'early' : 'confirmed');
      },
      failed: ({ token }) => dialogs.refused(founding, token),
    };
  }

  /** What a request in a dialog tells about it: over after BYE, and when the other side does not know it or is silent. */
  #inDialogWatcher(request: SipRequest): ForkWatcher {
    const end = (): void => this.#options.dialogs.end(request.callId, [tagOf(request.from), tagOf(request.to)]);
    return {
      answered: (_target, { status }) => {
        if (request.method === 'BYE' && status >= 200) end();
      },
      failed: (_target, response) => {
        if (request.method === 'BYE' || isDialogGone(response)) end();
      },
    };
  }

  /** The callee is told who calls by the office alone: what the caller says of it, and of the call's way, is taken out. */
  #forwardedHeaders(request: SipRequest, flow: Flow, headers: HeaderField[], hops: number, caller: Caller | undefined): HeaderField[] {
    const cleaned = withoutHeaders(headers, 'Max-Forwards', 'Proxy-Authorization', ...identityHeaders, ...wayHeaders);
    // who was nobody when the dialog began stays it
    const named = caller !== undefined && !caller.hidden && !(tagOf(request.to) !== undefined && isAnonymous(request.from.uri));
    const asserted = named ? this.#assertedIdentity(caller.shown) : [];
    return [...withReceived(cleaned, flow.remoteAddress), header('Max-Forwards', hops - 1), ...asserted];
  }

  #assertedIdentity(number: string): HeaderField[] {
    const { addresses } = this.#options;
    return [header('P-Asserted-Identity', `${quoted(addresses.nameOf(number))} <${addresses.uriOf(number)}>`)];
  }

  #recordRoutes(source: string, target: string): HeaderField[] {
    const { address } = this.#options;
    return [target, source].map((token) => header('Record-Route', `<sip:${token}@${address};transport=ws;lr>`));
  }
}

function refuse(server: ServerTransaction, { status, headers, reason }: Refusal): void {
  server.reply(status, headers, reason);
}

function foundingOf({ request, sourceToken }: ServerTransaction, caller: Caller | undefined): Founding {
  const { user = '', shown = user, hidden = false } = caller ?? {};
  const end = { number: user, token: sourceToken, hidden, group: shown === user ? undefined : shown };
  return { callId: request.callId, callerTag: tagOf(request.from) ?? '', caller: end };
}

/** RFC 5057 section 5.1; undefined: silence. */
function isDialogGone(response: SipResponse | undefined): boolean {
  return response === undefined || response.status === 481 || response.status === 408;
}
