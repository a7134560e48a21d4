import { keepDevices, undecidedDevices } from '#shared/registration/double-registration.ts';
import type { OtherContact } from '#shared/registration/other-contact.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';

export interface RegistrationGuardOptions {
  /** Keys of the devices that may stay, as the settings have them. */
  readonly kept: () => readonly string[];
  readonly keep: (keys: string[]) => void;
}

/** Notices that other devices are signed in with this number, until the person has said what is to become of them. */
export class RegistrationGuard implements Disposable {
  readonly #options: RegistrationGuardOptions;
  readonly #changed = new Emitter<readonly OtherContact[]>();
  #status: RegistrationStatus = { phase: 'signed-out' };
  #undecided: readonly OtherContact[] = [];

  readonly onChanged = this.#changed.event;

  constructor(options: RegistrationGuardOptions) {
    this.#options = options;
  }

  get undecided(): readonly OtherContact[] {
    return this.#undecided;
  }

  registrationChanged(status: RegistrationStatus): void {
    this.#status = status;
    this.#review();
  }

  /** The devices in question may stay, for good. */
  keepBoth(): void {
    const { kept, keep } = this.#options;
    keep(keepDevices(kept(), this.#undecided));
    this.#review();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #review(): void {
    const now = undecidedDevices(this.#status, this.#options.kept());
    if (JSON.stringify(now) === JSON.stringify(this.#undecided)) return;
    this.#undecided = now;
    this.#changed.fire(now);
  }
}
