import { AppError } from '#shared/errors/app-error.ts';
import type { IceConfiguration } from '#shared/ipc/media-contract.ts';
import { preferredCodecs } from '#shared/media/codec-preference.ts';
import { type GatheringCut, hasRelay, wantedKinds } from '#shared/media/gathering.ts';
import type { MediaStats, OfferOptions, PeerConnectionStateName, ToneProbe } from '#shared/media/media.ts';
import {
  asAnswer,
  audioSectionOf,
  dtlsRoleOf,
  hasCandidate,
  hasSpeech,
  isHeldBy,
  offeredDirection,
  onlyAudio,
  takesDigits,
  ufragOf,
} from '#shared/media/session-description.ts';
import { withCostAfter } from '#shared/media/path-preference.ts';
import { relayFailure } from '#shared/media/relay-failure.ts';
import { noSilence, type SilenceWatch, watchSilence } from '#shared/media/silence-watch.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { CallAudio } from './call-audio.ts';
import { type DigitsPath, DtmfQueue } from './dtmf-queue.ts';
import { Gathering } from './gathering.ts';
import { SerialQueue } from './serial-queue.ts';
import { StatsReader } from './stats.ts';
import { probeTone } from './tone-probe.ts';

/**
 * One RTCPeerConnection for one call. Descriptions are made and applied strictly one after the other: Chromium crashed
 * when two rounds overlapped (electron/electron#36559). Every round begins from the stable state.
 */
export class Peer implements Disposable {
  readonly audio: CallAudio;
  readonly #connection: RTCPeerConnection;
  readonly #rounds = new SerialQueue();
  readonly #gathering: Gathering;
  readonly #dtmf: DtmfQueue;
  readonly #stats: StatsReader;
  readonly #stateChanged = new Emitter<PeerConnectionStateName>();
  #configured: IceConfiguration;
  /** Of the candidates that are gathered now. */
  #ice: IceConfiguration;
  #transceiver: RTCRtpTransceiver | undefined;
  #silence: SilenceWatch = noSilence;
  #prepared = false;
  /** An offer that was told but not set. */
  #unapplied: RTCSessionDescriptionInit | undefined;
  /** The far end's ICE: its user name fragment, and how often that has changed. */
  #farUfrag = '';
  #farRestarts = 0;
  #held = false;
  #heldBefore = false;
  #heldByFarEnd = false;
  #closed = false;

  readonly onStateChanged = this.#stateChanged.event;

