import { randomInt } from 'node:crypto';
import {
  createSelfSignedCertificate,
  MediaStreamTrack,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  type RTCRtpTransceiver,
  RtpHeader,
  RtpPacket,
} from 'werift';
import type { Disposable } from '#shared/util/disposable.ts';

const codecs = {
  opus: { mimeType: 'audio/opus', clockRate: 48_000, channels: 2, payloadType: 96 },
  pcmu: { mimeType: 'audio/PCMU', clockRate: 8000, channels: 1, payloadType: 0 },
  pcma: { mimeType: 'audio/PCMA', clockRate: 8000, channels: 1, payloadType: 8 },
  g722: { mimeType: 'audio/G722', clockRate: 8000, channels: 1, payloadType: 9 },
  'telephone-event': { mimeType: 'audio/telephone-event', clockRate: 8000, channels: 1, payloadType: 126 },
} as const;
export type CodecName = keyof typeof codecs;

/** A WebRTC peer of a test: sends what it is told and keeps what it hears. */
export class RtpPhone implements Disposable {
  readonly connection: RTCPeerConnection;
  readonly transceiver: RTCRtpTransceiver;
  readonly heard: RtpPacket[] = [];
  #waiters = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  /** Every phone has a certificate of its own, as browsers do for each peer connection. */
  static async create(names: readonly CodecName[]): Promise<RtpPhone> {
    return new RtpPhone(names, await createSelfSignedCertificate({ signature: 3, hash: 4 }, 23));
  }

  private constructor(names: readonly CodecName[], keys: Awaited<ReturnType<typeof createSelfSignedCertificate>>) {
    this.connection = new RTCPeerConnection({
      dtls: { keys },
      codecs: { audio: names.map((name) => new RTCRtpCodecParameters(codecs[name])), video: [] },
      iceServers: [],
      iceAdditionalHostAddresses: ['127.0.0.1'],
      bundlePolicy: 'max-bundle',
    });
    this.transceiver = this.connection.addTransceiver(new MediaStreamTrack({ kind: 'audio' }), { direction: 'sendrecv' });
    this.connection.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe((packet) => {
        this.heard.push(packet);
        this.#wake();
      });
    });
    this.connection.connectionStateChange.subscribe(() => this.#wake());
  }

  async offer(options: { iceRestart?: boolean } = {}): Promise<string> {
    await this.connection.setLocalDescription(await this.connection.createOffer(options));
    return this.connection.localDescription?.sdp ?? '';
  }

  async accept(answer: string): Promise<void> {
    const restarted =
      this.transceiver.dtlsTransport.state === 'connected' && this.transceiver.dtlsTransport.iceTransport.state !== 'connected';
    await this.connection.setRemoteDescription({ type: 'answer', sdp: answer });
    if (restarted) void this.transceiver.dtlsTransport.iceTransport.start();
  }

  async answer(offer: string): Promise<string> {
    await this.connection.setRemoteDescription({ type: 'offer', sdp: offer });
    await this.connection.setLocalDescription(await this.connection.createAnswer());
    return this.connection.localDescription?.sdp ?? '';
  }

  async connected(): Promise<void> {
    while (this.connection.connectionState !== 'connected') await this.#change();
  }

  /** Waits for `count` further packets and returns them. */
  async hear(count: number): Promise<RtpPacket[]> {
    const from = this.heard.length;
    while (this.heard.length < from + count) await this.#change();
    return this.heard.slice(from, from + count);
  }

  /** Sends a payload every 20 ms. */
  talk(payload: (index: number) => Uint8Array, ticks = 160): void {
    clearInterval(this.#timer);
    let index = 0;
    const first = randomInt(0x7fff);
    this.#timer = setInterval(() => {
      this.send({ sequenceNumber: (first + index) & 0xffff, timestamp: index * ticks }, payload(index));
      index++;
    }, 20);
  }

  send(header: { sequenceNumber: number; timestamp: number; marker?: boolean }, payload: Uint8Array): void {
    void this.transceiver.sender.sendRtp(new RtpPacket(new RtpHeader(header), Buffer.from(payload)));
  }

  dispose(): void {
    clearInterval(this.#timer);
    void this.connection.close();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiters.add(resolve));
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = new Set();
    for (const resolve of waiters) resolve();
  }
}
