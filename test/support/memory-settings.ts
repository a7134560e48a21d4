import { defaultSettings, type Settings, type SettingsPatch } from '#shared/settings/settings.ts';
import { Emitter } from '#shared/util/emitter.ts';

/** Settings without a file; changes are laid over section by section. */
export class MemorySettings {
  readonly #changed = new Emitter<Settings>();
  readonly onChanged = this.#changed.event;
  #settings = defaultSettings;

  get listenerCount(): number {
    return this.#changed.listenerCount;
  }

  get(): Settings {
    return this.#settings;
  }

  update(patch: SettingsPatch): void {
    const before: Readonly<Record<string, unknown>> = { ...this.#settings };
    const changed = Object.entries(patch).map(([name, part]) => [name, Object.assign({}, before[name], part)] as const);
    this.#settings = { ...this.#settings, ...Object.fromEntries(changed) };
    this.#changed.fire(this.#settings);
  }
}
