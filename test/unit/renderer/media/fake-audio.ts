import { vi } from 'vitest';
import { FakeTrack } from './fake-devices.ts';

/** A node that knows what flows into it; connections that do not exist cannot be cut, as in Web Audio. */
class FakeNode extends EventTarget {
  readonly inputs = new Set<FakeNode>();
  readonly outputs = new Set<FakeNode>();

  constructor(context: FakeAudioContext) {
    super();
    context.nodes.push(this);
  }

  connect(to: FakeNode): FakeNode {
    this.outputs.add(to);
    to.inputs.add(this);
    return to;
  }

  disconnect(to?: FakeNode): void {
    if (to !== undefined && !this.outputs.has(to)) throw new DOMException('not connected', 'InvalidAccessError');
    for (const node of to === undefined ? [...this.outputs] : [to]) {
      this.outputs.delete(node);
      node.inputs.delete(this);
    }
  }

  /** Names of the tracks and loops that arrive here, sorted. */
  get sounds(): string[] {
    return [...this.inputs].flatMap((input) => input.ownSounds ?? input.sounds).sort();
  }

  get ownSounds(): string[] | undefined {
    return undefined;
  }
}

class FakeTrackSource extends FakeNode {
  readonly track: FakeTrack;

  constructor(context: FakeAudioContext, { mediaStream }: { mediaStream: FakeStream }) {
    super(context);
    this.track = mediaStream.track;
  }

  override get ownSounds(): string[] {
    return this.track.enabled ? [this.track.deviceId] : [];
  }
}

class FakeLoop extends FakeNode {
  playing = false;

  start(): void {
    this.playing = true;
  }

  stop(): void {
    this.playing = false;
  }

  override get ownSounds(): string[] {
    return ['sign'];
  }
}

class FakeSilence extends FakeNode {
  start(): void {
    // nothing to hear
  }

  override get ownSounds(): string[] {
    return [];
  }
}

class FakeDestination extends FakeNode {
  readonly stream: FakeStream = new FakeStream([new MixedTrack(this)]);
}

class FakeAnalyser extends FakeNode {
  readonly fftSize = 8;

  getFloatTimeDomainData(samples: Float32Array): void {
    samples.fill(this.sounds.length > 0 ? 0.5 : 0);
  }
}

/** The track of a mixture. */
export class MixedTrack extends FakeTrack {
  readonly destination: FakeDestination;

  constructor(destination: FakeDestination) {
    super('mixture');
    this.destination = destination;
  }

  get sounds(): string[] {
    return this.destination.sounds;
  }
}

export class FakeStream {
  readonly track: FakeTrack;

  constructor([track]: readonly FakeTrack[]) {
    this.track = track ?? new FakeTrack('none');
  }

  getAudioTracks(): FakeTrack[] {
    return [this.track];
  }
}

export class FakeAudioContext extends EventTarget {
  static readonly made: FakeAudioContext[] = [];
  readonly nodes: FakeNode[] = [];
  readonly sinks: unknown[];
  /** Sinks that cannot be used. */
  readonly refused = new Set<unknown>();
  state: 'suspended' | 'running' | 'closed' = 'suspended';

  constructor({ sinkId }: { sinkId?: unknown } = {}) {
    super();
    this.sinks = [sinkId];
    FakeAudioContext.made.push(this);
  }

  resume(): Promise<void> {
    if (this.state === 'closed') return Promise.reject(new DOMException('closed', 'InvalidStateError'));
    this.state = 'running';
    return Promise.resolve();
  }

  setSinkId(sink: unknown): Promise<void> {
    this.sinks.push(sink);
    return this.refused.has(sink) ? Promise.reject(new DOMException('gone', 'NotFoundError')) : Promise.resolve();
  }

  /** The system put it to sleep. */
  suspend(): void {
    this.state = 'suspended';
    this.dispatchEvent(new Event('statechange'));
  }

  close(): Promise<void> {
    this.state = 'closed';
    return Promise.resolve();
  }
}

/** Writes what the test tells it to. */
export class FakeMediaRecorder extends EventTarget {
  static readonly made: FakeMediaRecorder[] = [];
  static refuses = false;
  readonly stream: FakeStream;
  state: 'inactive' | 'recording' = 'inactive';

  constructor(stream: FakeStream) {
    super();
    if (FakeMediaRecorder.refuses) throw new DOMException('no such codec', 'NotSupportedError');
    this.stream = stream;
    FakeMediaRecorder.made.push(this);
  }

  start(): void {
    this.state = 'recording';
  }

  write(...bytes: number[]): void {
    this.dispatchEvent(Object.assign(new Event('dataavailable'), { data: new Blob([new Uint8Array(bytes)]) }));
  }

  /** Ends as the real one does: the last piece and then the end, in a later turn. */
  stop(): void {
    this.state = 'inactive';
    setImmediate(() => {
      this.write(99);
      this.dispatchEvent(new Event('stop'));
    });
  }

  fail(): void {
    this.state = 'inactive';
    this.dispatchEvent(Object.assign(new Event('error'), { error: new Error('no encoder') }));
    this.write(98);
    this.dispatchEvent(new Event('stop'));
  }
}

/** Puts Web Audio and MediaRecorder in place until `vi.unstubAllGlobals`. */
export function stubAudio(): void {
  FakeAudioContext.made.length = 0;
  FakeMediaRecorder.made.length = 0;
  FakeMediaRecorder.refuses = false;
  const globals = {
    AudioContext: FakeAudioContext,
    ConstantSourceNode: FakeSilence,
    MediaStreamAudioSourceNode: FakeTrackSource,
    MediaStreamAudioDestinationNode: FakeDestination,
    GainNode: FakeNode,
    WaveShaperNode: FakeNode,
    AnalyserNode: FakeAnalyser,
    AudioBufferSourceNode: FakeLoop,
    AudioBuffer: class {
      copyToChannel(): void {
        // what it plays is known by its name
      }
    },
    MediaStream: FakeStream,
    MediaRecorder: FakeMediaRecorder,
  };
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
}
