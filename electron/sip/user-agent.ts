import type { SessionDescriptionHandlerFactory, UserAgent, UserAgentDelegate } from 'sip.js';
import type { Account } from '#shared/profiles/account.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Event } from '#shared/util/emitter.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';

/** One SIP message as it crossed the wire. */
export interface WireMessage {
  readonly direction: 'sent' | 'received';
  readonly callId: string;
  readonly text: string;
  /** `host:port` of the server. */
  readonly peer: string;
}

export interface SipStackOptions {
  readonly account: Account;
  /** Read at the moment of a challenge; undefined when the person has not given one. */
  readonly password: () => string | undefined;
  /** UUID without `urn:uuid:`; the same for the life of this installation (RFC 5626 section 4.1). */
  readonly instanceId: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly onMessage?: (message: WireMessage) => void;
  readonly userAgentName: string;
  readonly sessionDescriptionHandlerFactory: SessionDescriptionHandlerFactory;
  readonly delegate: UserAgentDelegate;
}

/** The SIP user agent of one account: flow, registration, and the sip.js core that carries transactions and dialogs. */
export declare class SipStack implements Disposable {
  readonly userAgent: UserAgent;
  readonly registration: RegistrationStatus;
  readonly onRegistrationChanged: Event<RegistrationStatus>;
  /** The connection broke or was given up; dialogs live on. */
  readonly onFlowLost: Event<void>;
  /** A new connection is registered: dialogs may use it. */
  readonly onFlowReady: Event<void>;
  constructor(options: SipStackOptions);
  start(): void;
  /** Drops the flow and connects anew at once. */
  reconnect(): void;
  /** Orderly removal, at most two seconds. Never rejects. */
  unregister(): Promise<void>;
  dispose(): void;
}
