import type { MediaBridge } from '#shared/ipc/media-bridge.ts';
import { AudioOut } from './audio-out.ts';
import { Devices } from './devices.ts';
import { IceTrials } from './ice-trials.ts';
import { Microphone } from './microphone.ts';
import { MicrophoneMeter } from './microphone-meter.ts';
import { MixingDesk } from './mixing-desk.ts';
import { type Handlers, Port } from './port.ts';
import { Registry } from './registry.ts';
import { SoundTrials } from './sound-trials.ts';
import { Tones } from './tones.ts';

declare global {
  interface Window {
    readonly commute: MediaBridge;
  }
}

const done = {};

/** Puts the media window together and tells main that it is ready. */
export async function compose(): Promise<void> {
  const port = new Port(window.commute);
  const devices = new Devices(navigator.mediaDevices);
  const microphone = new Microphone(devices, navigator.mediaDevices);
  const out = new AudioOut(devices);
  const registry = new Registry(microphone, out);
  const desk = new MixingDesk(registry, out);
  const tones = new Tones(out);
  const meter = new MicrophoneMeter(microphone);
  const iceTrials = new IceTrials();
  const soundTrials = new SoundTrials({ devices, source: navigator.mediaDevices, out, tones });

  devices.onChanged((list) => port.emit('devices-changed', list));
  registry.onPeerState((change) => port.emit('peer-state', change));
  registry.onMicrophoneFailed((failure) => port.emit('microphone-failed', failure));
  registry.onMicrophoneRecovered((peer) => port.emit('microphone-recovered', peer));
  desk.onRecordingData((piece) => port.emit('recording-data', piece));
  desk.onRecordingFailed((failure) => port.emit('recording-failed', failure));
  desk.start();
  microphone.start();
  out.start();

  const handlers: Handlers = {
    configure({ ice, audio }) {
      microphone.configure(audio);
      soundTrials.configure(audio);
      out.configure({ speaker: audio.speaker, ringer: audio.ringer });
      registry.configure(ice);
      return done;
    },
    'create-offer': async ({ peer, ...options }) => ({ sdp: await registry.offer(peer, options) }),
    'create-answer': async ({ peer, offer, hold }) => ({ sdp: await registry.answer(peer, offer, { hold }) }),
    'cut-gathering'({ peer, cut }) {
      registry.get(peer).cutGathering(cut);
      return done;
    },
    async 'apply-answer'({ peer, sdp, provisional }) {
      await registry.get(peer).applyAnswer(sdp, provisional);
      return done;
    },
    async rollback({ peer }) {
      await registry.get(peer).rollback();
      return done;
    },
    async 'start-audio'({ peer }) {
      await registry.get(peer).startAudio();
      return done;
    },
    'set-muted'({ peer, muted }) {
      registry.get(peer).audio.setMuted(muted);
      return done;
    },
    async 'send-dtmf'({ peer, digits }) {
      await registry.get(peer).sendDtmf(digits);
      return done;
    },
    async 'set-conference'({ members }) {
      await desk.setConference(members);
      return done;
    },
    async 'start-recording'({ recording, ...order }) {
      await desk.startRecording(recording, order);
      return done;
    },
    async 'stop-recording'({ recording }) {
      await desk.stopRecording(recording);
      return done;
    },
    'renew-warm-peer'() {
      registry.renewWarmPeer();
      return done;
    },
    close({ peer }) {
      registry.close(peer);
      return done;
    },
    async 'reopen-audio'({ peer }) {
      await registry.get(peer).audio.reopen();
      return done;
    },
    'check-ice': ({ check, ice }) => iceTrials.run(check, ice),
    'end-check-ice'({ check, stage }) {
      iceTrials.end(check, stage);
      return done;
    },
    'check-sound': () => soundTrials.run(),
    stats: ({ peer }) => registry.get(peer).stats(),
    'probe-tone': ({ peer, direction, durationMs }) => registry.get(peer).probe(direction, durationMs),
    'start-tone': ({ id, tone, volume }) => tones.start(id, tone, volume),
    'stop-tone'({ id }) {
      tones.stop(id);
      return done;
    },
    'microphone-level': async () => ({ level: await meter.level() }),
    'list-devices': () => devices.list(),
    inventory: () => ({
      peers: registry.count + iceTrials.count,
      tones: tones.count,
      streams: microphone.count + soundTrials.count,
      audioElements: out.count,
      recordings: desk.recordings,
      mixed: desk.mixed,
    }),
  };
  port.serve(handlers);
  await devices.start();
  port.emit('ready', {});
}
