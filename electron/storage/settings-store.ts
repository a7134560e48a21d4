import { isDeepStrictEqual } from 'node:util';
import type { AppError } from '#shared/errors/app-error.ts';
import type { Account } from '#shared/profiles/account.ts';
import { defaultSettings, type Settings, type SettingsPatch, settingsSchema, settingsVersion } from '#shared/settings/settings.ts';
import { settingsUpgrades } from '#shared/settings/upgrades.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter, type Event } from '#shared/util/emitter.ts';
import type { DocumentFormat } from './document-format.ts';
import { VersionedDocument, type VersionedDocumentOptions } from './versioned-document.ts';

/** What may change at once: parts of sections as the settings page sends them, the account, and this installation's name. */
export type SettingsChange = SettingsPatch & { readonly account?: Account | null; readonly instanceId?: string };

export interface SettingsStoreOptions extends Omit<VersionedDocumentOptions<Settings>, 'format'> {
  readonly upgrades?: DocumentFormat<Settings>['upgrades'];
}

/** The settings of one profile, in memory at once and on disk soon. Holds no secrets. */
export class SettingsStore implements Disposable {
  readonly #document: VersionedDocument<Settings>;
  readonly #changed = new Emitter<Settings>();

  constructor({ upgrades = settingsUpgrades, ...options }: SettingsStoreOptions) {
    const format = { schema: settingsSchema, version: settingsVersion, upgrades, defaults: defaultSettings } as const;
    this.#document = new VersionedDocument<Settings>({ ...options, format });
  }

  /** Fires with the whole of the settings after a change that changed something. */
  get onChanged(): Event<Settings> {
    return this.#changed.event;
  }

  /** See `VersionedDocument.onProblem`. */
  get onProblem(): Event<AppError> {
    return this.#document.onProblem;
  }

  /** Reads the file. @returns what was wrong with it, if anything: see `VersionedDocument.load` */
  async load(): Promise<AppError | undefined> {
    return (await this.#document.load()).problem;
  }

  get(): Settings {
    return this.#document.value;
  }

  /**
   * Lays a change over the settings, section by section.
   * @throws AppError `request-invalid` when the result would not be valid settings; nothing changes then
   */
  update(change: SettingsChange): void {
    const before = this.get();
    this.#document.save(withChange(before, change));
    const after = this.get();
    if (!isDeepStrictEqual(after, before)) this.#changed.fire(after);
  }

  flush(): Promise<void> {
    return this.#document.flush();
  }

  dispose(): void {
    this.#changed.dispose();
    this.#document.dispose();
  }
}

/** Every section by its name, so that the compiler misses one that is forgotten here. */
function withChange(settings: Settings, change: SettingsChange): Settings {
  return {
    version: settings.version,
    instanceId: change.instanceId ?? settings.instanceId,
    account: change.account === undefined ? settings.account : change.account,
    audio: withPart(settings.audio, change.audio),
    ice: withPart(settings.ice, change.ice),
    network: withPart(settings.network, change.network),
    appearance: withPart(settings.appearance, change.appearance),
    notifications: withPart(settings.notifications, change.notifications),
    dialling: withPart(settings.dialling, change.dialling),
    serverFeatures: withPart(settings.serverFeatures, change.serverFeatures),
    availability: withPart(settings.availability, change.availability),
    calls: withPart(settings.calls, change.calls),
    recording: withPart(settings.recording, change.recording),
  };
}

/** A part over a section; a value of undefined changes nothing, as does a missing one. */
function withPart<T extends object>(section: T, part: { readonly [K in keyof T]?: T[K] | undefined } | undefined): T {
  if (part === undefined) return section;
  const given = Object.entries(part).filter(([, value]) => value !== undefined);
  return { ...section, ...Object.fromEntries(given) };
}
