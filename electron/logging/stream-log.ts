import { formatLine, type LogRecord } from '#shared/logging/format-line.ts';
import type { LogSink } from './log-sink.ts';

/** Log lines, secrets removed, on a stream such as `process.stderr`. The stream stays its owner's. */
export class StreamLog implements LogSink {
  readonly #stream: { write(text: string): unknown };

  constructor(stream: { write(text: string): unknown }) {
    this.#stream = stream;
  }

  write(record: LogRecord): void {
    this.#stream.write(`${formatLine(record)}\n`);
  }
}
