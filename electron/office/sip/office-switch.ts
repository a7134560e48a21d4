import { findHeaders } from '#shared/sip/find-header.ts';
import type { ParseFault, SipRequest } from '#shared/sip/message.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import { serializeResponse } from '#shared/sip/serialize-message.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Person } from '#shared/people/person.ts';
import type { Random } from '#shared/util/random.ts';
import { conferencePackage } from '../events/conference-package.ts';
import { dialogPackage } from '../events/dialog-package.ts';
import { DialogTable } from '../events/dialog-table.ts';
import { Notifier } from '../events/notifier.ts';
import { AvailabilityBook } from '../features/availability.ts';
import { FeatureDesk } from '../features/feature-desk.ts';
import { alsoSpeaksFor, conferenceNumber, parkingPlaces } from '../features/number-plan.ts';
import { CallRouter, localHosts } from './call-router.ts';
import { CallerIdentity, userOf } from './caller-identity.ts';
import type { DigestGuard } from './digest-guard.ts';
import { FlowTable } from './flow-table.ts';
import type { Flow } from './flow.ts';
import { header, responseHeaders, tagOf, withReceived } from './header-edits.ts';
import { LocationService } from './location-service.ts';
import { officeAddresses } from './office-addresses.ts';
import { type FetchIntoPark, ParkAttendant } from './park-attendant.ts';
import { Proxy } from './proxy.ts';
import { Registrar } from './registrar.ts';
import type { RouteTokens } from './route-tokens.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { TransactionLayer } from './transaction-layer.ts';

interface OfficeSwitchOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly tokens: RouteTokens;
  readonly guard: DigestGuard;
  readonly directory: ReadonlyMap<string, Person>;
  /** Token of the robot with this number; undefined for people. */
  readonly robotToken: (number: string) => string | undefined;
  readonly fetchIntoPark: FetchIntoPark;
  /** The office's own `host:port`. */
  readonly address: string;
}

export interface OfficeInventory {
  readonly flows: number;
  readonly bindings: number;
  readonly transactions: number;
  readonly requests: number;
  /** Dialogs that an INVITE made and that nobody has ended. */
  readonly dialogs: number;
  readonly subscriptions: number;
}

