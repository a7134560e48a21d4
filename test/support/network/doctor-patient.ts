import { rootCertificates } from 'node:tls';
import { z } from 'zod';
import { CaptivePortalCheck } from '#electron/network/captive-portal-check.ts';
import { Doctor } from '#electron/network/doctor.ts';
import type { DoctorPorts } from '#electron/network/doctor/ports.ts';
import { checkIce } from '#electron/network/ice-check.ts';
import { proveIceServer } from '#electron/network/ice-proof.ts';
import { checkNat } from '#electron/network/nat-check.ts';
import { systemAddresses } from '#electron/network/system-addresses.ts';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { SystemRandom } from '#electron/platform/system-random.ts';
import { SipStack } from '#electron/sip/user-agent.ts';
import { ProxyAccess } from '#electron/sip/transports/proxies/proxy-access.ts';
import { TlsTrust } from '#electron/sip/transports/tls-trust.ts';
import { type IceTrial, soundTrialSchema } from '#shared/ipc/media-contract.ts';
import type { DoctorRun } from '#shared/network/doctor/run.ts';
import { parseIceUri } from '#shared/network/ice/uri.ts';
import { parseProxyList } from '#shared/network/proxy-list.ts';
import { type Account, serverSchema } from '#shared/profiles/account.ts';
import { defaultSettings, type Settings } from '#shared/settings/settings.ts';
import { DisposableStore } from '#shared/util/disposable.ts';
import { silentLogger } from '#shared/util/logger.ts';

/** Who sees the doctor: a line, its settings and its computer, as plain data, so that the run can be anywhere. */
export const patientSchema = z.object({
  servers: z.array(serverSchema),
  user: z.string().default('201'),
  password: z.string().default('secret'),
  ice: z.array(z.object({ id: z.string(), uri: z.string(), username: z.string(), password: z.string() })).default([]),
  /** The system's proxies, as a configuration script says them. */
  proxies: z.string().default('DIRECT'),
  microphone: soundTrialSchema.shape.microphone.default('heard'),
  ringVolume: z.number().default(0.8),
  /** Where a server would tell the time and a portal would answer. */
  httpPort: z.number().default(80),
  keptDevices: z.array(z.string()).default([]),
});
export type Patient = z.input<typeof patientSchema>;

/** A whole run of the real doctor, with everything that needs no window real as well. */
export async function examine(patient: Patient): Promise<DoctorRun> {
  const owned = new DisposableStore();
  const doctor = owned.add(new Doctor(portsFor(patientSchema.parse(patient), owned)));
  try {
    return await new Promise<DoctorRun>((resolve) => {
      doctor.onChanged((run) => {
        if (run.finishedAt !== null) resolve(run);
      });
      doctor.start({ echo: false });
    });
  } finally {
    owned.dispose();
  }
}

/** What the media window of a computer with one address answers. */
const oneCandidate: IceTrial = {
  candidates: [
    {
      type: 'host',
      family: 4,
      protocol: 'udp',
      relayProtocol: null,
      address: '192.168.77.100',
      port: 50_000,
      server: null,
      atMs: 1,
      relatedAddress: null,
    },
  ],
  failures: [],
  gatheredMs: 100,
  loopBack: { connected: true, tookMs: 50, pair: { local: 'host', remote: 'host', protocol: 'udp' } },
};

function portsFor(patient: z.infer<typeof patientSchema>, owned: DisposableStore): DoctorPorts {
  const { servers, user, password, ice, httpPort } = patient;
  const clock = new SystemClock();
  const random = new SystemRandom();
  const account: Account = {
    id: 'patient',
    kind: 'server',
    user,
    authUser: null,
    displayName: '',
    domain: null,
    servers,
    registerExpires: 600,
  };
  const settings: Settings = {
    ...defaultSettings,
    ice: { servers: ice, relayOnly: false },
    network: { ...defaultSettings.network, keptDevices: patient.keptDevices },
    audio: { ...defaultSettings.audio, ringVolume: patient.ringVolume },
  };
  const proof = { authorities: () => rootCertificates, clock, random, timeoutMs: 2_500 };
  const media: { checkIce: () => Promise<IceTrial> } = { checkIce: () => Promise.resolve(oneCandidate) };
  const proxies = new ProxyAccess({
    resolve: () => Promise.resolve(parseProxyList(patient.proxies)),
    credentials: () => undefined,
    clock,
    random,
  });
  const portal = new CaptivePortalCheck({ clock, random, logger: silentLogger, httpPort });
  // never started: a line that is signed out
  const line = owned.add(
    new SipStack({
      account,
      password: () => password,
      instanceId: '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d',
      clock,
      random,
      logger: silentLogger,
      userAgentName: 'Commute/test',
      connecting: { proxies, portalEvidence: portal.evidence },
      delegate: {},
    }),
  );
  return {
    clock,
    random,
    account: () => account,
    settings: () => settings,
    inCall: () => false,
    takenOverBy: () => null,
    proxies,
    trustFor: (server) => new TlsTrust(server.trust, server),
    portalEvidence: portal.evidence,
    probeRegistration: (server, signal) => line.probeRegistration(server, signal),
    proveServer: async (id, signal) => {
      const server = ice.find((one) => one.id === id);
      if (server === undefined) throw new Error(`There is no server ${id}.`);
      return proveIceServer(server, { ...proof, signal });
    },
    checkNat: (signal) => {
      const asked = ice.flatMap(({ uri }) => {
        const parsed = parseIceUri(uri);
        return parsed?.transport === 'udp' ? [parsed] : [];
      });
      return checkNat({ servers: asked, lifetime: false, signal, clock, random });
    },
    checkIce: (nat, signal) => checkIce({ servers: ice, relayOnly: false, nat, media, addresses: systemAddresses, ...proof, signal }),
    checkSound: () =>
      Promise.resolve({
        microphone: patient.microphone,
        toneHeard: true,
        speaker: 'played',
        microphoneLabel: 'Headset',
        speakerLabel: 'Headset',
      }),
    devices: () => Promise.resolve({ inputs: [], outputs: [] }),
    echoCall: () => Promise.resolve({ heard: true }),
    httpPort,
  };
}
