import { renderTone, type ToneName, tonePlans } from '#shared/media/tone-plan.ts';
import type { PlayedOn } from '#shared/media/media.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { AudioOut, Playback } from './audio-out.ts';

/** Plays synthesised tones, each under the id that main gave it. Every tone that was started ends exactly once. */
export class Tones {
  readonly #out: AudioOut;
  readonly #playing = new Map<string, PlayingTone>();

  constructor(out: AudioOut) {
    this.#out = out;
  }

  get count(): number {
    return this.#playing.size;
  }

  /** A tone that already plays under the id gives way. @returns where it plays */
  start(id: string, tone: ToneName, volume: number): Promise<PlayedOn> {
    this.stop(id);
    const playing = new PlayingTone(this.#out, tone, volume, () => {
      if (this.#playing.get(id) === playing) this.#playing.delete(id);
    });
    this.#playing.set(id, playing);
    return this.#out.placeOf(playing.playback);
  }

  /** Does nothing when the tone has ended by itself. */
  stop(id: string): void {
    this.#playing.get(id)?.dispose();
  }

  dispose(): void {
    for (const playing of [...this.#playing.values()]) playing.dispose();
  }
}

class PlayingTone implements Disposable {
  readonly #context = new AudioContext({ latencyHint: 'playback' });
  readonly playback: Playback;
  readonly #onEnded: () => void;
  #ended = false;

  constructor(out: AudioOut, tone: ToneName, volume: number, onEnded: () => void) {
    const plan = tonePlans[tone];
    this.#onEnded = onEnded;
    const samples = renderTone(plan, this.#context.sampleRate);
    const buffer = new AudioBuffer({ length: samples.length, sampleRate: this.#context.sampleRate });
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(this.#context, { buffer, loop: plan.loop });
    const destination = new MediaStreamAudioDestinationNode(this.#context, { channelCount: 1 });
    source.connect(destination);
    source.addEventListener('ended', () => this.dispose());
    this.playback = out.play(destination.stream, plan.outlet, volume);
    source.start();
  }

  dispose(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.playback.dispose();
    void this.#context.close();
    this.#onEnded();
  }
}
