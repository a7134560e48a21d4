import { AppError } from '#shared/errors/app-error.ts';
import type { SoundTrial } from '#shared/ipc/media-contract.ts';
import { chooseDevice } from '#shared/media/device-choice.ts';
import { type Peak, spectralPeaks } from '#shared/media/spectrum.ts';
import { heardInOrder } from '#shared/media/tone-match.ts';
import { tonePlans } from '#shared/media/tone-plan.ts';
import type { AudioSettings, DeviceChoice } from '#shared/settings/settings.ts';
import type { AudioOut } from './audio-out.ts';
import type { Devices } from './devices.ts';
import { microphoneError, openMicrophone } from './microphone.ts';
import type { Tones } from './tones.ts';

/** Of full scale: to be heard in a quiet room, and not to startle anybody. */
const volume = 0.3;
/** A sixth of a second: a tone of the plan fills several readings. */
const fftSize = 8_192;
const readingMs = 60;
/** What a wireless headset may take to bring the tone out and in again. */
const wayBackMs = 500;
/** An echo canceller takes a steady tone for an echo, and a noise suppressor for a hum. */
const unprocessed = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

export interface SoundTrialsOptions {
  readonly devices: Devices;
  readonly source: MediaDevices;
  readonly out: Pick<AudioOut, 'sinkOf'>;
  readonly tones: Pick<Tones, 'start' | 'stop'>;
}

type Microphone = SoundTrial['microphone'];

interface Heard {
  readonly microphone: Extract<Microphone, 'heard' | 'silent'>;
  readonly toneHeard: boolean;
}

/** Trials of the chosen microphone and loudspeaker, beside whatever calls there are. */
export class SoundTrials {
  readonly #options: SoundTrialsOptions;
  #microphone: DeviceChoice = null;
  #begun = 0;
  #open = 0;

  constructor(options: SoundTrialsOptions) {
    this.#options = options;
  }

  /** Microphones that are open. */
  get count(): number {
    return this.#open;
  }

  configure({ microphone }: AudioSettings): void {
    this.#microphone = microphone;
  }

  /** See `check-sound` in the contract. @throws AppError `media-failed` when the microphone fails in a way that has no name */
  async run(): Promise<SoundTrial> {
    const { devices, tones } = this.#options;
    const speaker = devices.outputs.length > 0 ? 'played' : 'missing';
    const speakerLabel = this.#speakerLabel();
    const opened = await this.#openMicrophone();
    const id = `sound trial ${++this.#begun}`;
    if (speaker === 'played') void tones.start(id, 'test', volume);
    if (typeof opened === 'string') return { microphone: opened, toneHeard: false, speaker, microphoneLabel: '', speakerLabel };
    try {
      return { ...(await listen(opened)), speaker, microphoneLabel: opened.label, speakerLabel };
    } finally {
      opened.stop();
      this.#open -= 1;
      tones.stop(id);
    }
  }

  async #openMicrophone(): Promise<MediaStreamTrack | Microphone> {
    const { devices, source } = this.#options;
    const device = chooseDevice(devices.inputs, this.#microphone);
    if (device === undefined) return 'missing';
    try {
      const track = await openMicrophone(source, device, unprocessed);
      this.#open += 1;
      return track;
    } catch (error) {
      return obstacleOf(error instanceof AppError ? error : microphoneError(error));
    }
  }

  /** As the system names it; empty where there is none. */
  #speakerLabel(): string {
    const { devices, out } = this.#options;
    const sink = out.sinkOf('speaker') || 'default';
    return devices.outputs.find(({ deviceId }) => deviceId === sink)?.label ?? '';
  }
}

function obstacleOf(error: AppError): Microphone {
  switch (error.code) {
    case 'microphone-missing':
      return 'missing';
    case 'microphone-refused':
      return 'refused';
    case 'microphone-in-use':
      return 'in-use';
    default:
      throw error;
  }
}

/** Listens while the tone plays. A real microphone has noise at least: nothing but zeros comes from one that is switched off. */
async function listen(track: MediaStreamTrack): Promise<Heard> {
  const { segments } = tonePlans.test;
  const listenMs = segments.reduce((sum, { durationMs }) => sum + durationMs, wayBackMs);
  const context = new AudioContext();
  try {
    const analyser = new AnalyserNode(context, { fftSize, smoothingTimeConstant: 0 });
    const source = context.createMediaStreamSource(new MediaStream([track]));
    source.connect(analyser);
    const samples = new Float32Array(fftSize);
    const spectrum = new Float32Array(analyser.frequencyBinCount);
    const readings: Peak[][] = [];
    let silent = true;
    for (const end = performance.now() + listenMs; performance.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, readingMs));
      analyser.getFloatTimeDomainData(samples);
      silent &&= samples.every((sample) => sample === 0);
      analyser.getFloatFrequencyData(spectrum);
      readings.push(spectralPeaks(spectrum, context.sampleRate));
    }
    source.disconnect();
    const tone = segments.flatMap(({ frequenciesHz }) => frequenciesHz);
    return { microphone: silent ? 'silent' : 'heard', toneHeard: heardInOrder(tone, readings) };
  } finally {
    await context.close();
  }
}
