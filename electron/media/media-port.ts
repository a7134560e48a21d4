import type { DeviceList, MediaStats, OfferOptions, PeerConnectionStateName, PlayedOn, ToneProbe } from '#shared/media/media.ts';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { ConferenceMember, IceConfiguration, IceTrial, SoundTrial } from '#shared/ipc/media-contract.ts';
import type { AudioSettings } from '#shared/settings/settings.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Event } from '#shared/util/emitter.ts';

export type ToneName = 'ring' | 'ringback' | 'busy' | 'call-waiting' | 'ended' | 'test' | 'auto-answer' | 'recording';

/**
 * The hidden media window as the rest of main sees it. Requests wait for the window to be ready (also while it is being
 * rebuilt) and reject with `media-failed` when it does not come back.
 */
export interface MediaPort extends Disposable {
  readonly ready: boolean;
  readonly onReadyChanged: Event<boolean>;
  /** The window died with these peers; it is being rebuilt and its peers are gone. */
  readonly onLost: Event<{ readonly peers: readonly string[] }>;
  readonly onPeerState: Event<{ readonly peer: string; readonly state: PeerConnectionStateName }>;
  readonly onDevicesChanged: Event<DeviceList>;
  /** A tone plays, and where: also again, in a window that was rebuilt. */
  readonly onTonePlaying: Event<{ readonly id: string } & PlayedOn>;
  readonly onMicrophoneFailed: Event<{ readonly peer: string; readonly error: ErrorReport }>;
  readonly onMicrophoneRecovered: Event<{ readonly peer: string }>;

  /** The next piece of the file. */
  readonly onRecordingData: Event<{ readonly recording: string; readonly bytes: Uint8Array }>;
  /** It has ended, by itself or with the window, and nobody stopped it. */
  readonly onRecordingFailed: Event<{ readonly recording: string; readonly error: ErrorReport }>;

  /** Opens the window; resolves when it has said that it is ready. */
  start(): Promise<void>;
  configure(configuration: { readonly ice: IceConfiguration; readonly audio: AudioSettings }): void;

  /** @throws AppError also `relay-refused` and `relay-unreachable`, where only a relay may be used and there is none */
  createOffer(peer: string, options: OfferOptions): Promise<string>;
  createAnswer(peer: string, offer: string, options: { readonly hold: boolean }): Promise<string>;
  applyAnswer(peer: string, sdp: string, options: { readonly provisional: boolean }): Promise<void>;
  rollback(peer: string): Promise<void>;
  startAudio(peer: string): Promise<void>;
  setMuted(peer: string, muted: boolean): Promise<void>;
  /** @throws AppError `digits-not-sent` when the far end takes no telephone events (RFC 4733) */
  sendDtmf(peer: string, digits: string): Promise<void>;
  closePeer(peer: string): void;
  /** See `set-conference`. */
  setConference(members: readonly ConferenceMember[]): Promise<void>;
  /** See `start-recording`; under the id of a recording that runs it goes on with another peer. */
  startRecording(recording: string, peer: string, options: { readonly tone: boolean }): Promise<void>;
  /** Resolves when the last piece was told; at once when it has failed before. */
  stopRecording(recording: string): Promise<void>;
  stats(peer: string): Promise<MediaStats>;
  /** See `reopen-audio`, `check-sound`. */
  reopenAudio(peer: string): Promise<void>;
  /** See `check-ice`; at `timeoutMs`, or when `signal` is aborted, it resolves with what there is. */
  checkIce(ice: IceConfiguration, options: { readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<IceTrial>;
  checkSound(): Promise<SoundTrial>;
  probeTone(peer: string, direction: 'inbound' | 'outbound', durationMs: number): Promise<ToneProbe>;
  startTone(id: string, tone: ToneName, volume: number): void;
  stopTone(id: string): void;
  microphoneLevel(): Promise<number>;
  listDevices(): Promise<DeviceList>;
  inventory(): Promise<{
    readonly peers: number;
    readonly tones: number;
    readonly streams: number;
    readonly audioElements: number;
    readonly recordings: number;
    readonly mixed: number;
  }>;
}
