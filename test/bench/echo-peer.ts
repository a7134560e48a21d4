import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters } from 'werift';

/** A far end that speaks Opus only and sends back what it hears; it lives here, so its work counts for nobody. */
export class EchoPeer {
  readonly #connection = new RTCPeerConnection({
    codecs: { audio: [new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48_000, channels: 2, payloadType: 111 })], video: [] },
    iceServers: [],
    iceAdditionalHostAddresses: ['127.0.0.1'],
    bundlePolicy: 'max-bundle',
  });
  /** Packets sent back so far. */
  echoed = 0;

  async answer(offer: string): Promise<string> {
    const { sender } = this.#connection.addTransceiver(new MediaStreamTrack({ kind: 'audio' }), { direction: 'sendrecv' });
    this.#connection.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe((packet) => {
        // rejects only once the connection is closed
        sender.sendRtp(packet).catch(() => undefined);
        this.echoed++;
      });
    });
    await this.#connection.setRemoteDescription({ type: 'offer', sdp: offer });
    await this.#connection.setLocalDescription(await this.#connection.createAnswer());
    return this.#connection.localDescription?.sdp ?? '';
  }

  async dispose(): Promise<void> {
    await this.#connection.close();
  }
}
