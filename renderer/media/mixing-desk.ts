import { AppError, type ErrorReport } from '#shared/errors/app-error.ts';
import type { ConferenceMember } from '#shared/ipc/media-contract.ts';
import { type Feed, type MixingPlan, planMixing, type RecordingOrder } from '#shared/media/mixing-plan.ts';
import { recordingSign, renderTone } from '#shared/media/tone-plan.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter, type Event } from '#shared/util/emitter.ts';
import type { AudioOut, Playback } from './audio-out.ts';
import type { CallAudio } from './call-audio.ts';
import { Recorder } from './recorder.ts';
import { graphRate, type Mix, SoundGraph } from './sound-graph.ts';

/** Every call of the window. */
export interface Calls {
  /** By peer. */
  readonly audio: ReadonlyMap<string, CallAudio>;
  /** A call came or went, or its tracks or who holds it changed. */
  readonly onChanged: Event<void>;
}

interface Sent {
  readonly audio: CallAudio;
  readonly mix: Mix;
}

interface Recording {
  order: RecordingOrder;
  readonly mix: Mix;
  readonly recorder: Recorder;
}

/** The sign of a recording: what plays it, and where the person hears it. */
interface Sign {
  readonly source: AudioBufferSourceNode;
  readonly mix: Mix;
  readonly playback: Playback;
}

/**
 * Mixes calls: conferences on this computer, recordings and their sign. Who hears whom is a plan (`shared/media/mixing-plan.ts`),
 * made anew at every change; this carries it out. While nothing is mixed there is no graph, and calls send their bare microphone.
 */
export class MixingDesk implements Disposable {
  readonly #calls: Calls;
  readonly #out: AudioOut;
  readonly #data = new Emitter<{ readonly recording: string; readonly bytes: Uint8Array<ArrayBuffer> }>();
  readonly #failed = new Emitter<{ readonly recording: string; readonly error: ErrorReport }>();
  readonly #sent = new Map<string, Sent>();
  readonly #recordings = new Map<string, Recording>();
  /** Changes of what a call is sent that are on their way. */
  readonly #changing = new Set<Promise<void>>();
  #members: readonly ConferenceMember[] = [];
  #graph: SoundGraph | undefined;
  #routing: Disposable | undefined;
  #sign: Sign | undefined;
  #following: Disposable | undefined;

  readonly onRecordingData = this.#data.event;
  readonly onRecordingFailed = this.#failed.event;

  constructor(calls: Calls, out: AudioOut) {
    this.#calls = calls;
    this.#out = out;
  }

  /** Calls that are sent a mixture. */
  get mixed(): number {
    return this.#sent.size;
  }

  get recordings(): number {
    return this.#recordings.size;
  }

  start(): void {
    this.#following = this.#calls.onChanged(() => this.#update());
  }

