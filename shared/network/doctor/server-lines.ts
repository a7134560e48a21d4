import { serverName } from '../../profiles/server-address.ts';
import { certificateFault, expiresSoon } from './certificate.ts';
import type { DoctorSurroundings, InterfaceAddress, ServerEvidence } from './evidence.ts';
import { isElsewhere } from './place.ts';
import type { DoctorLine } from './run.ts';
import { certificateFacts, type Facts, tellingAttempt } from './server-law.ts';
import type { SaidBy } from './said.ts';

/** What a line says of what its step found; undefined when the step brought nothing home. */
export type Saying<Said extends string> = { readonly state: DoctorLine['state']; readonly said: Said; readonly facts: Facts } | undefined;

type State = DoctorLine['state'];

/** Facts that any sentence about an address may use. */
export function addressFacts({ server }: Pick<ServerEvidence, 'server'>): Facts {
  return { host: server.host, port: server.port, path: server.path, server: serverName(server) };
}

export function proxyLine(evidence: ServerEvidence): Saying<SaidBy<'proxy'>> {
  const { proxy } = evidence;
  if (proxy === undefined) return undefined;
  const state: State =
    proxy.outcome === 'direct' || proxy.outcome === 'open' ? 'fine' : proxy.outcome === 'passed-over' ? 'warning' : 'broken';
  return { state, said: proxy.outcome, facts: { ...addressFacts(evidence), proxy: proxy.proxy ?? '' } };
}

export function dnsLine(evidence: ServerEvidence): Saying<SaidBy<'dns'>> {
  const { dns, proxy } = evidence;
  const facts = addressFacts(evidence);
  if (proxy?.outcome === 'open') return { state: 'skipped', said: 'by-proxy', facts };
  if (dns === undefined) return undefined;
  const state: State = dns.outcome === 'literal' ? 'skipped' : dns.outcome === 'found' ? 'fine' : 'broken';
  return { state, said: dns.outcome, facts: { ...facts, addresses: dns.addresses.join(', ') } };
}

export function tcpLine(evidence: ServerEvidence, interfaces: readonly InterfaceAddress[]): Saying<SaidBy<'tcp'>> {
  const facts = addressFacts(evidence);
  if (evidence.proxy?.outcome === 'open') return { state: 'skipped', said: 'by-proxy', facts };
  const attempt = tellingAttempt(evidence);
  if (attempt === undefined) return undefined;
  const { address, outcome, tookMs, source } = attempt;
  const more = { ...facts, address, ms: Math.round(tookMs), interface: source?.interfaceName ?? source?.address ?? '' };
  if (outcome === 'connected') return { state: 'fine', said: outcome, facts: more };
  if (outcome !== 'refused' && isElsewhere(address, interfaces)) return { state: 'skipped', said: 'silent-away', facts: more };
  return { state: 'broken', said: outcome, facts: more };
}

export function tlsLine(evidence: ServerEvidence): Saying<SaidBy<'tls'>> {
  const { tls } = evidence;
  if (tls === undefined) return undefined;
  const facts = { ...addressFacts(evidence), ...certificateFacts(evidence) };
  if (tls.outcome === 'trusted') {
    if (expiresSoon(tls)) return { state: 'warning', said: 'expires-soon', facts };
    return { state: 'fine', said: tls.pin === 'same' ? 'pinned' : 'trusted', facts };
  }
  if (tls.outcome === 'misnamed' || tls.outcome === 'distrusted')
    return { state: 'broken', said: certificateFault(tls) ?? 'untrusted', facts };
  return { state: 'broken', said: tls.outcome, facts };
}

export function upgradeLine(evidence: ServerEvidence): Saying<SaidBy<'upgrade'>> {
  const { upgrade } = evidence;
  if (upgrade === undefined) return undefined;
  const facts = { ...addressFacts(evidence), status: upgrade.status };
  return { state: upgrade.outcome === 'upgraded' ? 'fine' : 'broken', said: upgrade.outcome, facts };
}

export function registerLine(
  evidence: ServerEvidence,
  { takenOverBy }: Pick<DoctorSurroundings, 'takenOverBy'>,
): Saying<SaidBy<'register'>> {
  const { register } = evidence;
  if (register === undefined) return undefined;
  const facts = addressFacts(evidence);
  const broken = (said: SaidBy<'register'>, more: Facts = {}): Saying<SaidBy<'register'>> => ({
    state: 'broken',
    said,
    facts: { ...facts, ...more },
  });
  const { error } = register;
  if (error === null && takenOverBy !== null) return broken('taken-over', { name: takenOverBy });
  switch (error?.code) {
    case undefined:
      return { state: 'fine', said: 'accepted', facts };
    case 'wrong-password':
    case 'user-unknown':
      return broken(error.code);
    case 'server-busy':
      return broken('busy');
    case 'connection-timed-out':
    case 'connection-lost':
      return broken('silent');
    default:
      if (error?.details['status'] === undefined) return broken('silent');
      return broken('refused', { status: error?.details['status'] ?? '', reason: error?.details['reason'] ?? '' });
  }
}
