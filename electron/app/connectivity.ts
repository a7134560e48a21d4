import { AppError } from '#shared/errors/app-error.ts';
import type { IceServerAccess } from '#shared/network/ice/servers.ts';
import { stunServersOf } from '#shared/network/stun/servers.ts';
import type { ConnectivityState } from '#shared/state/app-state.ts';
import type { DisposableStore } from '#shared/util/disposable.ts';
import { echoCall } from '../calls/echo-call.ts';
import type { MediaService } from '../media/media-service.ts';
import { Doctor } from '../network/doctor.ts';
import { checkIce, testIceServer } from '../network/ice-check.ts';
import { checkNat } from '../network/nat-check.ts';
import { NetworkChecks } from '../network/network-checks.ts';
import { systemAddresses } from '../network/system-addresses.ts';
import { systemAuthorities } from '../network/system-authorities.ts';
import { TlsTrust } from '../sip/transports/tls-trust.ts';
import type { Foundation } from './foundation.ts';
import { iceServersOf } from './ice-configuration.ts';
import type { Services } from './services.ts';

/** What a person can have looked at when something is broken. */
export interface Connectivity {
  readonly checks: NetworkChecks;
  readonly doctor: Doctor;
}

export function buildConnectivity(
  { clock, random, loggers }: Foundation,
  { settings, secrets, session, calls, ways }: Services,
  media: MediaService,
  owned: DisposableStore,
): Connectivity {
  const servers = (): IceServerAccess[] => iceServersOf(settings.get().ice, (key) => secrets.get(key));
  const serverOf = (id: string): IceServerAccess => {
    const found = servers().find((server) => server.id === id);
    if (found === undefined) throw new AppError('request-invalid', { details: { server: id } });
    return found;
  };
  const surroundings = { authorities: systemAuthorities, clock, random } as const;
  const natOf = (lifetime: boolean, signal: AbortSignal) =>
    checkNat({ servers: stunServersOf(settings.get().ice.servers), lifetime, signal, clock, random });
  const iceOf = (nat: Parameters<typeof checkIce>[0]['nat'], signal: AbortSignal) => {
    const { relayOnly } = settings.get().ice;
    return checkIce({ servers: servers(), relayOnly, nat, media, addresses: systemAddresses, ...surroundings, signal });
  };
  const untilDisposed = new AbortController();
  owned.add({ dispose: () => untilDisposed.abort() });
  const checks = owned.add(
    new NetworkChecks({
      checkNat: ({ lifetime, signal }) => natOf(lifetime, signal),
      checkIce: ({ nat, signal }) => iceOf(nat, signal),
      testServer: async (id) => testIceServer(serverOf(id), { ...surroundings, signal: untilDisposed.signal }),
      logger: loggers.logger('checks'),
    }),
  );
  const doctor = owned.add(
    new Doctor({
      clock,
      random,
      account: () => session.state.account,
      settings: () => settings.get(),
      inCall: () => calls.hasLiveCalls,
      takenOverBy: () => session.takenOverBy,
      proxies: ways.proxies,
      portalEvidence: ways.portalEvidence,
      trustFor: (server) => new TlsTrust(server.trust, server),
      probeRegistration: (server, signal) => session.probeRegistration(server, signal),
      proveServer: async (id, signal) => testIceServer(serverOf(id), { ...surroundings, signal }),
      checkNat: (signal) => natOf(false, signal),
      checkIce: iceOf,
      checkSound: () => media.checkSound(),
      devices: () => media.listDevices(),
      echoCall: (number, signal) => echoCall(calls, number, signal),
    }),
  );
  return { checks, doctor };
}

/** The slice that windows see. */
export function connectivityState({ checks, doctor }: Connectivity, { guard }: Pick<Services, 'guard'>): ConnectivityState {
  const { nat, ice, checking } = checks.state;
  return { nat, ice, checking: [...checking], doctor: doctor.run, undecided: [...guard.undecided] };
}
