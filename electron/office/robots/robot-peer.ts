import { randomInt } from 'node:crypto';
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, type RTCRtpTransceiver, RtpHeader, RtpPacket } from 'werift';
import { AppError } from '#shared/errors/app-error.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { decodeALaw, decodeMuLaw, encodeALaw, encodeMuLaw } from './g711.ts';
import { samplesPerFrame } from './robot-sounds.ts';
import type { RobotVoice } from './robot-voice.ts';
import { RtpContinuity } from './rtp-continuity.ts';

interface RobotPeerOptions {
  /** Undefined: an echo, which says back what it hears without understanding it. */
  readonly voice: RobotVoice | undefined;
  readonly onLost: () => void;
}

const codecs = {
  opus: { mimeType: 'audio/opus', clockRate: 48_000, channels: 2, payloadType: 111 },
  pcmu: { mimeType: 'audio/PCMU', clockRate: 8000, channels: 1, payloadType: 0 },
  pcma: { mimeType: 'audio/PCMA', clockRate: 8000, channels: 1, payloadType: 8 },
  'telephone-event': { mimeType: 'audio/telephone-event', clockRate: 8000, channels: 1, payloadType: 101 },
} as const;
type CodecName = keyof typeof codecs;

/** Opus is only passed through: a robot that makes its sound itself speaks G.711. */
const codecsOf = (voice: RobotVoice | undefined): CodecName[] => [
  ...(voice === undefined ? (['opus'] as const) : []),
  'pcmu',
  'pcma',
  'telephone-event',
];

/** One WebRTC peer of a robot. Candidates are the loopback address and those of the machine; there is no server to ask. */
export class RobotPeer implements Disposable {
  readonly #options: RobotPeerOptions;
  readonly #connection: RTCPeerConnection;
  readonly #transceiver: RTCRtpTransceiver;
  readonly #continuity = new RtpContinuity({ sequenceNumber: randomInt(0x8000), timestamp: randomInt(0x7fff_ffff) });
  readonly #position = { sequenceNumber: randomInt(0x8000), timestamp: randomInt(0x7fff_ffff), marker: true };
  #closed = false;

