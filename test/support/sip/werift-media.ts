import {
  createSelfSignedCertificate,
  HashAlgorithm,
  MediaStreamTrack,
  NamedCurveAlgorithm,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  type RTCRtpTransceiver,
  RtpHeader,
  RtpPacket,
  SignatureAlgorithm,
} from 'werift';
import { AppError } from '#shared/errors/app-error.ts';
import type { MediaStats, OfferOptions, PeerConnectionStateName } from '#shared/media/media.ts';
import { Emitter } from '#shared/util/emitter.ts';
import { FramePacer } from '#electron/office/robots/frame-pacer.ts';
import { encodeMuLaw } from '#electron/office/robots/g711.ts';
import type { MediaDescriptions } from '#electron/sip/sip-line.ts';
import type { MediaPath } from './media-path.ts';

const rate = 8000;
const frameSamples = 160;
const pcmu = { mimeType: 'audio/PCMU', clockRate: rate, channels: 1, payloadType: 0 } as const;
const digits = { mimeType: 'audio/telephone-event', clockRate: rate, channels: 1, payloadType: 101 } as const;

/** What was heard: the tone's frequency, and its root mean square between 0 and 1. */
export interface Heard {
  readonly hz: number;
  readonly level: number;
}

/** Real media in plain Node: ICE, DTLS-SRTP, PCMU. Every peer sends a tone and hears what comes. */
export class WeriftMedia implements MediaDescriptions {
  readonly #peers = new Map<string, Peer>();
  /** Peers that wait for their certificate; one that is closed meanwhile is not made. */
  readonly #making = new Set<string>();
  readonly #frames = new Emitter<void>();
  /** Every time that a frame of sound arrives, on whatever peer. */
  readonly onFrame = this.#frames.event;
  readonly #toneHz: number;
  readonly #address: string;

  readonly #path: MediaPath | undefined;
  readonly #states = new Emitter<{ readonly peer: string; readonly state: PeerConnectionStateName }>();
  readonly onPeerState = this.#states.event;

  /**
   * @param address the loopback address that media may be sent from, beside those of the machine
   * @param path the way that media takes; straight to the far end without
   */
  constructor(toneHz: number, address = '127.0.0.1', path?: MediaPath) {
    this.#toneHz = toneHz;
    this.#address = address;
    this.#path = path;
  }

  get size(): number {
    return this.#peers.size;
  }

  async createOffer(name: string, options: OfferOptions): Promise<string> {
    const { connection, transceiver } = await this.#peer(name);
    transceiver.setDirection(options.hold ? 'sendonly' : 'sendrecv');
    await connection.setLocalDescription(await connection.createOffer({ iceRestart: options.iceRestart }));
    return this.#described(name);
  }

  async createAnswer(name: string, offer: string, options: { readonly hold: boolean }): Promise<string> {
    const { connection, transceiver } = await this.#peer(name);
    transceiver.setDirection(options.hold ? 'sendonly' : 'sendrecv');
    await connection.setRemoteDescription({ type: 'offer', sdp: offer });
    if (transceiver.sender.codec === undefined) throw new AppError('no-common-codec');
    await connection.setLocalDescription(await connection.createAnswer());
    startRestarted(connection);
    return this.#described(name);
  }

  async applyAnswer(name: string, sdp: string, options: { readonly provisional: boolean }): Promise<void> {
    const { connection } = this.#known(name);
    // werift opens no connection on a provisional answer, so that counts as the answer; the final one only repeats it
    if (connection.signalingState === 'stable' && !options.provisional) return;
    await connection.setRemoteDescription({ type: 'answer', sdp });
    startRestarted(connection);
  }

  async rollback(name: string): Promise<void> {
    const { connection } = this.#known(name);
    if (connection.signalingState === 'have-local-offer') await connection.setLocalDescription({ type: 'rollback' });
  }

  sendDtmf(name: string, text: string): Promise<void> {
    return this.#known(name).sendDigits(text);
  }

