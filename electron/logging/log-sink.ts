import type { LogRecord } from '#shared/logging/format-line.ts';

/** Where log records end up. A sink never throws and never waits: logging must not change what the app does. */
export interface LogSink {
  write(record: LogRecord): void;
}
