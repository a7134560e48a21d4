import type { Clock } from '#shared/util/clock.ts';
import type { LogFields, Logger, LogLevel } from '#shared/util/logger.ts';
import type { LogSink } from './log-sink.ts';

export interface LogLevels {
  /** Least severe level that is written where no name says otherwise. */
  readonly general: LogLevel;
  /** By logger name; a name speaks for its children too, the longest match wins. */
  readonly named?: Readonly<Record<string, LogLevel>>;
}

export interface RootLoggerOptions {
  readonly clock: Clock;
  readonly sinks: readonly LogSink[];
  readonly levels: LogLevels;
}

const severity: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** The source of all named loggers. Levels may change while the app runs and hold at once for loggers already handed out. */
export class RootLogger {
  readonly #clock: Clock;
  readonly #sinks: readonly LogSink[];
  readonly #leastSeverity = new Map<string, number>();
  #levels: LogLevels;

  constructor({ clock, sinks, levels }: RootLoggerOptions) {
    this.#clock = clock;
    this.#sinks = sinks;
    this.#levels = levels;
  }

  logger(name: string): Logger {
    return new NamedLogger(name, this);
  }

  setLevels(levels: LogLevels): void {
    this.#levels = levels;
    this.#leastSeverity.clear();
  }

  write(name: string, level: LogLevel, message: string, fields: LogFields): void {
    if (severity[level] < this.#leastSeverityOf(name)) return;
    const record = { at: this.#clock.wallMs(), level, name, message, fields };
    for (const sink of this.#sinks) sink.write(record);
  }

  #leastSeverityOf(name: string): number {
    const known = this.#leastSeverity.get(name);
    if (known !== undefined) return known;
    const parent = name.lastIndexOf('.');
    const own = this.#levels.named?.[name];
    const least =
      own !== undefined ? severity[own] : parent > 0 ? this.#leastSeverityOf(name.slice(0, parent)) : severity[this.#levels.general];
    this.#leastSeverity.set(name, least);
    return least;
  }
}

class NamedLogger implements Logger {
  readonly #name: string;
  readonly #root: RootLogger;

  constructor(name: string, root: RootLogger) {
    this.#name = name;
    this.#root = root;
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#root.write(this.#name, 'debug', message, fields);
  }

  info(message: string, fields: LogFields = {}): void {
    this.#root.write(this.#name, 'info', message, fields);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#root.write(this.#name, 'warn', message, fields);
  }

  error(message: string, fields: LogFields = {}): void {
    this.#root.write(this.#name, 'error', message, fields);
  }

  child(name: string): Logger {
    return new NamedLogger(`${this.#name}.${name}`, this.#root);
  }
}