  constructor(connection: RTCPeerConnection, ice: IceConfiguration, audio: CallAudio) {
    this.#connection = connection;
    this.#configured = ice;
    this.#ice = ice;
    this.audio = audio;
    this.#gathering = new Gathering(connection, wantedKinds(ice));
    this.#dtmf = new DtmfQueue(
      () => audio.dtmf,
      () => this.#digitsPath(),
    );
    this.#stats = new StatsReader(connection);
  }

  start(): void {
    this.#gathering.start();
    this.#connection.addEventListener('connectionstatechange', () => {
      this.#dtmf.flush();
      this.#stateChanged.fire(this.#connection.connectionState);
    });
  }

  /** Makes the first offer and gathers before anybody asks for it: `createOffer` then returns it at once. */
  async prepare(): Promise<void> {
    await this.#rounds.run(async () => {
      this.#addAudio();
      await this.#connection.setLocalDescription();
      this.#prepared = true;
    });
    await this.#gathering.finished();
  }

  /** Another configuration holds from the next ICE restart on. */
  configure(ice: IceConfiguration): void {
    this.#configured = ice;
    this.#use(ice);
  }

  /** @returns the offer with its candidates */
  createOffer({ iceRestart, hold, relayOnly = false }: OfferOptions): Promise<string> {
    return this.#round(async () => {
      if (iceRestart) this.#use({ ...this.#configured, relayOnly: relayOnly || this.#configured.relayOnly });
      const prepared = this.#prepared && !hold;
      if (!prepared) {
        await this.#settle();
        this.#addAudio();
        this.#setDirection(offeredDirection(hold, this.#heldByFarEnd));
      }
      this.#prepared = false;
      this.#held = hold;
      // to hold is to stop listening at once; to take back waits for the answer
      if (hold) this.audio.setHeld(true);
      return prepared ? this.#gathered() : this.#offer(iceRestart);
    });
  }

  /** @returns the answer with its candidates @throws AppError `no-common-codec`, or `media-failed` for an offer that cannot be used */
  createAnswer(offer: string, { hold }: { readonly hold: boolean }): Promise<string> {
    return this.#round(async () => {
      await this.#settle();
      if (!hasSpeech(offer)) throw new AppError('no-common-codec');
      await this.#setRemote({ type: 'offer', sdp: onlyAudio(offer) });
      this.#bindOffered();
      this.#setDirection(hold ? 'sendonly' : 'sendrecv');
      await this.#connection.setLocalDescription();
      this.#setHeldByFarEnd(isHeldBy(offer));
      this.#becomeStable(hold);
      return this.#gathered();
    });
  }

  applyAnswer(sdp: string, provisional: boolean): Promise<void> {
    return this.#round(async () => {
      if (this.#unapplied !== undefined) {
        const offer = this.#unapplied;
        this.#unapplied = undefined;
        await this.#connection.setLocalDescription(offer);
      }
      await this.#setRemote({ type: provisional ? 'pranswer' : 'answer', sdp });
      if (!this.#held) this.#setHeldByFarEnd(isHeldBy(sdp));
      if (!provisional) this.#becomeStable(this.#held);
      this.#dtmf.flush();
    });
  }

  rollback(): Promise<void> {
    return this.#round(() => this.#settle());
  }

  cutGathering(cut: GatheringCut): void {
    this.#gathering.cut(cut);
  }

  async startAudio(): Promise<void> {
    await this.audio.start();
    this.#dtmf.flush();
  }

  sendDtmf(digits: string): Promise<void> {
    return this.#dtmf.send(digits);
  }

  /** Main reads this once a second in a call, which also keeps the watch over a microphone that died without a word. */
  async stats(): Promise<MediaStats> {
    const stats = await this.#stats.read();
    const speaking = this.audio.isSpeaking && this.#connection.connectionState === 'connected';
    const { watch, alarm } = watchSilence(this.#silence, {
      silent: !(this.audio.microphoneLevel ?? stats.outboundLevel),
      speaking,
      nowMs: performance.now(),
    });
    this.#silence = watch;
    if (alarm) void this.audio.reopenMicrophone();
    return stats;
  }

  probe(direction: 'inbound' | 'outbound', durationMs: number): Promise<ToneProbe> {
    return probeTone(direction === 'inbound' ? this.audio.heardTrack : this.audio.sentTrack, durationMs);
  }

  dispose(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#gathering.dispose();
    this.#dtmf.dispose();
    this.audio.dispose();
    this.#connection.close();
    this.#stateChanged.dispose();
  }

  #round<T>(task: () => Promise<T>): Promise<T> {
    return this.#rounds.run(async () => {
      if (this.#closed) throw closedError();
      this.#gathering.arm();
      return task();
    });
  }

  #use(ice: IceConfiguration): void {
    this.#ice = ice;
    this.#connection.setConfiguration({ ...this.#connection.getConfiguration(), ...connectionSettings(ice) });
    this.#gathering.want(wantedKinds(ice));
  }

  async #gathered(): Promise<string> {
    if (!this.#ice.relayOnly || hasRelay(this.#ice)) await this.#gathering.finished();
    const sdp = this.#connection.localDescription?.sdp;
    if (this.#closed || sdp === undefined) throw closedError();
    if (this.#ice.relayOnly && !hasCandidate(sdp)) throw relayFailure(this.#ice, this.#gathering.failures);
    return sdp;
  }

  /**
   * A re-offer without ICE restart is applied only together with its answer: its candidates are known, and nothing has to
   * be rolled back when it is refused.
   */
  async #offer(iceRestart: boolean): Promise<string> {
    const isFirst = this.#connection.remoteDescription === null;
    const offer = await this.#connection.createOffer({ iceRestart: iceRestart && !isFirst });
    if (isFirst || iceRestart) {
      await this.#connection.setLocalDescription(offer);
      return this.#gathered();
    }
    this.#unapplied = offer;
    return offer.sdp ?? '';
  }

  /** Back to what was last agreed, whatever is open. */
  async #settle(): Promise<void> {
    this.#prepared = false;
    this.#unapplied = undefined;
    this.#setDirection(this.#heldBefore ? 'sendonly' : 'sendrecv');
    this.#becomeStable(this.#heldBefore);
    switch (this.#connection.signalingState) {
      case 'have-local-offer':
      case 'have-remote-pranswer':
        await this.#withdrawOffer();
        break;
      case 'have-remote-offer':
      case 'have-local-pranswer':
        await this.#connection.setRemoteDescription({ type: 'rollback' });
        break;
      case 'stable':
      case 'closed':
        break;
    }
  }

  /**
   * In Chromium (148) a rollback tears down the streams of a connected peer that once made the first offer, and its received
   * track stays silent for good. So an offer in a call is not rolled back: it is closed with the far end's last word as its
   * answer, and a second such round takes back the direction. The far end sees none of it. Where ICE was restarted, the old
   * pair goes on carrying the call, and the next offer brings the new credentials along.
   */
  async #withdrawOffer(): Promise<void> {
    const { currentRemoteDescription: farEnd, currentLocalDescription: own, pendingLocalDescription: pending } = this.#connection;
    if (farEnd === null || own === null || pending === null) {
      await this.#connection.setLocalDescription({ type: 'rollback' });
      return;
    }
    const role = dtlsRoleOf(own.sdp);
    await this.#connection.setRemoteDescription({ type: 'answer', sdp: asAnswer(farEnd.sdp, pending.sdp, role) });
    const offer = await this.#connection.createOffer();
    if (audioSectionOf(offer.sdp ?? '')?.direction === audioSectionOf(pending.sdp)?.direction) return;
    await this.#connection.setLocalDescription(offer);
    await this.#connection.setRemoteDescription({ type: 'answer', sdp: asAnswer(farEnd.sdp, offer.sdp ?? '', role) });
  }

  #becomeStable(held: boolean): void {
    this.#held = held;
    this.#heldBefore = held;
    this.audio.setHeld(held);
  }

  #digitsPath(): DigitsPath {
    const { connectionState, currentRemoteDescription: farEnd } = this.#connection;
    const direction = this.#transceiver?.currentDirection ?? null;
    if (connectionState !== 'connected' || farEnd === null || direction === null) return 'unknown';
    return takesDigits(farEnd.sdp) && (direction === 'sendrecv' || direction === 'sendonly') ? 'agreed' : 'refused';
  }

  #setHeldByFarEnd(held: boolean): void {
    this.#heldByFarEnd = held;
    this.audio.setHeldByFarEnd(held);
  }

  async #setRemote(description: { readonly type: RTCSdpType; readonly sdp: string }): Promise<void> {
    const ufrag = ufragOf(description.sdp);
    const restarts = this.#farUfrag === '' || ufrag === this.#farUfrag ? this.#farRestarts : this.#farRestarts + 1;
    try {
      await this.#connection.setRemoteDescription({ ...description, sdp: withCostAfter(description.sdp, restarts) });
      this.#farUfrag = ufrag;
      this.#farRestarts = restarts;
    } catch (error) {
      if (this.#closed) throw closedError();
      await this.#settle();
      const reason = error instanceof Error ? error.message : String(error);
      throw new AppError('media-failed', { details: { what: `${description.type} refused`, reason }, cause: error });
    }
  }

  #addAudio(): void {
    if (this.#transceiver !== undefined && this.#transceiver.direction !== 'stopped') return;
    this.#bind(this.#connection.addTransceiver('audio', { direction: 'sendrecv' }));
  }

  #bindOffered(): void {
    const offered = this.#connection.getTransceivers().find((each) => each.mid !== null && each.receiver.track.kind === 'audio');
    if (offered === undefined || offered === this.#transceiver) return;
    // one of an offer that was rolled back; left alone it would come up as a second audio line
    this.#transceiver?.stop();
    this.#bind(offered);
  }

  #bind(transceiver: RTCRtpTransceiver): void {
    this.#transceiver = transceiver;
    transceiver.setCodecPreferences(preferredCodecs(RTCRtpReceiver.getCapabilities('audio')?.codecs ?? []));
    this.audio.bind(transceiver);
  }

  #setDirection(direction: RTCRtpTransceiverDirection): void {
    if (this.#transceiver !== undefined && this.#transceiver.direction !== direction) this.#transceiver.direction = direction;
  }
}

/** One transport for everything, as SIP over WebRTC needs. */
export function connectionSettings({ servers, relayOnly }: IceConfiguration): RTCConfiguration {
  return {
    iceServers: servers.map(({ urls, username, credential }) => ({
      urls,
      ...(username === undefined ? {} : { username }),
      ...(credential === undefined ? {} : { credential }),
    })),
    iceTransportPolicy: relayOnly ? 'relay' : 'all',
    bundlePolicy: 'max-bundle',
    rtcpMuxPolicy: 'require',
  };
}

function closedError(): AppError {
  return new AppError('media-failed', { details: { what: 'the connection is closed' } });
}
