import type { RegistrationStatus } from '#shared/registration/registration.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { CertificateLearned, SipLine } from '../sip/sip-line.ts';

export interface LineListener {
  readonly onStatus: (status: RegistrationStatus) => void;
  readonly onCertificateLearned: (learned: CertificateLearned) => void;
}

/** The one line there is, if there is one: started, listened to, and ended as a whole. */
export class LineHolder implements Disposable {
  readonly #changed = new Emitter<SipLine | null>();
  readonly #registrationChanged = new Emitter<RegistrationStatus>();
  #line: SipLine | undefined;
  #owned: DisposableStore | undefined;

  readonly onChanged = this.#changed.event;
  readonly onRegistrationChanged = this.#registrationChanged.event;

  get line(): SipLine | undefined {
    return this.#line;
  }

  /** Takes a line over and starts it. The one before must be gone. */
  start(line: SipLine, { onStatus, onCertificateLearned }: LineListener): void {
    const owned = new DisposableStore();
    owned.add(line);
    owned.add(
      line.onRegistrationChanged((status) => {
        if (line !== this.#line) return;
        this.#registrationChanged.fire(status);
        onStatus(status);
      }),
    );
    owned.add(line.onCertificateLearned((learned) => line === this.#line && onCertificateLearned(learned)));
    this.#line = line;
    this.#owned = owned;
    this.#changed.fire(line);
    line.start();
  }

  /** Ends the line, without a word to its server. */
  drop(): void {
    if (this.#line === undefined) return;
    this.#line = undefined;
    this.#changed.fire(null);
    this.#owned?.dispose();
    this.#owned = undefined;
    this.#registrationChanged.fire({ phase: 'signed-out' });
  }

  dispose(): void {
    this.drop();
    this.#changed.dispose();
    this.#registrationChanged.dispose();
  }
}
