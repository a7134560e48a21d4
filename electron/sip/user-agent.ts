import { createHash } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import { SIPExtension, URI, UserAgent, type UserAgentDelegate, UserAgentState } from 'sip.js';
import { AppError } from '#shared/errors/app-error.ts';
import type { LocalAddress } from '#shared/network/addresses.ts';
import type { FlowPath } from '#shared/network/path.ts';
import type { Account, Server } from '#shared/profiles/account.ts';
import { bracketed, encodeUserPart } from '#shared/profiles/sip-address.ts';
import { type ContactIdentity, isOwnUser, keyLength } from '#shared/registration/own-contact.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import { serializeRequest } from '#shared/sip/serialize-message.ts';
import { assert } from '#shared/util/assert.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Event } from '#shared/util/emitter.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import { optionTags } from './core-access.ts';
import { useCredentials } from './digest-authentication.ts';
import { DigestCredentials } from './digest-credentials.ts';
import { ReceivedRequest } from './message-builder.ts';
import { probeRegistration, type RegisterProbeResult } from './register-probe.ts';
import { senderOf } from './register-request.ts';
import { type CallsAbove, Registrar } from './registrar.ts';
import { gateOf } from './request-intake.ts';
import type { ReconnectReason } from './sip-line.ts';
import { FlowOpener, type FlowOpenerOptions } from './transports/flow-opener.ts';
import { ReceiveGate } from './transports/receive-gate.ts';
import { SipTransport, type WireMessage } from './transports/sip-transport.ts';
import type { TransportCore, TransportListener } from './transports/transport-core.ts';

export type { WireMessage } from './transports/sip-transport.ts';

export interface SipStackOptions {
  readonly account: Account;
  /** Read at the moment of a challenge; undefined when the person has not given one. */
  readonly password: () => string | undefined;
  /** When `password` can be asked; at once when absent. Until then the line connects and says its first REGISTER, and what comes back waits. */
  readonly passwordReady?: Promise<unknown>;
  /** UUID without `urn:uuid:`; the same for the life of this installation (RFC 5626 section 4.1). */
  readonly instanceId: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Every message as it crossed the wire. */
  readonly onMessage?: (message: WireMessage) => void;
  readonly userAgentName: string;
  /** Proxies, portals, and who hears of certificates; without it every way is direct. */
  readonly connecting?: FlowOpenerOptions;
  /** What other Commutes of the number call this one; default: the system's host name. */
  readonly computerName?: string;
  /** This computer's addresses; default: the system's. */
  readonly localAddresses?: () => readonly LocalAddress[];
  readonly calls?: CallsAbove;
  /** Makes the connections; default: WebSockets to the addresses of the account. */
  readonly flows?: Pick<FlowOpener, 'open'>;
  readonly delegate: UserAgentDelegate;
}

const noCalls: CallsAbove = { any: () => false, anyUnanswered: () => false };

/** The SIP user agent of one account: flow, registration, and the sip.js core that carries transactions and dialogs. */
export class SipStack implements Disposable {
  readonly userAgent: UserAgent;
  readonly onRegistrationChanged: Event<RegistrationStatus>;
  /** The connection broke or was given up; dialogs live on. */
  readonly onFlowLost: Event<void>;
  /** A new connection is registered: dialogs may use it. */
  readonly onFlowReady: Event<FlowPath>;
  readonly #registrar: Registrar;
  readonly #probe: (server: Server, signal: AbortSignal) => Promise<RegisterProbeResult>;
  #warm = false;
  #warmTimer: Disposable | undefined;
  #disposed = false;

