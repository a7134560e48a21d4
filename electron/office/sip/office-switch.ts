import { findHeaders } from '#shared/sip/find-header.ts';
import type { ParseFault, SipRequest } from '#shared/sip/message.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import { serializeResponse } from '#shared/sip/serialize-message.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { DigestGuard } from './digest-guard.ts';
import { FlowTable } from './flow-table.ts';
import type { Flow } from './flow.ts';
import { header, responseHeaders, withReceived } from './header-edits.ts';
import { LocationService } from './location-service.ts';
import { Proxy, type ProxyOptions, proxiedMethods, userOf } from './proxy.ts';
import { Registrar } from './registrar.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { TransactionLayer } from './transaction-layer.ts';

type OfficeSwitchOptions = Omit<ProxyOptions, 'flows' | 'location' | 'transactions'> & {
  readonly guard: DigestGuard;
  readonly logger: Logger;
};

export interface OfficeInventory {
  readonly flows: number;
  readonly bindings: number;
  readonly transactions: number;
  readonly requests: number;
}

const allow = header('Allow', 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, MESSAGE, REFER, NOTIFY, PRACK, REGISTER');

/** The office's SIP server without its sockets: messages of flows in, messages to flows out. */
export class OfficeSwitch implements Disposable {
  readonly #options: OfficeSwitchOptions;
  readonly #flows = new FlowTable();
  readonly #location: LocationService;
  readonly #transactions: TransactionLayer;
  readonly #registrar: Registrar;
  readonly #proxy: Proxy;
  #disposed = false;

  constructor(options: OfficeSwitchOptions) {
    const { clock, random } = options;
    this.#options = options;
    this.#location = new LocationService(clock, this.#flows);
    this.#transactions = new TransactionLayer({ clock, flows: this.#flows, newTag: () => random.hex(8) });
    this.#registrar = new Registrar({ ...options, location: this.#location });
    this.#proxy = new Proxy({ ...options, flows: this.#flows, location: this.#location, transactions: this.#transactions });
  }

  /** What is alive; tests prove with it that nothing stays behind a call. */
  get inventory(): OfficeInventory {
    return {
      flows: this.#flows.size,
      bindings: this.#location.size,
      transactions: this.#transactions.size,
      requests: this.#proxy.pendingCount,
    };
  }

  /** Users with at least one device. */
  get registeredUsers(): string[] {
    return this.#location.users;
  }

  start(): void {
    this.#proxy.start();
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
    this.#proxy.dispose();
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
  }

  #answerItself(request: SipRequest, server: ServerTransaction): void {
    if (request.method === 'OPTIONS') server.reply(200, [allow, header('Accept', 'application/sdp'), header('Supported', 'outbound')]);
    else if (request.method === 'SUBSCRIBE' || request.method === 'PUBLISH') server.reply(489);
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

/** Without a user the office itself is meant; and what it does not pass on outside of dialogs it answers itself. */
function isForOffice(request: SipRequest): boolean {
  if (request.to.parameters.has('tag')) return false;
  return !proxiedMethods.has(request.method) || (request.method === 'OPTIONS' && (request.uri.user ?? '') === '');
}
