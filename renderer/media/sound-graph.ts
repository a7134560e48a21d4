import { rootMeanSquare } from '#shared/media/spectrum.ts';
import { limitedRange, softLimitCurve } from '#shared/media/soft-limit.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Routed } from './audio-out.ts';

/** What Opus works with, so that nothing is resampled on the way. */
export const graphRate = 48_000;
const curvePoints = 4_097;
/** 0.7 s: long enough that live sound is never all zeros. */
const levelSamples = 32_768;

/** A clock without a device. It belongs to an ordinary thread and stutters under load, so it is the last resort. */
const noDevice = { type: 'none' } as const;

declare global {
  // Chromium since 110; the DOM library does not know it yet
  interface AudioContextOptions {
    sinkId?: string | typeof noDevice;
  }
  interface AudioContext {
    setSinkId(sinkId: string | typeof noDevice): Promise<void>;
  }
}

/**
 * One AudioContext in which tracks are added up to mixtures. It plays nothing: the device only gives the beat, and as it is the
 * one that plays the calls, a headset's microphone and the mixing keep the same time.
 */
export class SoundGraph implements Routed, Disposable {
  readonly #context: AudioContext;
  /** Chromium drives a destination only while something flows in; without a sound it would send nothing at all, not silence. */
  readonly #silence: ConstantSourceNode;
  readonly #tracks = new Map<MediaStreamTrack, MediaStreamAudioSourceNode>();
  readonly #mixes = new Set<Mix>();
  #sink: string;

  /** @param sink the device to begin with */
  constructor(sink: string) {
    this.#sink = sink;
    this.#context = new AudioContext({ sampleRate: graphRate, latencyHint: 'interactive', sinkId: sink });
    this.#silence = new ConstantSourceNode(this.#context, { offset: 0 });
  }

  /** Mixtures that are alive. */
  get count(): number {
    return this.#mixes.size;
  }

  start(): void {
    this.#silence.start();
    this.#context.addEventListener('error', () => this.#goWithoutDevice());
    // a computer that wakes up may have put it to sleep
    this.#context.addEventListener('statechange', () => {
      if (this.#context.state !== 'running') this.running().catch(() => undefined);
    });
  }

  route(sink: string): void {
    if (sink === this.#sink) return;
    this.#sink = sink;
    this.#context.setSinkId(sink).catch(() => this.#goWithoutDevice());
  }

  /** Resolves when sound flows. @throws DOMException when the graph was closed before */
  running(): Promise<void> {
    return this.#context.resume();
  }

  /** The sound of a track. A track that comes in over the network is silent unless an element plays it. */
  ofTrack(track: MediaStreamTrack): AudioNode {
    const known = this.#tracks.get(track);
    if (known !== undefined) return known;
    const node = new MediaStreamAudioSourceNode(this.#context, { mediaStream: new MediaStream([track]) });
    this.#tracks.set(track, node);
    return node;
  }

  /** Plays samples again and again, from now on until it is stopped. They are of `graphRate`: others are resampled badly. */
  loop(samples: Float32Array<ArrayBuffer>): AudioBufferSourceNode {
    const buffer = new AudioBuffer({ length: samples.length, sampleRate: graphRate });
    buffer.copyToChannel(samples, 0);
    const node = new AudioBufferSourceNode(this.#context, { buffer, loop: true });
    node.start();
    return node;
  }

  mix(): Mix {
    const mix = new Mix(this.#context, this.#silence, () => {
      this.#mixes.delete(mix);
      this.prune();
    });
    this.#mixes.add(mix);
    return mix;
  }

  /** Lets go of the tracks that flow nowhere any more. */
  prune(): void {
    for (const [track, node] of this.#tracks) if (![...this.#mixes].some((mix) => mix.uses(node))) this.#tracks.delete(track);
  }

  dispose(): void {
    for (const mix of [...this.#mixes]) mix.dispose();
    this.#silence.disconnect();
    void this.#context.close();
  }

  #goWithoutDevice(): void {
    // rejects only when the graph was closed meanwhile
    this.#context.setSinkId(noDevice).catch(() => undefined);
  }
}

/** A sum of sounds as a mono stream; silence when nothing flows in. */
export class Mix implements Disposable {
  readonly #silence: AudioNode;
  readonly #input: GainNode;
  readonly #limiter: WaveShaperNode;
  readonly #destination: MediaStreamAudioDestinationNode;
  readonly #meter: AnalyserNode;
  readonly #onDisposed: () => void;
  readonly #fed = new Set<AudioNode>();
  #metered: AudioNode | undefined;
  #disposed = false;

  constructor(context: AudioContext, silence: AudioNode, onDisposed: () => void) {
    this.#silence = silence;
    this.#onDisposed = onDisposed;
    this.#input = new GainNode(context, { gain: 1 / limitedRange, channelCount: 1, channelCountMode: 'explicit' });
    this.#limiter = new WaveShaperNode(context, { curve: softLimitCurve(curvePoints) });
    this.#destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    this.#meter = new AnalyserNode(context, { fftSize: levelSamples });
    this.#input.connect(this.#limiter).connect(this.#destination);
    silence.connect(this.#input);
  }

  get stream(): MediaStream {
    return this.#destination.stream;
  }

  get track(): MediaStreamTrack {
    const [track] = this.stream.getAudioTracks();
    if (track === undefined) throw new Error('A destination node always has one track.');
    return track;
  }

  uses(source: AudioNode): boolean {
    return this.#fed.has(source) || this.#metered === source;
  }

  /** Exactly these flow in from now on. */
  feed(sources: ReadonlySet<AudioNode>): void {
    for (const source of this.#fed) {
      if (sources.has(source)) continue;
      source.disconnect(this.#input);
      this.#fed.delete(source);
    }
    for (const source of sources) {
      if (this.#fed.has(source)) continue;
      source.connect(this.#input);
      this.#fed.add(source);
    }
  }

  /** Which of the sounds `level` is about. */
  meter(source: AudioNode | undefined): void {
    if (source === this.#metered) return;
    this.#metered?.disconnect(this.#meter);
    source?.connect(this.#meter);
    this.#metered = source;
  }

  /** Root mean square of the metered sound in the last 0.7 s, 0 to 1. */
  level(): number {
    const samples = new Float32Array(this.#meter.fftSize);
    this.#meter.getFloatTimeDomainData(samples);
    return rootMeanSquare(samples);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.feed(new Set());
    this.meter(undefined);
    this.#silence.disconnect(this.#input);
    this.#input.disconnect();
    this.#limiter.disconnect();
    this.track.stop();
    this.#onDisposed();
  }
}
