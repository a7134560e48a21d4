import { AppError, type ErrorReport } from '#shared/errors/app-error.ts';
import type { IceConfiguration } from '#shared/ipc/media-contract.ts';
import type { OfferOptions, PeerConnectionStateName } from '#shared/media/media.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { AudioOut } from './audio-out.ts';
import { CallAudio } from './call-audio.ts';
import type { Microphone } from './microphone.ts';
import type { Calls } from './mixing-desk.ts';
import { connectionSettings, Peer } from './peer.ts';
import { WarmPool } from './warm-pool.ts';

const noServers: IceConfiguration = { servers: [], relayOnly: false };

/** All peers by the ids that main gave them. */
export class Registry implements Calls {
  readonly #microphone: Microphone;
  readonly #out: AudioOut;
  readonly #peers = new Map<string, Peer>();
  readonly #warm = new WarmPool(() => this.#open());
  readonly #state = new Emitter<{ readonly peer: string; readonly state: PeerConnectionStateName }>();
  readonly #failed = new Emitter<{ readonly peer: string; readonly error: ErrorReport }>();
  readonly #recovered = new Emitter<{ readonly peer: string }>();
  readonly #changed = new Emitter<void>();
  #ice: IceConfiguration | undefined;

  readonly onPeerState = this.#state.event;
  readonly onMicrophoneFailed = this.#failed.event;
  readonly onMicrophoneRecovered = this.#recovered.event;
  readonly onChanged = this.#changed.event;

  constructor(microphone: Microphone, out: AudioOut) {
    this.#microphone = microphone;
    this.#out = out;
  }

  /** Peers of calls; the one kept ready is not counted. */
  get count(): number {
    return this.#peers.size;
  }

  get audio(): ReadonlyMap<string, CallAudio> {
    return new Map([...this.#peers].map(([id, { audio }]) => [id, audio]));
  }

  configure(ice: IceConfiguration): void {
    if (JSON.stringify(ice) === JSON.stringify(this.#ice)) return;
    this.#ice = ice;
    for (const peer of this.#peers.values()) peer.configure(ice);
    this.#warm.renew();
  }

  renewWarmPeer(): void {
    if (this.#ice !== undefined) this.#warm.renew();
  }

  /** @throws AppError when there is no such peer: it was closed, or it died with an earlier window */
  get(id: string): Peer {
    const peer = this.#peers.get(id);
    if (peer === undefined) throw new AppError('media-failed', { details: { what: 'no such peer' } });
    return peer;
  }

  /** The peer of the id. A new one comes out of the warm pool when it is to make the first offer. */
  async offer(id: string, options: OfferOptions): Promise<string> {
    const known = this.#peers.get(id);
    if (known !== undefined) return known.createOffer(options);
    const peer = this.#adopt(id, this.#warm.take() ?? this.#open());
    return this.#orClose(id, peer, peer.createOffer(options));
  }

  async answer(id: string, offer: string, options: { readonly hold: boolean }): Promise<string> {
    const known = this.#peers.get(id);
    if (known !== undefined) return known.createAnswer(offer, options);
    const peer = this.#adopt(id, this.#open());
    return this.#orClose(id, peer, peer.createAnswer(offer, options));
  }

  close(id: string): void {
    const peer = this.#peers.get(id);
    if (peer === undefined) return;
    peer.dispose();
    this.#peers.delete(id);
    this.#changed.fire();
  }

  dispose(): void {
    for (const id of [...this.#peers.keys()]) this.close(id);
    this.#warm.dispose();
  }

  #open(): Peer {
    const ice = this.#ice ?? noServers;
    const peer = new Peer(new RTCPeerConnection(connectionSettings(ice)), ice, new CallAudio(this.#microphone, this.#out));
    peer.start();
    return peer;
  }

  #adopt(id: string, peer: Peer): Peer {
    this.#peers.set(id, peer);
    peer.onStateChanged((state) => this.#state.fire({ peer: id, state }));
    peer.audio.onMicrophoneFailed((error) => this.#failed.fire({ peer: id, error: error.toReport() }));
    peer.audio.onMicrophoneRecovered(() => this.#recovered.fire({ peer: id }));
    peer.audio.onChanged(() => this.#changed.fire());
    this.#changed.fire();
    return peer;
  }

  /** A new peer whose first description failed has nothing to go back to. */
  async #orClose(id: string, peer: Peer, description: Promise<string>): Promise<string> {
    try {
      return await description;
    } catch (error) {
      if (this.#peers.get(id) === peer) this.close(id);
      throw error;
    }
  }
}