/** Requests outside of dialogs that are passed on to people and robots. */
const proxiedMethods: ReadonlySet<string> = new Set(['INVITE', 'OPTIONS', 'MESSAGE', 'REFER', 'INFO', 'NOTIFY', 'SUBSCRIBE']);
const allow = header('Allow', 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, MESSAGE, REFER, SUBSCRIBE, NOTIFY, PRACK, REGISTER');

/** The office's SIP server without its sockets: messages of flows in, messages to flows out. */
export class OfficeSwitch implements Disposable {
  readonly #options: OfficeSwitchOptions;
  readonly #flows = new FlowTable();
  readonly #location: LocationService;
  readonly #transactions: TransactionLayer;
  readonly #registrar: Registrar;
  readonly #dialogs: DialogTable;
  readonly #notifier: Notifier;
  readonly #identity: CallerIdentity;
  readonly #proxy: Proxy;
  #disposed = false;

  constructor(options: OfficeSwitchOptions) {
    const { clock, random } = options;
    this.#options = options;
    this.#location = new LocationService(clock, this.#flows);
    this.#transactions = new TransactionLayer({ clock, flows: this.#flows, newTag: () => random.hex(8) });
    this.#registrar = new Registrar({ ...options, location: this.#location });
    this.#dialogs = new DialogTable(() => random.hex(8));
    this.#identity = new CallerIdentity({ ...options, location: this.#location, alsoSpeaksFor });
    const addresses = officeAddresses(options);
    const parts = { flows: this.#flows, location: this.#location, transactions: this.#transactions, dialogs: this.#dialogs, addresses };
    const availability = new AvailabilityBook();
    const desk = new FeatureDesk({ ...options, ...parts, availability });
    const router = new CallRouter({ ...options, ...parts, availability, desk });
    const park = new ParkAttendant({ ...options, ...parts, desk });
    this.#proxy = new Proxy({ ...options, ...parts, identity: this.#identity, router, park });
    const places: ReadonlySet<string> = new Set(parkingPlaces());
    const packages = [
      dialogPackage(addresses, (number) => options.directory.has(number) || places.has(number)),
      conferencePackage(addresses, (number) => number === conferenceNumber),
    ];
    this.#notifier = new Notifier({ ...options, ...parts, packages });
  }

  /** What is alive; tests prove with it that nothing stays behind a call. */
  get inventory(): OfficeInventory {
    return {
      flows: this.#flows.size,
      bindings: this.#location.size,
      transactions: this.#transactions.size,
      requests: this.#proxy.pendingCount,
      dialogs: this.#dialogs.size,
      subscriptions: this.#notifier.size,
    };
  }

  /** Users with at least one device. */
  get registeredUsers(): string[] {
    return this.#location.users;
  }

  start(): void {
    this.#proxy.start();
    this.#notifier.start();
  }

  openFlow(flow: Flow): void {
    this.#flows.open(flow);
  }

  closeFlow(flow: Flow): void {
    this.#location.removeFlow(flow);
    this.#flows.close(flow);
  }

  /**
   * Takes one message of a flow.
   * @returns `garbage` when the flow sent something that is not SIP and should be closed.
   */
  receive(flow: Flow, bytes: Uint8Array): 'taken' | 'garbage' {
    if (this.#disposed) return 'taken';
    const result = parseMessage(bytes);
    if (!result.ok) return this.#answerFault(flow, result.fault);
    const { message } = result;
    if (message.kind === 'request') this.#receiveRequest(message, flow);
    else if (!this.#transactions.receiveResponse(message)) {
      this.#options.logger.debug('response to nothing', { status: message.status, callId: message.callId });
    }
    return 'taken';
  }

  dispose(): void {
    this.#disposed = true;
    this.#notifier.dispose();
    this.#proxy.dispose();
    this.#dialogs.dispose();
    this.#transactions.dispose();
    this.#location.dispose();
    this.#flows.dispose();
  }

  #receiveRequest(request: SipRequest, flow: Flow): void {
    const known = this.#transactions.findServer(request);
    if (request.method === 'ACK') {
      if (known === undefined) this.#proxy.forwardAcknowledgement(request, flow);
      else known.acknowledge();
      return;
    }
    // a request that was seen already is a retransmission: its answer is on the way (RFC 3261 section 17.2)
    if (known !== undefined) return;
    const server = this.#transactions.openServer(request, flow, this.#location.tokenOf(flow));
    if (request.method === 'CANCEL') this.#cancel(request, server);
    else if (request.method === 'REGISTER') this.#register(request, server);
    else if (!isReachableBySip(request)) server.reply(400, [], 'Contact is no SIP address');
    else if (request.method === 'SUBSCRIBE' && this.#notifier.isOurs(request)) this.#notifier.refresh(server);
    else if (isForOffice(request)) this.#answerItself(request, server);
    else this.#proxy.handle(server);
  }

  #cancel(request: SipRequest, server: ServerTransaction): void {
    const invite = this.#transactions.findServer(request, 'INVITE');
    server.reply(invite === undefined ? 481 : 200);
    if (invite !== undefined) this.#proxy.cancel(invite, request);
  }

  #register(request: SipRequest, server: ServerTransaction): void {
    const { guard, directory, robotToken } = this.#options;
    const user = userOf(request.to.uri);
    if (!directory.has(user) || robotToken(user) !== undefined) return server.reply(404);
    const verdict = guard.verify(findHeaders(request.headers, 'Authorization'), 'REGISTER', request.uri.text);
    if (verdict.kind !== 'accepted') {
      return server.reply(
        401,
        guard.challenges(verdict.kind === 'stale').map((value) => header('WWW-Authenticate', value)),
      );
    }
    if (verdict.user !== user) return server.reply(403);
    const { status, headers } = this.#registrar.register(request, user, server.flow);
    server.reply(status, headers);
    this.#notifier.resume(this.#location.tokenOf(server.flow));
  }

  #subscribe(request: SipRequest, server: ServerTransaction): void {
    const eventPackage = this.#notifier.packageOf(request);
    if (eventPackage === undefined) return server.reply(489, [header('Allow-Events', this.#notifier.packageNames.join(', '))]);
    const identified = this.#identity.identify(request, server.flow);
    if ('status' in identified) server.reply(identified.status, identified.headers);
    else this.#notifier.subscribe(server, userOf(request.uri), eventPackage);
  }

  #answerItself(request: SipRequest, server: ServerTransaction): void {
    if (request.method === 'OPTIONS') server.reply(200, [allow, header('Accept', 'application/sdp'), header('Supported', 'outbound')]);
    else if (request.method === 'SUBSCRIBE') this.#subscribe(request, server);
    else if (request.method === 'PUBLISH') server.reply(489);
    else server.reply(405, [allow]);
  }

  #answerFault(flow: Flow, fault: ParseFault): 'taken' | 'garbage' {
    this.#options.logger.info('message refused', { code: fault.code, layer: fault.layer });
    const { answerStatus: status, salvaged } = fault;
    const sensible = salvaged.kind !== 'unknown' && salvaged.headers.some(({ name }) => name === 'Via');
    if (status === undefined) return sensible ? 'taken' : 'garbage';
    const headers = responseHeaders(withReceived(salvaged.headers, flow.remoteAddress), this.#options.random.hex(8));
    flow.send(serializeResponse({ status, headers }));
    return 'taken';
  }
}

/** What the office answers itself outside of dialogs: what names no user, what it does not pass on, and subscriptions to a number. */
function isForOffice({ method, to, uri }: SipRequest): boolean {
  if (tagOf(to) !== undefined) return false;
  if (method === 'SUBSCRIBE') return uri.scheme === 'tel' || localHosts.has(uri.host);
  return !proxiedMethods.has(method) || (method === 'OPTIONS' && (uri.user ?? '') === '');
}

/** Where a sender's own requests go is a SIP address (RFC 3261 section 8.1.1.8). */
function isReachableBySip({ contacts }: SipRequest): boolean {
  return contacts.every(({ uri }) => uri.scheme === 'sip' || uri.scheme === 'sips');
}