  closePeer(name: string): void {
    this.#making.delete(name);
    this.#peers.get(name)?.close();
    this.#peers.delete(name);
  }

  /** As the media window would read them. Werift does not tell whether checks are answered: the path does. */
  stats(name: string): Promise<MediaStats> {
    const peer = this.#known(name);
    const leads = this.#path === undefined || (this.#path.open && this.#path.generation === peer.generation);
    return Promise.resolve(peer.stats(leads));
  }

  /** Says nothing any more, until it is asked for a description: some servers come back to themselves by that. */
  fallSilent(name: string): void {
    this.#known(name).silent = true;
  }

  /** Resolves when ICE and DTLS stand. */
  connected(name: string): Promise<void> {
    return this.#known(name).connected;
  }

  /** Listens to the next `ms` of sound that arrive; rejects when nothing comes for five seconds. */
  listen(name: string, ms = 400): Promise<Heard> {
    return this.#known(name).listen(ms);
  }

  /** Listens until the tone is there, e.g. because the sound before the answer differs. */
  async hear(name: string, hz: number, tolerance = 3): Promise<Heard> {
    const end = performance.now() + 5000;
    for (;;) {
      const heard = await this.listen(name);
      if (heard.level > 0.01 && Math.abs(heard.hz - hz) <= tolerance) return heard;
      if (performance.now() > end) throw new Error(`no tone of ${hz} Hz on ${name}; last ${JSON.stringify(heard)}`);
    }
  }

  /** Listens until the tones of `present` are there and those of `absent` are not: what is left of them lies 30 dB below. */
  async hearOnly(name: string, present: readonly number[], absent: readonly number[]): Promise<void> {
    const end = performance.now() + 10_000;
    for (;;) {
      const samples = await this.#known(name).collect(500);
      const weakest = Math.min(...present.map((hz) => toneLevel(samples, hz)));
      const strays = absent.filter((hz) => toneLevel(samples, hz) > weakest / 30);
      if (weakest > 0.003 && strays.length === 0) return;
      if (performance.now() > end) {
        const levels = [...present, ...absent].map((hz) => `${hz} Hz at ${toneLevel(samples, hz).toFixed(4)}`);
        throw new Error(`expected ${present.join(', ')} Hz and not ${absent.join(', ')} Hz on ${name}, heard ${levels.join(', ')}`);
      }
    }
  }

  dispose(): void {
    for (const name of [...this.#peers.keys()]) this.closePeer(name);
  }

  async #described(name: string): Promise<string> {
    const peer = this.#known(name);
    const sdp = withAddress(peer.connection.localDescription?.sdp ?? '');
    if (this.#path === undefined) return sdp;
    peer.generation = this.#path.generation;
    return this.#path.describe(sdp);
  }

  #known(name: string): Peer {
    const peer = this.#peers.get(name);
    if (peer === undefined) throw new AppError('media-failed', { details: { what: `no peer ${name}` } });
    return peer;
  }

  async #peer(name: string): Promise<Peer> {
    const known = this.#peers.get(name);
    if (known !== undefined) {
      known.silent = false;
      return known;
    }
    // werift would use one certificate for all; a browser's peer connections each have their own
    const algorithms = { hash: HashAlgorithm.sha256_4, signature: SignatureAlgorithm.ecdsa_3 };
    this.#making.add(name);
    const keys = await createSelfSignedCertificate(algorithms, NamedCurveAlgorithm.secp256r1_23);
    if (!this.#making.delete(name)) throw new AppError('media-failed', { details: { what: `peer ${name} was closed` } });
    const peer = new Peer(this.#toneHz, this.#address, keys, {
      heard: () => this.#frames.fire(),
      stateChanged: (state) => this.#states.fire({ peer: name, state }),
    });
    this.#peers.set(name, peer);
    return peer;
  }
}

