import type { MediaStats } from '#shared/media/media.ts';
import { audioSectionOf } from '#shared/media/session-description.ts';
import { noTotals, readStats, type StatsEntry, type StatsTotals } from '#shared/media/stats-reading.ts';

/** Reads the statistics of one connection; rates are against the reading before. */
export class StatsReader {
  readonly #connection: RTCPeerConnection;
  #totals: StatsTotals = noTotals;

  constructor(connection: RTCPeerConnection) {
    this.#connection = connection;
  }

  async read(): Promise<MediaStats> {
    const report = await this.#connection.getStats();
    const entries: StatsEntry[] = [];
    report.forEach((entry: StatsEntry) => entries.push(entry));
    const { stats, totals } = readStats(entries, this.#totals);
    this.#totals = totals;
    const farEnd = this.#connection.currentRemoteDescription?.sdp ?? '';
    return { ...stats, mayPause: audioSectionOf(farEnd)?.codecs.includes('cn') === true };
  }
}
