import type { Page } from 'playwright-core';
import type { Server } from '#shared/profiles/account.ts';
import { ask, callIn, hear, registered, unprocessedMicrophone } from '../app/driver.ts';
import { dial, type OpenCommute, openCommute } from '../app/use-commute.ts';
import type { NetworkLab } from '../lab/network-lab.ts';
import type { FarEnd } from './far-end.ts';
import { SoundLog } from './sound-log.ts';

/** The number that roams: of G.711 as the far end, because this Asterisk loses a leg's sound when a takeover makes it transcode. */
const user = '208';
/** What its microphone hears. */
export const ourToneHz = 440;
const password = `lab${user}`;

/** The real app on the computer that moves. */
export interface RoamingPhone extends OpenCommute {
  readonly user: string;
  /** When it heard the far end; read what came since the last time by `listen`. */
  readonly sound: SoundLog;
  /** Brings `sound` up to date. */
  listen(): Promise<void>;
}

/** Starts Commute on the lab's client and signs in, with the office's own address first and the public one second. */
export async function openRoamingPhone(lab: NetworkLab): Promise<RoamingPhone> {
  const commute = await openCommute({ namespace: lab.namespace('client'), microphone: { hz: ourToneHz } });
  const { page } = commute;
  await unprocessedMicrophone(page);
  const media = await commute.window('media/media.html');
  await recordFrames(media);
  const servers = ['office.lab.test', 'sip.lab.test'].map((host) => serverAt(host, lab.caFile));
  const account = { user, password, authUser: '', displayName: 'Rosa', domain: 'lab.test', servers, remember: false };
  await ask(page, 'session.sign-in', account);
  await registered(page);
  const sound = new SoundLog();
  return { ...commute, user, sound, listen: async () => sound.add(await media.evaluate('takeFrames()')) };
}

/** Calls the far end. @returns the call, once both hear each other's tone */
export async function talk({ page }: Pick<RoamingPhone, 'page'>, farEnd: FarEnd, toneHz: number): Promise<string> {
  await dial(page, farEnd.user);
  const { id } = await callIn(page, 'connected');
  await hear(page, id, toneHz);
  return id;
}

function serverAt(host: string, caFile: string): Server {
  return { host, port: 8089, transport: 'wss', path: '/ws', trust: { kind: 'ca-file', path: caFile } };
}

/**
 * Notes in the media window whenever a frame from the network is played: a receiver's synchronization sources name the last one, and
 * what is made up to hide a loss does not count (WebRTC section 5.3). Peer connections made before are not seen.
 */
async function recordFrames(media: Page): Promise<void> {
  await media.evaluate(() => {
    const lookMs = 10;
    const frames: number[] = [];
    const peers = new Set<RTCPeerConnection>();
    const last = new Map<string, number>();
    const Plain = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Plain {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        peers.add(this);
      }
    };
    const look = (): void => {
      let isNew = false;
      for (const peer of peers) {
        if (peer.connectionState === 'closed') peers.delete(peer);
        for (const { source, timestamp } of peer.getReceivers().flatMap((receiver) => receiver.getSynchronizationSources())) {
          const key = String(source);
          isNew ||= timestamp !== last.get(key);
          last.set(key, timestamp);
        }
      }
      if (isNew) frames.push(Date.now());
    };
    setInterval(look, lookMs);
    Reflect.set(window, 'takeFrames', () => frames.splice(0));
  });
}