  constructor(options: SipStackOptions) {
    const { account, clock, random, logger, userAgentName } = options;
    this.userAgent = makeUserAgent(options);
    const { transport } = this.userAgent;
    assert(transport instanceof SipTransport, 'our own transport');
    const core = this.userAgent.userAgentCore;
    const credentials = new DigestCredentials({
      user: account.authUser ?? account.user,
      password: options.password,
      random,
      logger: logger.child('digest'),
    });
    useCredentials(core, credentials);
    const identity = identityOf(options, core.configuration.viaHost);
    transport.bind({ core, gate: gateOf(core, (user) => isOwnUser(user, identity)) });
    const gate = new ReceiveGate();
    if (options.passwordReady === undefined) gate.open();
    else void options.passwordReady.then(() => gate.open());
    this.#registrar = new Registrar({
      account,
      core,
      transport,
      flows: options.flows ?? new FlowOpener(account.servers, clock, userAgentName, options.connecting),
      credentials,
      gate,
      sender: senderOf(account, { viaHost: core.configuration.viaHost, callId: random.hex(16), userAgentName }),
      identity,
      calls: options.calls ?? noCalls,
      localAddresses: options.localAddresses ?? systemAddresses,
      clock,
      random,
      logger: logger.child('registrar'),
    });
    this.#probe = (server, signal) => {
      const status = this.registration;
      const isTaken = status.phase === 'refused' && status.error.code === 'taken-over';
      // where a number has room for one device a REGISTER of the probe's own would drive out the line, or who has taken it over
      const mode = isTaken || status.phase === 'registered' || status.phase === 'standing-by' ? 'query' : 'register';
      const opener = new FlowOpener([server], clock, userAgentName, options.connecting);
      const open = (listener: TransportListener): TransportCore => opener.open(0, listener);
      return probeRegistration({ account, server, mode, identity, credentials, open, userAgentName, clock, random, signal });
    };
    this.onRegistrationChanged = this.#registrar.onChanged;
    // once there is nothing more urgent: nobody can call before
    this.#registrar.onChanged(({ phase }) => {
      if (phase === 'registered' && !this.#warm) this.#warmTimer ??= clock.schedule(0, () => this.#warmUp());
    });
    this.onFlowLost = this.#registrar.onFlowLost;
    this.onFlowReady = this.#registrar.onFlowReady;
  }

  get registration(): RegistrationStatus {
    return this.#registrar.status;
  }

  /** Connects and registers, and goes on trying. After a refusal: tries once more. */
  start(): void {
    this.#start();
    this.#registrar.start();
  }

  /** Tries all addresses anew, at once. Does nothing while the account itself is refused and its password is the same. */
  reconnect(why: ReconnectReason): void {
    this.#registrar.reconnect(why);
  }

  takeOver(): void {
    this.#start();
    this.#registrar.takeOver();
  }

  standBy(): void {
    this.#registrar.standBy();
  }

  /** Asks a server of the account over a connection of its own; the line is not touched. Never rejects. */
  probeRegistration(server: Server, signal: AbortSignal): Promise<RegisterProbeResult> {
    return this.#probe(server, signal);
  }

  /** Orderly removal, at most two seconds. Never rejects. */
  unregister(): Promise<void> {
    return this.#registrar.unregister();
  }

  /** Ends everything at once: connection, transactions, dialogs, and their timers. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#warmTimer?.dispose();
    this.#registrar.dispose();
    // `UserAgent.stop()` would wait up to 32 s for its transactions
    this.userAgent.userAgentCore.dispose();
  }

  #start(): void {
    assert(!this.#disposed, 'a disposed SIP stack is not started');
    // resolves at once: our transport leaves connecting to the registrar
    if (this.userAgent.state !== UserAgentState.Started) void this.userAgent.start();
  }

  /** The first message through parser and builder costs ten times the second: let it not be somebody's call. */
  #warmUp(): void {
    this.#warm = true;
    const party = '<sip:warm.up@invalid>;tag=1';
    const bytes = serializeRequest({
      method: 'INVITE',
      uri: 'sip:warm.up@invalid',
      headers: [
        { name: 'Via', value: 'SIP/2.0/WSS warm.invalid;branch=z9hG4bKwarm' },
        { name: 'From', value: `"Warm" ${party}` },
        { name: 'To', value: '<sip:warm.up@invalid>' },
        { name: 'Contact', value: '<sip:warm.up@invalid;transport=ws>' },
        { name: 'Record-Route', value: '<sip:a.invalid;lr>, <sip:b.invalid;lr>' },
        { name: 'Call-ID', value: 'warm' },
        { name: 'CSeq', value: '1 INVITE' },
        { name: 'Content-Type', value: 'application/sdp' },
      ],
      body: 'v=0\r\n',
    });
    for (let round = 0; round < 20; round++) {
      const result = parseMessage(bytes);
      if (result.ok && result.message.kind === 'request') new ReceivedRequest(result.message).parseHeader('contact');
    }
  }
}

function identityOf({ instanceId, computerName = hostname() }: SipStackOptions, host: string): ContactIdentity {
  // far ends see the key; the instance itself is for the registrar alone
  const key = createHash('sha256').update(instanceId).digest('hex').slice(0, keyLength);
  return { key, host, computerName, instance: `urn:uuid:${instanceId}` };
}

function systemAddresses(): readonly LocalAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([interfaceName, list = []]) =>
    list.map(({ address, internal }) => ({ interfaceName, address, internal })),
  );
}

function makeUserAgent(options: SipStackOptions): UserAgent {
  const { account, random, logger, userAgentName } = options;
  const host = account.domain ?? account.servers[0]?.host ?? 'invalid';
  const sipLogger = logger.child('sip.js');
  const transportOptions = { logger: logger.child('transport'), random, userAgentName, onMessage: options.onMessage };
  return new UserAgent({
    uri: new URI('sip', encodeUserPart(account.user), bracketed(host)),
    // sip.js puts quotes around it and nothing else
    displayName: account.displayName.replace(/["\\]/g, '\\$&'),
    contactName: random.hex(8),
    contactParams: { transport: 'ws' },
    viaHost: `${random.hex(6)}.invalid`,
    instanceId: options.instanceId,
    sipExtensionReplaces: SIPExtension.Supported,
    sipExtension100rel: SIPExtension.Supported,
    sipExtensionExtraSupported: [...optionTags],
    allowLegacyNotifications: true,
    userAgentString: userAgentName,
    // calls are built on the core's dialogs: nothing may ask sip.js's sessions for a description
    sessionDescriptionHandlerFactory: () => {
      throw new AppError('internal', { kind: 'bug', details: { what: 'calls do not use sip.js sessions' } });
    },
    delegate: options.delegate,
    gracefulShutdown: false,
    logBuiltinEnabled: false,
    logConfiguration: false,
    logLevel: 'warn',
    // the connector is given everything, whatever the level says
    logConnector: (level, category, _label, content) => sipLogger[level === 'log' ? 'debug' : level](content, { category }),
    transportConstructor: class extends SipTransport {
      constructor() {
        super(transportOptions);
      }
    },
  });
}
