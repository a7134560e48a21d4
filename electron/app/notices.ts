import type { AppError } from '#shared/errors/app-error.ts';
import type { Notice } from '#shared/state/app-state.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { Logger } from '#shared/util/logger.ts';

/** Things that happened once and that the person should know, until dismissed. The same thing is told once, and logged each time. */
export class Notices implements Disposable {
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #logger: Logger;
  readonly #changed = new Emitter<readonly Notice[]>();
  #notices: readonly Notice[] = [];

  readonly onChanged = this.#changed.event;

  constructor(clock: Clock, newId: () => string, logger: Logger) {
    this.#clock = clock;
    this.#newId = newId;
    this.#logger = logger;
  }

  get all(): readonly Notice[] {
    return this.#notices;
  }

  add(error: AppError, level: Notice['level'] = 'warning'): void {
    const report = error.toReport();
    this.#logger[error.kind === 'bug' ? 'error' : 'warn']('Told the person', { ...report.details, code: report.code });
    if (this.#notices.some((notice) => notice.error.code === report.code)) return;
    this.#replace([...this.#notices, { id: this.#newId(), level, error: report, at: this.#clock.wallMs() }]);
  }

  dismiss(id: string): void {
    this.#replace(this.#notices.filter((notice) => notice.id !== id));
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #replace(notices: readonly Notice[]): void {
    this.#notices = notices;
    this.#changed.fire(notices);
  }
}