  /** @param firstOffer decides by its order which codec comes first. */
  constructor(options: RobotPeerOptions, firstOffer: string | undefined) {
    this.#options = options;
    this.#connection = new RTCPeerConnection({
      codecs: { audio: inOrderOf(firstOffer, codecsOf(options.voice)).map((name) => new RTCRtpCodecParameters(codecs[name])), video: [] },
      iceServers: [],
      iceAdditionalHostAddresses: ['127.0.0.1'],
      bundlePolicy: 'max-bundle',
    });
    this.#transceiver = this.#connection.addTransceiver(new MediaStreamTrack({ kind: 'audio' }), { direction: 'sendrecv' });
  }

  /** SHA-256 of the far end's certificate as its description says; tells whether a new offer comes from the same peer. */
  remoteFingerprint: string | undefined;

  start(): void {
    this.#connection.connectionStateChange.subscribe((state) => this.#stateChanged(state));
    // consent that has run out (RFC 7675) shows here only
    this.#connection.iceConnectionStateChange.subscribe((state) => {
      if (state === 'failed') this.#stateChanged(state);
    });
    this.#connection.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe((packet) => this.#received(packet));
    });
  }

  /** @throws AppError `no-common-codec`, `media-failed`. */
  async answer(offer: string): Promise<string> {
    await this.#attempt(() => this.#connection.setRemoteDescription({ type: 'offer', sdp: offer }));
    this.#requireCodec();
    this.remoteFingerprint = fingerprintOf(offer);
    return this.#attempt(async () => {
      await this.#connection.setLocalDescription(await this.#connection.createAnswer());
      this.#resumeIce();
      return this.#localSdp();
    });
  }

  /** @throws AppError `media-failed`. */
  offer(): Promise<string> {
    return this.#attempt(async () => {
      await this.#connection.setLocalDescription(await this.#connection.createOffer());
      return this.#localSdp();
    });
  }

  /** @throws AppError `no-common-codec`, `media-failed`. */
  async accept(answer: string): Promise<void> {
    await this.#attempt(() => this.#connection.setRemoteDescription({ type: 'answer', sdp: answer }));
    this.#requireCodec();
    this.remoteFingerprint = fingerprintOf(answer);
    this.#resumeIce();
  }

  dispose(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.voice?.dispose();
    // the socket may be gone already; there is nothing left to do about it
    this.#connection.close().catch(() => undefined);
  }

  /** After an ICE restart werift (0.25) waits for DTLS before it checks candidates, and DTLS stands already: the checks are ours to begin. */
  #resumeIce(): void {
    for (const { state, iceTransport } of this.#connection.dtlsTransports) {
      const restarted = state === 'connected' && (iceTransport.state === 'new' || iceTransport.state === 'completed');
      if (restarted) iceTransport.start().catch(() => this.#stateChanged('failed'));
    }
  }

  #localSdp(): string {
    return this.#connection.localDescription?.sdp ?? '';
  }

  #requireCodec(): void {
    const name = this.#transceiver.sender.codec?.name.toLowerCase();
    if (name === undefined || name === 'telephone-event') throw new AppError('no-common-codec');
  }

  async #attempt<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw new AppError('media-failed', { details: { reason: error instanceof Error ? error.message : String(error) }, cause: error });
    }
  }

  #stateChanged(state: string): void {
    if (this.#closed) return;
    if (state === 'connected') {
      this.#options.voice?.start((frame, skipped) => this.#say(frame, skipped));
    } else if (state === 'failed' || state === 'closed') {
      this.#options.voice?.dispose();
      this.#options.onLost();
    }
  }

  /** False while the far end has us on hold: it does not want to hear. */
  get #mayTalk(): boolean {
    const direction = this.#transceiver.currentDirection;
    return direction === undefined || direction === null || direction === 'sendrecv' || direction === 'sendonly';
  }

  #received({ header, payload }: RtpPacket): void {
    const { codec } = this.#transceiver.sender;
    // key presses have a payload type of their own, which is not that of the voice: nobody hears them
    if (codec === undefined || header.payloadType !== codec.payloadType) return;
    const { voice } = this.#options;
    if (voice !== undefined) return voice.hear(isALaw(codec) ? decodeALaw(payload) : decodeMuLaw(payload));
    if (!this.#mayTalk) return;
    const { sequenceNumber, timestamp } = this.#continuity.next(header, codec.clockRate / 50);
    this.#send(sequenceNumber, timestamp, header.marker, payload);
  }

  #say(frame: Int16Array, skipped: number): void {
    const { codec } = this.#transceiver.sender;
    if (codec === undefined) return;
    const position = this.#position;
    position.timestamp = (position.timestamp + samplesPerFrame * (skipped + 1)) >>> 0;
    if (skipped > 0 || !this.#mayTalk) position.marker = true;
    if (!this.#mayTalk) return;
    position.sequenceNumber = (position.sequenceNumber + 1) & 0xffff;
    const payload = isALaw(codec) ? encodeALaw(frame) : encodeMuLaw(frame);
    this.#send(position.sequenceNumber, position.timestamp, position.marker, Buffer.from(payload));
    position.marker = false;
  }

  /** The sender puts in its own SSRC and payload type. */
  #send(sequenceNumber: number, timestamp: number, marker: boolean, payload: Buffer): void {
    const packet = new RtpPacket(new RtpHeader({ sequenceNumber, timestamp, marker }), payload);
    // a packet that cannot leave is a lost packet
    this.#transceiver.sender.sendRtp(packet).catch(() => undefined);
  }
}

function isALaw({ name }: RTCRtpCodecParameters): boolean {
  return name.toLowerCase() === 'pcma';
}

/** The fingerprint of a description, in upper case. */
export function fingerprintOf(sdp: string): string | undefined {
  return /^a=fingerprint:(.+?)\s*$/im.exec(sdp)?.[1]?.toUpperCase();
}

/** The far end's order of preference; what it does not name keeps its place at the end. */
function inOrderOf(offer: string | undefined, names: readonly CodecName[]): CodecName[] {
  if (offer === undefined) return [...names];
  const payloadTypes = (/^m=audio \S+ \S+ (.*)$/m.exec(offer)?.[1] ?? '').trim().split(/\s+/);
  const place = (name: CodecName): number => {
    const mapped = new RegExp(`^a=rtpmap:(\\d+) ${name}/`, 'im').exec(offer)?.[1] ?? String(codecs[name].payloadType);
    const at = payloadTypes.indexOf(mapped);
    return at < 0 ? payloadTypes.length : at;
  };
  return [...names].sort((a, b) => place(a) - place(b));
}
