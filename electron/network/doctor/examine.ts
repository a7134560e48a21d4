import { connect, type Socket } from 'node:net';
import type { DoctorEvidence, EchoEvidence, RegisterEvidence, ServerEvidence, UpgradeEvidence } from '#shared/network/doctor/evidence.ts';
import { certificateFault } from '#shared/network/doctor/certificate.ts';
import { timesTold } from '#shared/network/doctor/clock.ts';
import type { PlannedStep } from '#shared/network/doctor/plan.ts';
import type { Server } from '#shared/profiles/account.ts';
import { assert } from '#shared/util/assert.ts';
import { systemAddresses } from '../system-addresses.ts';
import { findRoutes } from './interfaces.ts';
import { knockAtAll } from './knock.ts';
import { findAddresses } from './names.ts';
import type { DoctorPorts } from './ports.ts';
import { findWay, type ProxyWay, tunnelBy } from './proxy-way.ts';
import { lookAtRinging } from './ringing.ts';
import { openSecure } from './secure-connection.ts';
import { askTime, askUpgrade } from './upgrade.ts';

/** Puts what a step found with the rest; undefined: what it needs was not there. */
export type Found = ((evidence: DoctorEvidence) => DoctorEvidence) | undefined;

const plainHttpPort = 80;

/** Carries out one step after the other of one run, and remembers on which way each address is reached. */
export class Examination {
  readonly #ports: DoctorPorts;
  readonly #servers: readonly Server[];
  readonly #ways = new Map<number, ProxyWay>();

  constructor(ports: DoctorPorts, servers: readonly Server[]) {
    this.#ports = ports;
    this.#servers = servers;
  }