  /** Resolves when every member is sent its mixture, or its bare microphone again. Members that are not there count once they come. */
  async setConference(members: readonly ConferenceMember[]): Promise<void> {
    this.#members = members;
    this.#update();
    await Promise.all(this.#changing);
  }

  /** Resolves when it runs. @throws AppError `recording-failed`, or `media-failed` when there is no such peer */
  async startRecording(id: string, order: RecordingOrder): Promise<void> {
    if (!this.#calls.audio.has(order.peer)) throw new AppError('media-failed', { details: { what: 'no such peer' } });
    const running = this.#recordings.get(id);
    if (running === undefined) this.#record(id, order);
    else running.order = order;
    this.#update();
    await this.#graph?.running();
  }

  /** Resolves when the last piece was told. Does nothing when it has ended by itself. */
  async stopRecording(id: string): Promise<void> {
    const recording = this.#recordings.get(id);
    if (recording === undefined) return;
    // its mixture goes on until the file is closed
    await recording.recorder.stop();
    this.#forget(id);
  }

  dispose(): void {
    this.#following?.dispose();
    this.#members = [];
    for (const { recorder } of this.#recordings.values()) void recorder.stop();
    this.#recordings.clear();
    this.#sent.clear();
    this.#dropSign();
    this.#closeGraph();
    this.#data.dispose();
    this.#failed.dispose();
  }

  #record(id: string, order: RecordingOrder): void {
    const mix = this.#openGraph().mix();
    try {
      const recorder = new Recorder(mix.stream);
      recorder.onData((bytes) => this.#data.fire({ recording: id, bytes }));
      recorder.onFailed((error) => {
        this.#failed.fire({ recording: id, error: error.toReport() });
        this.#forget(id);
      });
      recorder.start();
      this.#recordings.set(id, { order, mix, recorder });
    } catch (error) {
      mix.dispose();
      this.#closeWhenIdle();
      throw error;
    }
  }

  #forget(id: string): void {
    this.#recordings.get(id)?.mix.dispose();
    this.#recordings.delete(id);
    this.#update();
  }

  #update(): void {
    const calls = this.#calls.audio;
    const recordings = new Map([...this.#recordings].map(([id, { order }]) => [id, order]));
    const plan = planMixing({ calls, members: this.#members, recordings });
    this.#setSign(plan.sign);
    for (const [peer, sent] of this.#sent) if (!plan.sent.has(peer) || calls.get(peer) !== sent.audio) this.#release(peer, sent);
    this.#feed(plan);
    this.#graph?.prune();
    this.#closeWhenIdle();
  }

  #feed({ sent, recorded }: MixingPlan): void {
    for (const [peer, feed] of sent) {
      const audio = this.#calls.audio.get(peer);
      if (audio === undefined) continue;
      const { mix } = this.#sent.get(peer) ?? this.#attach(peer, audio);
      mix.feed(this.#sounds(feed));
      mix.meter(audio.microphoneTrack === undefined ? undefined : this.#openGraph().ofTrack(audio.microphoneTrack));
    }
    for (const [id, feed] of recorded) this.#recordings.get(id)?.mix.feed(this.#sounds(feed));
  }

  #attach(peer: string, audio: CallAudio): Sent {
    const graph = this.#openGraph();
    const mix = graph.mix();
    const sent: Sent = { audio, mix };
    this.#sent.set(peer, sent);
    this.#track(async () => {
      // a graph that does not run yet has nothing to send, and the bare microphone has
      await graph.running();
      if (this.#sent.get(peer) === sent) await audio.sendMixture({ track: mix.track, microphoneLevel: () => mix.level() });
    });
    return sent;
  }

  /** The mixture ends when nothing sends it any more, so that nobody hears a gap. */
  #release(peer: string, { audio, mix }: Sent): void {
    this.#sent.delete(peer);
    this.#track(async () => {
      await audio.sendMixture(null);
      mix.dispose();
      this.#closeWhenIdle();
    });
  }

  #track(change: () => Promise<void>): void {
    // it fails only when the graph was closed meanwhile, and then nothing is mixed
    const done = change()
      .catch(() => undefined)
      .finally(() => this.#changing.delete(done));
    this.#changing.add(done);
  }

  #sounds({ microphoneOf, from, sign }: Feed): ReadonlySet<AudioNode> {
    const { audio } = this.#calls;
    const tracks = [
      microphoneOf === null ? undefined : audio.get(microphoneOf)?.microphoneTrack,
      ...from.map((peer) => audio.get(peer)?.heardTrack),
    ];
    const nodes = tracks.flatMap((track) => (track === undefined || track === null ? [] : [this.#openGraph().ofTrack(track)]));
    return new Set([...nodes, ...(sign && this.#sign !== undefined ? [this.#sign.source] : [])]);
  }

  #setSign(wanted: boolean): void {
    if (!wanted) this.#dropSign();
    if (!wanted || this.#sign !== undefined) return;
    const graph = this.#openGraph();
    const source = graph.loop(renderTone(recordingSign, graphRate));
    const mix = graph.mix();
    mix.feed(new Set([source]));
    this.#sign = { source, mix, playback: this.#out.play(mix.stream, 'speaker') };
  }

  #dropSign(): void {
    this.#sign?.playback.dispose();
    this.#sign?.mix.dispose();
    this.#sign?.source.stop();
    this.#sign = undefined;
  }

  #openGraph(): SoundGraph {
    if (this.#graph === undefined) {
      this.#graph = new SoundGraph(this.#out.sinkOf('speaker'));
      this.#graph.start();
      this.#routing = this.#out.follow('speaker', this.#graph);
    }
    return this.#graph;
  }

  #closeWhenIdle(): void {
    if (this.#graph?.count === 0) this.#closeGraph();
  }

  #closeGraph(): void {
    this.#routing?.dispose();
    this.#graph?.dispose();
    this.#graph = undefined;
  }
}
