import { AppError } from '#shared/errors/app-error.ts';
import type { MediaDirection } from '#shared/sip/media-direction.ts';
import { ufragOf } from '#shared/media/session-description.ts';
import type { OfferOptions } from '#shared/media/media.ts';
import type { MediaDescriptions } from '#electron/sip/sip-line.ts';

/**
 * A description such as a browser would make, without any media behind it. `name` decides the certificate.
 * @param ufrag another one after each ICE restart
 */
export function fakeSdp(
  name: string,
  direction: MediaDirection = 'sendrecv',
  version = 1,
  ufrag = name.slice(0, 4).padEnd(4, 'x'),
): string {
  const hex = Buffer.from(name.padEnd(32, '.').slice(0, 32)).toString('hex').toUpperCase();
  return [
    'v=0',
    `o=- 4711 ${version} IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 0 101',
    'c=IN IP4 127.0.0.1',
    'a=mid:0',
    `a=ice-ufrag:${ufrag}`,
    'a=ice-pwd:aaaaaaaaaaaaaaaaaaaaaaaa',
    `a=fingerprint:sha-256 ${hex.match(/../g)?.join(':') ?? ''}`,
    'a=setup:actpass',
    'a=rtcp-mux',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    `a=${direction}`,
    '',
  ].join('\r\n');
}

interface Ice {
  own: string;
  offered: string;
  far: string | null;
}

/** Descriptions without media: keeps a record of what it was asked and holds every peer to the rules of RFC 3264. */
export class FakeMedia implements MediaDescriptions {
  /** Everything asked, in order: `offer a`, `answer a`, `apply a`, `provisional a`, `rollback a`, `dtmf a 12`, `close a`. */
  readonly log: string[] = [];
  readonly open = new Set<string>();
  /** The offers that were to be answered. */
  readonly answered: string[] = [];
  /** How each offer was asked for. */
  readonly offers: OfferOptions[] = [];
  /** Every time two offers met on one peer: never right (RFC 3264 section 4). */
  readonly collisions: string[] = [];
  readonly #offering = new Set<string>();
  readonly #ice = new Map<string, Ice>();
  readonly #failures = new Map<string, AppError>();
  readonly #gates: (() => void)[] = [];
  #held = false;
  #versions = 0;

  /** User name fragments of the ICE that a peer has agreed on: its own and the far end's. */
  iceOf(peer: string): { readonly own: string; readonly far: string | null } {
    return this.#iceOf(peer);
  }

  /** The next request of this kind fails. */
  failNext(kind: 'offer' | 'answer' | 'apply' | 'provisional', error = new AppError('media-failed')): void {
    this.#failures.set(kind, error);
  }

  /** Requests wait until `release`. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    for (const open of this.#gates.splice(0)) open();
  }

  async createOffer(peer: string, options: OfferOptions): Promise<string> {
    this.offers.push(options);
    await this.#ask('offer', peer);
    this.#mustBeStable(peer);
    this.#offering.add(peer);
    const ice = this.#iceOf(peer);
    ice.offered = options.iceRestart ? `${peer}-${++this.#versions}` : ice.own;
    return fakeSdp(peer, options.hold ? 'sendonly' : 'sendrecv', ++this.#versions, ice.offered);
  }

  async createAnswer(peer: string, offer: string, options: { readonly hold: boolean }): Promise<string> {
    this.answered.push(offer);
    await this.#ask('answer', peer);
    this.#mustBeStable(peer);
    if (!offer.includes('m=audio')) throw new AppError('no-common-codec');
    const ice = this.#iceOf(peer);
    const theirs = ufragOf(offer);
    if (ice.far !== null && ice.far !== theirs) ice.own = `${peer}-${++this.#versions}`;
    ice.far = theirs;
    return fakeSdp(peer, options.hold ? 'sendonly' : 'sendrecv', ++this.#versions, ice.own);
  }

  async applyAnswer(peer: string, sdp: string, options: { readonly provisional: boolean }): Promise<void> {
    await this.#ask(options.provisional ? 'provisional' : 'apply', peer);
    if (!this.#offering.has(peer))
      throw new AppError('internal', { kind: 'bug', details: { what: `an answer without an offer on ${peer}` } });
    if (!sdp.includes('m=audio')) throw new AppError('media-failed');
    const ice = this.#iceOf(peer);
    Object.assign(ice, { own: ice.offered, far: ufragOf(sdp) });
    if (!options.provisional) this.#offering.delete(peer);
  }

  async rollback(peer: string): Promise<void> {
    this.log.push(`rollback ${peer}`);
    this.#offering.delete(peer);
  }

  async sendDtmf(peer: string, digits: string): Promise<void> {
    this.log.push(`dtmf ${peer} ${digits}`);
  }

  closePeer(peer: string): void {
    this.log.push(`close ${peer}`);
    this.open.delete(peer);
    this.#offering.delete(peer);
  }

  #iceOf(peer: string): Ice {
    const known = this.#ice.get(peer);
    if (known !== undefined) return known;
    const ice: Ice = { own: `${peer}-0`, offered: `${peer}-0`, far: null };
    this.#ice.set(peer, ice);
    return ice;
  }

  #mustBeStable(peer: string): void {
    if (!this.#offering.has(peer)) return;
    this.collisions.push(peer);
    throw new AppError('internal', { kind: 'bug', details: { what: `two offers at once on ${peer}` } });
  }

  async #ask(kind: 'offer' | 'answer' | 'apply' | 'provisional', peer: string): Promise<void> {
    this.log.push(`${kind} ${peer}`);
    this.open.add(peer);
    if (this.#held) await new Promise<void>((resolve) => this.#gates.push(resolve));
    const failure = this.#failures.get(kind);
    if (failure === undefined) return;
    this.#failures.delete(kind);
    throw failure;
  }
}
