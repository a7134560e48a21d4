import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { DeviceList, MediaStats, PeerConnectionStateName, PlayedOn, ToneProbe } from '#shared/media/media.ts';
import type { ConferenceMember, IceTrial, SoundTrial } from '#shared/ipc/media-contract.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { MediaPort } from '#electron/media/media-port.ts';

/** A reading of a call in which both sides speak. */
export const conversation: MediaStats = {
  codec: 'Opus',
  clockRate: 48_000,
  pair: null,
  roundTripMs: 20,
  jitterMs: 2,
  lossShare: 0,
  packetsReceived: 50,
  reportsReceived: 0,
  connected: true,
  pathAnswers: true,
  mayPause: false,
  packetsSent: 50,
  localAddress: null,
  inboundLevel: 0.1,
  outboundLevel: 0.1,
};

/** A media window that does what it is told and lets the test say what happens in it. */
export class FakeMediaPort implements MediaPort {
  readonly ready = true;
  readonly orders: unknown[][] = [];
  #readings = 0;
  readonly readyChanged = new Emitter<boolean>();
  readonly lost = new Emitter<{ readonly peers: readonly string[] }>();
  readonly peerState = new Emitter<{ readonly peer: string; readonly state: PeerConnectionStateName }>();
  readonly devicesChanged = new Emitter<DeviceList>();
  readonly tonePlaying = new Emitter<{ readonly id: string } & PlayedOn>();
  readonly microphoneFailed = new Emitter<{ readonly peer: string; readonly error: ErrorReport }>();
  readonly microphoneRecovered = new Emitter<{ readonly peer: string }>();
  readonly recordingData = new Emitter<{ readonly recording: string; readonly bytes: Uint8Array }>();
  readonly recordingFailed = new Emitter<{ readonly recording: string; readonly error: ErrorReport }>();
  /** Who is mixed with whom now. */
  conference: readonly ConferenceMember[] = [];
  readonly onReadyChanged = this.readyChanged.event;
  readonly onLost = this.lost.event;
  readonly onPeerState = this.peerState.event;
  readonly onDevicesChanged = this.devicesChanged.event;
  readonly onTonePlaying = this.tonePlaying.event;
  readonly onMicrophoneFailed = this.microphoneFailed.event;
  readonly onMicrophoneRecovered = this.microphoneRecovered.event;
  readonly onRecordingData = this.recordingData.event;
  readonly onRecordingFailed = this.recordingFailed.event;

  start(): Promise<void> {
    return Promise.resolve();
  }
  configure(): void {}
  createOffer(): Promise<string> {
    return Promise.resolve('v=0');
  }
  createAnswer(): Promise<string> {
    return Promise.resolve('v=0');
  }
  applyAnswer(): Promise<void> {
    return Promise.resolve();
  }
  rollback(): Promise<void> {
    return Promise.resolve();
  }
  reopenAudio(peer: string): Promise<void> {
    this.orders.push(['reopenAudio', peer]);
    return Promise.resolve();
  }
  checkIce(): Promise<IceTrial> {
    return Promise.resolve({ candidates: [], failures: [], gatheredMs: 0, loopBack: { connected: false, tookMs: 0, pair: null } });
  }
  checkSound(): Promise<SoundTrial> {
    return Promise.resolve({ microphone: 'heard', toneHeard: true, speaker: 'played', microphoneLabel: '', speakerLabel: '' });
  }
  startAudio(peer: string): Promise<void> {
    this.orders.push(['startAudio', peer]);
    return Promise.resolve();
  }
  setMuted(peer: string, muted: boolean): Promise<void> {
    this.orders.push(['setMuted', peer, muted]);
    return Promise.resolve();
  }
  sendDtmf(): Promise<void> {
    return Promise.resolve();
  }
  closePeer(): void {}
  setConference(members: readonly ConferenceMember[]): Promise<void> {
    this.conference = members;
    this.orders.push(['setConference', ...members.map(({ peer, silenced }) => (silenced ? `(${peer})` : peer))]);
    return Promise.resolve();
  }
  startRecording(recording: string, peer: string, options: { readonly tone: boolean }): Promise<void> {
    this.orders.push(['startRecording', recording, peer, options.tone]);
    return Promise.resolve();
  }
  stopRecording(recording: string): Promise<void> {
    this.orders.push(['stopRecording', recording]);
    return Promise.resolve();
  }
  /** With each reading, a second of sound more. */
  stats(_peer: string): Promise<MediaStats> {
    this.#readings += 1;
    const packets = 50 * this.#readings;
    return Promise.resolve({ ...conversation, packetsReceived: packets, packetsSent: packets });
  }
  probeTone(): Promise<ToneProbe> {
    return Promise.resolve({ frequencyHz: 1000, levelDb: -20, peaks: [] });
  }
  startTone(id: string, tone: string): void {
    this.orders.push(['startTone', id, tone]);
  }
  stopTone(id: string): void {
    this.orders.push(['stopTone', id]);
  }
  microphoneLevel(): Promise<number> {
    return Promise.resolve(0);
  }
  listDevices(): Promise<DeviceList> {
    return Promise.resolve({ inputs: [], outputs: [] });
  }
  inventory(): ReturnType<MediaPort['inventory']> {
    return Promise.resolve({ peers: 0, tones: 0, streams: 0, audioElements: 0, recordings: 0, mixed: 0 });
  }
  dispose(): void {}
}
