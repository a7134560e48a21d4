import type { PortalEvidence } from '#shared/network/captive-portal.ts';
import type { RegistrationProbe } from '#shared/network/doctor/evidence.ts';
import type { IceReport, IceServerProof } from '#shared/network/ice/report.ts';
import type { NatReport } from '#shared/network/nat/report.ts';
import type { SoundTrial } from '#shared/ipc/media-contract.ts';
import type { DeviceList } from '#shared/media/media.ts';
import type { Account, Server } from '#shared/profiles/account.ts';
import type { Settings } from '#shared/settings/settings.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';
import type { ProxyAccess } from '../../sip/transports/proxies/proxy-access.ts';
import type { TlsTrust } from '../../sip/transports/tls-trust.ts';

/** The way out that connections of the line take, too. */
export type Proxies = Pick<ProxyAccess, 'waysTo' | 'open'>;

/** Judges certificates as the line does. */
export type CertificateJudge = Pick<TlsTrust, 'prepare' | 'open' | 'judge' | 'usesPin'>;

/** Everything that a run needs of the rest of the app. Steps that look at the network itself use sockets of their own. */
export interface DoctorPorts {
  readonly clock: Clock;
  readonly random: Random;
  /** Null: nobody is signed in; the network and this computer are looked at nevertheless. */
  readonly account: () => Account | null;
  readonly settings: () => Pick<Settings, 'ice' | 'network' | 'audio' | 'availability'>;
  readonly inCall: () => boolean;
  /** Name of the device that took the line over; null: nobody did. */
  readonly takenOverBy: () => string | null;
  readonly proxies: Proxies;
  readonly trustFor: (server: Server) => CertificateJudge;
  readonly portalEvidence: (host: string) => Promise<PortalEvidence | undefined>;
  /**
   * A REGISTER of the doctor's own that is taken back again, or a query where the line is registered. Resolves also with refusals;
   * no answer is `connection-timed-out`.
   */
  readonly probeRegistration: (server: Server, signal: AbortSignal) => Promise<RegistrationProbe>;
  /** @param id a server of the settings */
  readonly proveServer: (id: string, signal: AbortSignal) => Promise<IceServerProof>;
  readonly checkNat: (signal: AbortSignal) => Promise<NatReport>;
  /** @param nat what the doctor has found out before; null when that did not come to an end */
  readonly checkIce: (nat: NatReport | null, signal: AbortSignal) => Promise<IceReport>;
  readonly checkSound: (signal: AbortSignal) => Promise<SoundTrial>;
  readonly devices: () => Promise<DeviceList>;
  /** Dials, listens for what it sent, and hangs up. Rejects when the call does not come to stand. */
  readonly echoCall: (number: string, signal: AbortSignal) => Promise<{ readonly heard: boolean }>;
  /** Where a server may tell the time in plain HTTP; 80 unless a test has other plans. */
  readonly httpPort?: number;
}