/** Werift begins no checks after an ICE restart where DTLS stands already: somebody has to ask for them. */
function startRestarted({ iceTransports }: RTCPeerConnection): void {
  for (const transport of iceTransports) {
    const waits = transport.iceRestarts > 0 && transport.connection.nominated === undefined && transport.state !== 'checking';
    // a restart that fails is tried again by whoever misses the sound
    if (waits) transport.start().catch(() => undefined);
  }
}

class Peer {
  readonly connection: RTCPeerConnection;
  readonly transceiver: RTCRtpTransceiver;
  readonly connected: Promise<void>;
  silent = false;
  /** Of the path, when it was described last. */
  generation = 0;
  #received = 0;
  #sent = 0;
  readonly #toneHz: number;
  readonly #pacer = new FramePacer((skipped) => this.#sendFrame(skipped));
  #sequence = 1000;
  #timestamp = 0;
  #listeners = new Set<(samples: Float32Array) => void>();
  /** Packets of a digit go out in place of the tone's. */
  #digitPackets: { readonly payload: Buffer; readonly timestamp: number; readonly marker: boolean }[] = [];
  #digitsSent: (() => void)[] = [];

  constructor(
    toneHz: number,
    address: string,
    keys: Awaited<ReturnType<typeof createSelfSignedCertificate>>,
    tell: { heard(): void; stateChanged(state: PeerConnectionStateName): void },
  ) {
    this.#toneHz = toneHz;
    this.connection = new RTCPeerConnection({
      dtls: { keys },
      codecs: { audio: [new RTCRtpCodecParameters(pcmu), new RTCRtpCodecParameters(digits)], video: [] },
      iceServers: [],
      iceAdditionalHostAddresses: [address],
      bundlePolicy: 'max-bundle',
    });
    this.transceiver = this.connection.addTransceiver(new MediaStreamTrack({ kind: 'audio' }), { direction: 'sendrecv' });
    this.connected = new Promise((resolve) => {
      this.connection.connectionStateChange.subscribe((state) => {
        tell.stateChanged(state);
        if (state !== 'connected') return;
        this.#pacer.start();
        resolve();
      });
    });
    this.connection.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe(({ header, payload }) => {
        this.#received += 1;
        if (header.payloadType !== pcmu.payloadType) return;
        tell.heard();
        const samples = Float32Array.from(payload, decodeMuLaw);
        for (const listener of [...this.#listeners]) listener(samples);
      });
    });
  }

  close(): void {
    this.#pacer.dispose();
    this.#listeners.clear();
    this.connection.close().catch(() => undefined);
  }

