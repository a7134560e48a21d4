import type { SoundTrial } from '../../ipc/media-contract.ts';
import type { ErrorReport } from '../../errors/app-error.ts';
import type { Server } from '../../profiles/account.ts';
import type { OtherContact } from '../../registration/other-contact.ts';
import type { PortalEvidence } from '../captive-portal.ts';
import type { IceReport, IceServerProof } from '../ice/report.ts';
import type { NatReport } from '../nat/report.ts';
import type { Route } from './routes.ts';

// What the doctor's steps bring home. A step that was not run, or did not come to an end, has no evidence.

/** One address of this computer with the size of its network. */
export interface InterfaceAddress {
  readonly interfaceName: string;
  readonly address: string;
  readonly internal: boolean;
  /** Bits of the address that name its network. */
  readonly prefixLength: number;
}

/** Where packets without a better way go. */
export interface RouteEvidence {
  /** Whether there is a way out at all, by either family. */
  readonly hasDefault: boolean;
  /** The interface of it; empty where the system does not say. */
  readonly interfaceName: string;
  /** The whole table where the system shows it; empty elsewhere. */
  readonly routes: readonly Route[];
}

export interface ProxyEvidence {
  /** `host:port` of the first proxy that the system wants for this server; null: none. */
  readonly proxy: string | null;
  /** `passed-over`: it does not help, and the system allows the direct way, too. */
  readonly outcome: 'direct' | 'open' | 'passed-over' | 'unreachable' | 'password' | 'refused';
}

export interface DnsEvidence {
  readonly outcome: 'literal' | 'found' | 'unknown' | 'dead';
  readonly addresses: readonly string[];
}

/** One address that a TCP connection was tried to. */
export interface TcpAttempt {
  readonly address: string;
  readonly outcome: 'connected' | 'refused' | 'silent' | 'unreachable';
  readonly tookMs: number;
  /** Our own address that the system chose for it, and the interface that has it; null when it found no way. */
  readonly source: { readonly address: string; readonly interfaceName: string | null } | null;
}

export interface TcpEvidence {
  readonly attempts: readonly TcpAttempt[];
}

/** What a certificate says; dates are wall times in ms. */
export interface SeenCertificate {
  readonly fingerprint: string;
  readonly subject: string;
  readonly issuer: string;
  readonly validFrom: number;
  readonly validTo: number;
  /** Whether it was made for the host of the address. */
  readonly nameMatches: boolean;
  /** What it was made for, as text. */
  readonly names: string;
}

/** What a server said of the time, in wall times in ms, and our own at that moment. */
export interface TimeEvidence {
  /** Null when it did not say. */
  readonly dateMs: number | null;
  readonly seenAtMs: number;
}

export interface TlsEvidence {
  /**
   * `misnamed`: only the name was wrong; `distrusted`: turned away for anything else; `not-tls`: something else than TLS answered;
   * `lost`: it hung up.
   */
  readonly outcome: 'trusted' | 'misnamed' | 'distrusted' | 'not-tls' | 'lost' | 'silent';
  readonly certificate: SeenCertificate | null;
  /** Whether the account pins a certificate, and whether it is this one. */
  readonly pin: 'none' | 'same' | 'changed';
  readonly seenAtMs: number;
}

export interface UpgradeEvidence extends TimeEvidence {
  /** `refused`: HTTP, but no WebSocket with SIP in it; `not-http`: neither. */
  readonly outcome: 'upgraded' | 'refused' | 'not-http' | 'lost' | 'silent';
  /** HTTP status; 0 when none came. */
  readonly status: number;
  /** Host that it sends us to, and what kind of thing it answered with; empty when it did not say. */
  readonly location: string;
  readonly contentType: string;
}

/** What the registrar said to a REGISTER of the doctor's own, or to a query where the line stands. */
export interface RegistrationProbe {
  /** Null: accepted. */
  readonly error: ErrorReport | null;
  /** Other devices signed in with the number. */
  readonly others: readonly OtherContact[];
  /** The `Date` of the answer (RFC 3261 section 20.17) as wall time in ms; null when it had none. */
  readonly dateMs: number | null;
}

export type RegisterEvidence = RegistrationProbe & TimeEvidence;

/** Everything about one address of the account. */
export interface ServerEvidence {
  readonly server: Server;
  readonly proxy?: ProxyEvidence;
  readonly dns?: DnsEvidence;
  readonly tcp?: TcpEvidence;
  readonly tls?: TlsEvidence;
  readonly upgrade?: UpgradeEvidence;
  readonly register?: RegisterEvidence;
}

export interface RingingEvidence {
  /** 0 to 1. */
  readonly volume: number;
  /** Name of the device that is set to ring; empty: the system's default. */
  readonly ringer: string;
  readonly ringerPresent: boolean;
  readonly doNotDisturb: boolean;
  /** Where every call is sent; null: they ring here. */
  readonly forwardedTo: string | null;
}

export interface EchoEvidence {
  readonly outcome: 'heard' | 'not-heard' | 'not-connected';
}

/** All that one run found out. */
export interface DoctorEvidence {
  readonly servers: readonly ServerEvidence[];
  /** STUN and TURN servers of the settings that were tried, by their ids. */
  readonly iceServers: ReadonlyMap<string, IceServerProof>;
  readonly interfaces?: readonly InterfaceAddress[];
  readonly route?: RouteEvidence;
  /** What shows that the network answers in the servers' place; null: nothing does. */
  readonly portal?: PortalEvidence | null;
  /** Of servers that were asked for nothing but the time. */
  readonly times?: readonly TimeEvidence[];
  readonly nat?: NatReport;
  readonly ice?: IceReport;
  readonly sound?: SoundTrial;
  readonly ringing?: RingingEvidence;
  readonly echo?: EchoEvidence;
}

/** What is known beside the evidence. */
export interface DoctorSurroundings {
  /** Devices of the number that may stay signed in (keys of `OtherContact`). */
  readonly keptDevices: readonly string[];
  /** Media may take relays only. */
  readonly relayOnly: boolean;
  /** What the echo call dials. */
  readonly echoNumber: string;
  /** Name of the device that took the line over; null: nobody did. */
  readonly takenOverBy: string | null;
}
