import { isPrivateAddress } from '../addresses.ts';
import { serverName } from '../../profiles/server-address.ts';
import { certificateFault, validWithClock } from './certificate.ts';
import { dayText, minuteText } from './clock.ts';
import type { DoctorEvidence, ProxyEvidence, RegisterEvidence, ServerEvidence, TcpAttempt } from './evidence.ts';
import { isElsewhere, isOwnNetwork, outwardAddresses, tunnelsOf } from './place.ts';
import type { DoctorFinding } from './names.ts';
import type { DoctorLine } from './run.ts';
import { isTunnel } from '../path.ts';

export type Facts = DoctorLine['facts'];

/** How far an address was reached; an address that was reached further tells more about what is broken. */
export const reaches = ['nothing', 'host', 'port', 'certificate', 'http', 'sip', 'line'] as const;
export type Reach = (typeof reaches)[number];

/** What stands between one address of the account and a line. */
export interface ServerJudgement {
  readonly reach: Reach;
  /** Undefined when the line is accepted there. */
  readonly fault: { readonly finding: DoctorFinding; readonly facts: Facts } | undefined;
  /** It is an office address and we are elsewhere: that it does not answer is as it should be. */
  readonly away: boolean;
}

/** What is known of the whole when one address is judged. */
type Surroundings = Pick<DoctorEvidence, 'interfaces' | 'route'> & {
  /** See `clockError`. */
  readonly clockErrorMs: number | undefined;
  /** The account has an address that does not lie in an office. */
  readonly hasPublicAddress: boolean;
};

/** Walks from the far end back to us: the first hop that has evidence is the last one that was reached. */
export function judgeServer(evidence: ServerEvidence, around: Surroundings): ServerJudgement {
  const { proxy, tcp, tls, upgrade, register, server } = evidence;
  const facts = { host: server.host, port: server.port, server: serverName(server), path: server.path };
  const broken = (reach: Reach, finding: DoctorFinding, more: Facts = {}): ServerJudgement => {
    return { reach, fault: { finding, facts: { ...facts, ...more } }, away: false };
  };

  if (register?.error === null) return { reach: 'line', fault: undefined, away: false };
  if (register !== undefined) return answeredSip(register, broken);
  if (upgrade?.outcome === 'upgraded' || upgrade?.outcome === 'silent') return broken('http', 'server-silent');
  if (upgrade !== undefined) return broken('certificate', 'not-a-sip-server', upgrade.status === 0 ? {} : { status: upgrade.status });
  if (tls !== undefined && tls.outcome !== 'trusted') {
    const fault = certificateFault(tls);
    if (fault !== undefined) {
      const { clockErrorMs = 0 } = around;
      const clockExplains = (fault === 'expired' || fault === 'not-yet-valid') && clockErrorMs !== 0 && validWithClock(tls, clockErrorMs);
      if (clockExplains) return broken('certificate', 'clock-off', { time: minuteText(tls.seenAtMs + clockErrorMs) });
      return broken('certificate', `certificate-${fault}`, certificateFacts(evidence));
    }
    if (tls.outcome !== 'silent') return broken('port', 'not-tls');
    // small packets made the connection; the server's certificate is the first large thing that comes
    const through = tcp?.attempts.find(({ outcome }) => outcome === 'connected')?.source?.interfaceName ?? '';
    return isTunnel(through) ? broken('port', 'mtu-small', { interface: through }) : broken('port', 'server-silent');
  }
  if (tcp?.attempts.some(({ outcome }) => outcome === 'connected') === true) return broken('port', 'server-silent');
  const proxyFinding = proxyFindings.get(proxy?.outcome);
  if (proxyFinding !== undefined) return broken('nothing', proxyFinding, { proxy: proxy?.proxy ?? '' });
  if (tcp?.attempts.some(({ outcome }) => outcome === 'refused') === true) return broken('host', 'port-closed');
  return unreached(evidence, around, broken);
}

type Broken = (reach: Reach, finding: DoctorFinding, more?: Facts) => ServerJudgement;

const proxyFindings: ReadonlyMap<ProxyEvidence['outcome'] | undefined, DoctorFinding> = new Map([
  ['unreachable', 'proxy-unreachable'],
  ['password', 'proxy-password'],
  ['refused', 'proxy-refuses'],
] as const);

function answeredSip({ error }: RegisterEvidence, broken: Broken): ServerJudgement {
  switch (error?.code) {
    case 'wrong-password':
    case 'user-unknown':
    case 'server-busy':
      return broken('sip', error.code);
    case 'connection-timed-out':
    case 'connection-lost':
      return broken('http', 'server-silent');
    default:
      // what has no status is no answer of the registrar's
      if (error?.details['status'] === undefined) return broken('http', 'server-silent');
      return broken('sip', 'registration-refused', { status: error?.details['status'] ?? '', reason: error?.details['reason'] ?? '' });
  }
}

/** Nothing came back from there at all. */
function unreached(evidence: ServerEvidence, around: Surroundings, broken: Broken): ServerJudgement {
  const { dns, tcp } = evidence;
  const { interfaces = [], route, hasPublicAddress } = around;
  const attempt = tcp?.attempts[0];
  const outward = outwardAddresses(interfaces);
  if (outward.length === 0) return broken('nothing', 'no-network');
  const isNear = attempt !== undefined && isOwnNetwork(attempt.address, interfaces);
  const way = attempt?.source?.interfaceName ?? null;
  if (route?.hasDefault === false && !isNear && way === null)
    return broken('nothing', 'no-default-route', { interface: outward[0]?.interfaceName ?? '' });
  if (dns?.outcome === 'dead') return broken('nothing', 'dns-dead');
  if (dns?.outcome === 'unknown') return broken('nothing', 'name-unknown');
  if (attempt !== undefined && isElsewhere(attempt.address, interfaces) && !isTunnel(way ?? '')) {
    const [tunnel] = tunnelsOf(interfaces);
    if (tunnel !== undefined) return broken('nothing', 'vpn-without-route', { interface: tunnel });
    const finding = hasPublicAddress ? 'host-unreachable' : 'office-only-address-away';
    return { ...broken('nothing', finding), away: true };
  }
  return broken('nothing', 'host-unreachable');
}

/** What a sentence about a certificate says of it. */
export function certificateFacts({ tls }: ServerEvidence): Facts {
  const certificate = tls?.certificate ?? null;
  if (certificate === null) return {};
  const { fingerprint, issuer, subject, names, validFrom, validTo } = certificate;
  return { fingerprint, issuer, subject, names, from: dayText(validFrom), until: dayText(validTo) };
}

/** Whether an address of the account is one for use outside: a public one, or a name that is not known to be an office's. */
export function isPublicAddress({ server, dns }: ServerEvidence): boolean {
  const addresses = dns?.addresses ?? [];
  return addresses.length > 0 ? !addresses.every(isPrivateAddress) : !isPrivateAddress(server.host);
}

/** The attempt that tells most about an address: one that connected, else one that was refused, else the first. */
export function tellingAttempt({ tcp }: ServerEvidence): TcpAttempt | undefined {
  const attempts = tcp?.attempts ?? [];
  const of = (outcome: TcpAttempt['outcome']): TcpAttempt | undefined => attempts.find((attempt) => attempt.outcome === outcome);
  return of('connected') ?? of('refused') ?? attempts[0];
}
