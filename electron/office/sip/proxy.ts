import { findHeaders } from '#shared/sip/find-header.ts';
import type { HeaderField, SipRequest, SipUri } from '#shared/sip/message.ts';
import { percentDecode } from '#shared/sip/parse-uri.ts';
import { serializeRequest } from '#shared/sip/serialize-message.ts';
import type { Person } from '#shared/people/person.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Random } from '#shared/util/random.ts';
import { requestDigest } from './request-digest.ts';
import type { DigestGuard } from './digest-guard.ts';
import type { FlowTable } from './flow-table.ts';
import type { Flow } from './flow.ts';
import { ForkedRequest, type Target } from './forked-request.ts';
import { addressList, header, maxForwards, optionTags, quoted, tagOf, withReceived, withoutHeaders } from './header-edits.ts';
import type { LocationService } from './location-service.ts';
import type { RouteTokens } from './route-tokens.ts';
import type { ServerTransaction } from './server-transaction.ts';
import type { TransactionLayer } from './transaction-layer.ts';

export interface ProxyOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly flows: FlowTable;
  readonly location: LocationService;
  readonly tokens: RouteTokens;
  readonly transactions: TransactionLayer;
  readonly guard: DigestGuard;
  readonly directory: ReadonlyMap<string, Person>;
  /** Token of the robot with this number; undefined for people. */
  readonly robotToken: (number: string) => string | undefined;
  /** The office's own `host:port`. */
  readonly address: string;
}

/** A refusal by the office itself. */
interface Refusal {
  readonly status: number;
  readonly headers?: readonly HeaderField[];
}

/** Requests outside of dialogs that are passed on to people and robots. */
export const proxiedMethods: ReadonlySet<string> = new Set(['INVITE', 'OPTIONS', 'MESSAGE', 'REFER', 'INFO', 'NOTIFY']);

const localHosts: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);
/** A client that lost its flow in the middle of a transaction may come back for so long. */
const returnGraceMs = 8000;
const identityHeaders = ['P-Asserted-Identity', 'P-Preferred-Identity'];

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
    const identity = this.#identify(request, flow);
    const known = inDialog || 'user' in identity;
    if (!known) return server.reply(identity.status, identity.headers);
    const found = route.token === undefined ? this.#locate(request.uri, flow) : [{ uri: request.uri.text, token: route.token }];
    if ('status' in found) return server.reply(found.status, found.headers);
    if (inDialog && this.#options.flows.flowOf(route.token ?? '') === undefined) return server.reply(480);

    if (request.method === 'INVITE') server.reply(100);
    const recordRoutes = (target: Target): HeaderField[] => (inDialog ? [] : this.#recordRoutes(server.sourceToken, target.token));
    const forked = new ForkedRequest({
      ...this.#options,
      server,
      targets: found,
      headers: this.#forwardedHeaders(flow, route.headers, hops, 'user' in identity ? identity.user : undefined),
      recordRoutes,
      responseIdentity: request.method === 'INVITE' && !inDialog ? this.#assertedIdentity(userOf(request.uri)) : [],
      newBranch: () => `z9hG4bK${this.#options.random.hex(8)}${loopMark}`,
      sentBy: this.#options.address,
      onDone: () => this.#pending.delete(server),
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
    const headers = [via, ...this.#forwardedHeaders(flow, route.headers, hops, undefined)];
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

  /** Who sends: the registered user of the flow, or whoever proves it now. From must name the same (RFC 3261 section 16.3). */
  #identify(request: SipRequest, flow: Flow): { user: string } | Refusal {
    const claimed = userOf(request.from.uri);
    const { guard, location } = this.#options;
    if (claimed === flow.trustedUser || location.usersOf(flow).includes(claimed)) return { user: claimed };
    const verdict = guard.verify(findHeaders(request.headers, 'Proxy-Authorization'), request.method, request.uri.text);
    if (verdict.kind === 'accepted') return verdict.user === claimed ? { user: claimed } : { status: 403 };
    const challenges = guard.challenges(verdict.kind === 'stale').map((value) => header('Proxy-Authenticate', value));
    return { status: 407, headers: challenges };
  }

  #locate(uri: SipUri, origin: Flow): Target[] | Refusal {
    const { location, directory, robotToken } = this.#options;
    if (!['sip', 'sips', 'tel'].includes(uri.scheme)) return { status: 416 };
    if (uri.scheme !== 'tel' && !localHosts.has(uri.host)) {
      const device = location.byContactUri(uri.text);
      return device === undefined ? { status: 404 } : [{ uri: uri.text, token: device.token }];
    }
    const user = userOf(uri);
    if (!directory.has(user)) return { status: 404 };
    const robot = robotToken(user);
    if (robot !== undefined) return [{ uri: uri.text, token: robot }];
    const devices = location.bindingsOf(user).filter(({ flow }) => flow !== origin);
    return devices.length === 0 ? { status: 480 } : devices.map(({ contactUri, token }) => ({ uri: contactUri, token }));
  }

  #forwardedHeaders(flow: Flow, headers: HeaderField[], hops: number, user: string | undefined): HeaderField[] {
    const cleaned = withoutHeaders(headers, 'Max-Forwards', 'Proxy-Authorization', ...identityHeaders);
    const asserted = user === undefined ? [] : this.#assertedIdentity(user);
    return [...withReceived(cleaned, flow.remoteAddress), header('Max-Forwards', hops - 1), ...asserted];
  }

  #assertedIdentity(user: string): HeaderField[] {
    const person = this.#options.directory.get(user);
    const host = this.#options.address.replace(/:\d+$/, '');
    return person === undefined ? [] : [header('P-Asserted-Identity', `${quoted(person.name)} <sip:${user}@${host}>`)];
  }

  #recordRoutes(source: string, target: string): HeaderField[] {
    const { address } = this.#options;
    return [target, source].map((token) => header('Record-Route', `<sip:${token}@${address};transport=ws;lr>`));
  }
}

/** The number that a URI names: user part without escapes, or the digits of a tel URI. */
export function userOf(uri: SipUri): string {
  const user = percentDecode(uri.user ?? '');
  return uri.scheme === 'tel' ? user.replace(/[-.()]/g, '') : user;
}
