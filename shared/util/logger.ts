export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Values that may stand beside a log line. Secrets are removed by the sink, but do not hand them over to begin with. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** A named logger. Messages are plain sentences or event names; data goes into `fields`. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger whose name is `parent.name`. */
  child(name: string): Logger;
}

/** Swallows everything; for tests that do not look at logs. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};
