import type { Server } from '#shared/profiles/account.ts';
import { assert } from '#shared/util/assert.ts';
import type { Clock } from '#shared/util/clock.ts';
import { TlsTrust } from './tls-trust.ts';
import { TransportCore, type TransportListener } from './transport-core.ts';
import { type ConnectingOptions, WebSocketWire } from './websocket.ts';

export interface FlowOpenerOptions extends ConnectingOptions {
  /** Hears a pinned certificate (PEM), once a server, when it was seen and the account had only its fingerprint. */
  readonly onCertificateLearned?: (server: Server, certificate: string) => void;
}

/** Makes connections to the addresses of an account. What is learned about a server's certificate is kept between them. */
export class FlowOpener {
  readonly #servers: readonly Server[];
  readonly #trusts: readonly TlsTrust[];
  readonly #clock: Clock;
  readonly #userAgentName: string;
  readonly #connecting: ConnectingOptions;

  constructor(
    servers: readonly Server[],
    clock: Clock,
    userAgentName: string,
    { onCertificateLearned, ...connecting }: FlowOpenerOptions = {},
  ) {
    this.#servers = servers;
    this.#trusts = servers.map((server) => new TlsTrust(server.trust, server, (pem) => onCertificateLearned?.(server, pem)));
    this.#clock = clock;
    this.#userAgentName = userAgentName;
    this.#connecting = connecting;
  }

  /**
   * Begins to connect; the listener hears how it went, never before this returns.
   * @param isBusy whether calls run over it
   */
  open(index: number, listener: TransportListener, isBusy?: () => boolean): TransportCore {
    const server = this.#servers[index];
    const trust = this.#trusts[index];
    assert(server !== undefined && trust !== undefined, 'an address of the account');
    const wire = new WebSocketWire({ server, trust, userAgentName: this.#userAgentName, ...this.#connecting });
    const flow = new TransportCore({ wire, clock: this.#clock, listener, isBusy, target: { host: server.host, port: server.port } });
    flow.connect();
    return flow;
  }
}
