import { decodeUtf8 } from '#shared/sip/text-codec.ts';
import type { RobotMedia, RobotSound } from './robot-media.ts';

/** Offer and answer of one call (RFC 3264), one round at a time. */
export class RobotNegotiation {
  readonly #id: string;
  readonly #sound: RobotSound;
  readonly #media: RobotMedia;
  #busy = false;
  /** Our offer in a 2xx, which the ACK will answer. */
  #offerOpen = false;

  constructor(id: string, sound: RobotSound, media: RobotMedia) {
    this.#id = id;
    this.#sound = sound;
    this.#media = media;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** An offer of our own. @throws AppError `media-failed`. */
  offer(): Promise<string> {
    return this.#media.offer(this.#id, this.#sound);
  }

  /**
   * What a 2xx has to carry: the answer to the offer of the request, or without one an offer that the ACK answers (RFC 3261
   * section 13.2.1).
   * @throws AppError `no-common-codec`, `media-failed`.
   */
  async respond(body: Uint8Array): Promise<string> {
    this.#busy = true;
    try {
      const offered = body.length > 0;
      const sdp = offered ? await this.#media.answer(this.#id, decodeUtf8(body), this.#sound) : await this.offer();
      this.#offerOpen = !offered;
      return sdp;
    } finally {
      this.#busy = false;
    }
  }

  /** An ACK. @throws AppError when its answer cannot be used. */
  async acknowledged(body: Uint8Array): Promise<void> {
    const open = this.#offerOpen;
    this.#offerOpen = false;
    if (open && body.length > 0) await this.accept(body);
  }

  /** The answer to our offer. @throws AppError `no-common-codec`, `media-failed`. */
  accept(body: Uint8Array): Promise<void> {
    return this.#media.accept(this.#id, decodeUtf8(body));
  }

  close(): void {
    this.#media.close(this.#id);
  }
}