  stats(pathAnswers: boolean): MediaStats {
    return {
      ...{ codec: 'PCMU', clockRate: rate, pair: null, roundTripMs: null, jitterMs: null, lossShare: null },
      ...{ packetsReceived: this.#received, packetsSent: this.#sent, reportsReceived: 0, mayPause: false, localAddress: null },
      ...{ connected: this.connection.connectionState === 'connected', pathAnswers, inboundLevel: null, outboundLevel: null },
    };
  }

  async listen(ms: number): Promise<Heard> {
    return measure(await this.collect(ms));
  }

  /** The next `ms` of sound that arrive. */
  collect(ms: number): Promise<readonly number[]> {
    return new Promise((resolve, reject) => {
      const collected: number[] = [];
      const timeout = setTimeout(() => {
        this.#listeners.delete(collect);
        reject(new Error(`silence: ${collected.length} samples in 5 s, connection ${this.connection.connectionState}`));
      }, 5000);
      const collect = (samples: Float32Array): void => {
        collected.push(...samples);
        if (collected.length < (ms * rate) / 1000) return;
        clearTimeout(timeout);
        this.#listeners.delete(collect);
        resolve(collected);
      };
      this.#listeners.add(collect);
    });
  }

  /** RFC 4733: 100 ms a digit, its end said three times, 60 ms between digits. */
  sendDigits(text: string): Promise<void> {
    for (const digit of text) {
      const event = '0123456789*#ABCD'.indexOf(digit);
      const timestamp = this.#timestamp + this.#digitPackets.length * frameSamples;
      for (let step = 1; step <= 8; step++) {
        const duration = Math.min(step, 5) * frameSamples;
        const payload = Buffer.from([event, (step > 5 ? 0x80 : 0) | 10, duration >> 8, duration & 0xff]);
        this.#digitPackets.push({ payload, timestamp, marker: step === 1 });
      }
      for (let pause = 0; pause < 3; pause++) this.#digitPackets.push({ payload: Buffer.alloc(0), timestamp, marker: false });
    }
    return new Promise((resolve) => this.#digitsSent.push(resolve));
  }

  #sendFrame(skipped: number): void {
    this.#timestamp += frameSamples * (skipped + 1);
    const digit = this.#digitPackets.shift();
    if (digit !== undefined) {
      if (digit.payload.length > 0) this.#send(digit.payload, digits.payloadType, digit.timestamp, digit.marker);
      if (this.#digitPackets.length === 0) for (const done of this.#digitsSent.splice(0)) done();
      return;
    }
    const frame = Int16Array.from({ length: frameSamples }, (_, index) =>
      Math.round(9000 * Math.sin((2 * Math.PI * this.#toneHz * (this.#timestamp + index)) / rate)),
    );
    this.#send(Buffer.from(encodeMuLaw(frame)), pcmu.payloadType, this.#timestamp, false);
  }

  #send(payload: Buffer, payloadType: number, timestamp: number, marker: boolean): void {
    const { sender, currentDirection } = this.transceiver;
    if (currentDirection === 'inactive' || currentDirection === 'recvonly' || this.silent) return;
    this.#sent += 1;
    this.#sequence = (this.#sequence + 1) & 0xffff;
    const header = new RtpHeader({ sequenceNumber: this.#sequence, timestamp: timestamp >>> 0, marker, payloadType, ssrc: sender.ssrc });
    // the sender itself would send every packet as voice
    const sent =
      payloadType === pcmu.payloadType ? sender.sendRtp(new RtpPacket(header, payload)) : sender.dtlsTransport.sendRtp(payload, header);
    Promise.resolve(sent).catch(() => undefined);
  }
}

/** The first candidate as connection address: Asterisk takes `0.0.0.0` for a hold of the old kind (RFC 2543) and answers `recvonly`. */
function withAddress(sdp: string): string {
  const [, address, port] = /^a=candidate:\S+ 1 udp \d+ (\d+\.\S+) (\d+) typ host/m.exec(sdp) ?? [];
  if (address === undefined || port === undefined) return sdp;
  return sdp.replaceAll('c=IN IP4 0.0.0.0', `c=IN IP4 ${address}`).replace('m=audio 9 ', `m=audio ${port} `);
}

function decodeMuLaw(byte: number): number {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0x0f) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84;
  return (code & 0x80 ? -magnitude : magnitude) / 32_768;
}

/** Frequency by the mean distance of upward zero crossings: exact to a fraction of a hertz for a lone tone. */
function measure(samples: readonly number[]): Heard {
  let sum = 0;
  const crossings: number[] = [];
  for (let index = 0; index < samples.length; index++) {
    const here = samples[index] ?? 0;
    const before = samples[index - 1] ?? here;
    sum += here * here;
    if (before < 0 && here >= 0) crossings.push(index - here / (here - before));
  }
  const first = crossings[0] ?? 0;
  const last = crossings.at(-1) ?? 0;
  const hz = crossings.length < 2 ? 0 : ((crossings.length - 1) * rate) / (last - first);
  return { hz, level: Math.sqrt(sum / samples.length) };
}

/** Amplitude of one frequency (Goertzel, Hann window), 0 to 1. */
function toneLevel(samples: readonly number[], hz: number): number {
  const step = 2 * Math.cos((2 * Math.PI * hz) / rate);
  let [one, two] = [0, 0];
  samples.forEach((sample, index) => {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / samples.length);
    [one, two] = [sample * window + step * one - two, one];
  });
  return (Math.sqrt(Math.max(0, one * one + two * two - step * one * two)) * 4) / samples.length;
}