  /**
   * @param evidence what the steps before have found
   * @param signal ends it; what was silent until then counts as silent
   */
  async look({ step, subject }: PlannedStep, evidence: DoctorEvidence, signal: AbortSignal): Promise<Found> {
    const ports = this.#ports;
    if (subject.kind === 'server') return this.#lookAtServer(step, subject.index, evidence, signal);
    if (subject.kind === 'ice') {
      const { id } = subject;
      const proof = await ports.proveServer(id, signal);
      return (known) => ({ ...known, iceServers: new Map([...known.iceServers, [id, proof]]) });
    }
    switch (step) {
      case 'interfaces':
        return adding({ interfaces: systemAddresses() });
      case 'route':
        return adding({ route: await findRoutes() });
      case 'captive-portal': {
        const hosts = [...new Set(this.#servers.map(({ host }) => host))];
        const shown = await Promise.all(hosts.map((host) => ports.portalEvidence(host)));
        return adding({ portal: shown.find((one) => one !== undefined) ?? null });
      }
      case 'clock':
        return adding({ times: await this.#askForTime(evidence, signal) });
      case 'nat':
        return adding({ nat: await ports.checkNat(signal) });
      case 'ice':
        return adding({ ice: await ports.checkIce(evidence.nat ?? null, signal) });
      case 'microphone':
        return adding({ sound: await ports.checkSound(signal) });
      case 'ringing':
        return adding({ ringing: lookAtRinging(ports.settings(), await ports.devices()) });
      case 'echo-call':
        return adding({ echo: { outcome: await this.#callEcho(signal) } });
      default:
        // these lines are read off what others found
        return (known) => known;
    }
  }

  async #lookAtServer(step: PlannedStep['step'], index: number, evidence: DoctorEvidence, signal: AbortSignal): Promise<Found> {
    const { proxies, clock, random, trustFor } = this.#ports;
    const server = this.#servers[index];
    assert(server !== undefined, 'an address of the account');
    const seen =
      (found: Partial<ServerEvidence>): Found =>
      (known) => ({
        ...known,
        servers: known.servers.map((one, place) => (place === index ? { ...one, ...found } : one)),
      });
    const way = this.#ways.get(index);
    const wallMs = (): number => clock.wallMs();
    switch (step) {
      case 'proxy': {
        const found = await findWay(proxies, server, signal);
        this.#ways.set(index, found);
        return seen({ proxy: found.evidence });
      }
      case 'dns':
        return way?.proxy === undefined ? seen({ dns: await findAddresses(server.host, signal) }) : seen({});
      case 'tcp': {
        const addresses = evidence.servers[index]?.dns?.addresses ?? [];
        return way?.proxy === undefined ? seen({ tcp: await knockAtAll(addresses, server.port, clock, signal) }) : seen({});
      }
      case 'tls': {
        const { evidence: tls, socket } = await openSecure(
          server,
          trustFor(server),
          () => tunnelBy(proxies, way, server, signal),
          signal,
          wallMs,
        );
        socket?.destroy();
        return seen({ tls });
      }
      case 'upgrade': {
        const silent: UpgradeEvidence = { outcome: 'silent', status: 0, location: '', contentType: '', dateMs: null, seenAtMs: wallMs() };
        const socket = await this.#connect(server, way, signal);
        return seen({ upgrade: socket === undefined ? silent : await askUpgrade(socket, { server, random, signal, wallMs }) });
      }
      case 'register':
        // a password that was refused once is not tried at the next address: accounts are locked after a few tries
        if (evidence.servers.some(({ register }) => register?.error?.code === 'wrong-password')) return undefined;
        return seen({ register: await this.#probe(server, signal) });
      default:
        return seen({});
    }
  }

  /** A connection as the line would have it: encrypted and trusted where the account says so. */
  async #connect(server: Server, way: ProxyWay | undefined, signal: AbortSignal): Promise<Socket | undefined> {
    const { proxies, trustFor, clock } = this.#ports;
    const tunnel = (): Promise<Socket | undefined> => tunnelBy(proxies, way, server, signal);
    if (server.transport === 'wss') return (await openSecure(server, trustFor(server), tunnel, signal, () => clock.wallMs())).socket;
    return (await tunnel()) ?? connect({ host: server.host, port: server.port, signal });
  }

  async #probe(server: Server, signal: AbortSignal): Promise<RegisterEvidence> {
    const { clock, probeRegistration } = this.#ports;
    const silent = new Promise<Awaited<ReturnType<typeof probeRegistration>>>((resolve) => {
      const end = (): void => resolve({ error: { code: 'connection-timed-out', details: {} }, others: [], dateMs: null });
      signal.addEventListener('abort', end, { once: true });
    });
    const probe = await Promise.race([probeRegistration(server, signal), silent]);
    return { ...probe, seenAtMs: clock.wallMs() };
  }

  async #callEcho(signal: AbortSignal): Promise<EchoEvidence['outcome']> {
    const { settings, echoCall } = this.#ports;
    const late = new Promise<'not-connected'>((resolve) =>
      signal.addEventListener('abort', () => resolve('not-connected'), { once: true }),
    );
    const called = echoCall(settings().network.echoNumber, signal).then(
      ({ heard }) => (heard ? 'heard' : 'not-heard'),
      () => 'not-connected' as const,
    );
    return Promise.race([called, late]);
  }

  /** Only a certificate whose dates do not fit makes the clock worth a question, and only when nobody has told the time yet. */
  async #askForTime(evidence: DoctorEvidence, signal: AbortSignal): Promise<NonNullable<DoctorEvidence['times']>> {
    if (timesTold(evidence).length > 0) return [];
    const doubted = evidence.servers.filter(({ tls }) => {
      const fault = tls === undefined ? undefined : certificateFault(tls);
      return fault === 'expired' || fault === 'not-yet-valid';
    });
    const { clock, httpPort = plainHttpPort } = this.#ports;
    return Promise.all(doubted.map(({ server }) => askTime(server.host, httpPort, signal, () => clock.wallMs())));
  }
}

function adding(found: Partial<DoctorEvidence>): Found {
  return (known) => ({ ...known, ...found });
}
