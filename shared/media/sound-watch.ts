import type { RepairCause } from '../calls/call.ts';
import type { MediaStats } from './media.ts';

/** What is expected of a call's sound at the moment of a reading. */
export interface SoundExpectation {
  /** Nobody holds anybody: the far end should be heard, and we should send. */
  readonly talking: boolean;
  /** We can send: the microphone is open. */
  readonly sends: boolean;
  /** The network has just changed: silence is believed sooner. */
  readonly closely: boolean;
  /**
   * A repair is under way; null when there is none. `negotiated`: its present step is in force. `isLocal`: that step concerns nobody
   * but us.
   */
  readonly repair: { readonly cause: RepairCause; readonly negotiated: boolean; readonly isLocal: boolean } | null;
}

/** How long nothing may come before it is silence, in ms; shorter where the path itself is in doubt. */
export const silenceMs = 3_000;
const doubtfulSilenceMs = 1_500;
const closeSilenceMs = 1_000;
/** A far end that came back by itself, without comfort noise announced, leaves pauses: it gets this long. */
const pausingSilenceMs = 10_000;

/** Receiver and sender reports come every five seconds or so (RFC 3550 section 6.2); after this long the far end is gone as well. */
const reportsMs = 12_000;

/** Whoever was heard so lately should be heard again after a repair. */
const latelyMs = 20_000;

/** Nothing that did not help is done again before that, in ms; the pause doubles each time. */
export const pauseMs = 30_000;
const longestPauseMs = 240_000;

/** So many packets in one reading are no stragglers of a path that has died. */
const provingPackets = 5;

/** One alarm, and when it may be raised again if it did not help. */
interface Alarm {
  readonly notBeforeMs: number;
  readonly pauseMs: number;
}

const rested: Alarm = { notBeforeMs: -Infinity, pauseMs };

/**
 * What a call's readings have told so far.
 *
 *   (not standing) --ICE and DTLS stand--> listening --a packet--> hearing --nothing for `silenceMs`--> alarm, once
 *                                             |  nothing for `silenceMs`                        ^          |
 *                                             +--------> alarm, once ---------------------------+--packets-+
 */
export interface SoundWatch {
  readonly received: number;
  readonly sent: number;
  readonly reports: number;
  /** Monotonic times in ms; null: never. */
  readonly stoodAtMs: number | null;
  readonly heardAtMs: number | null;
  readonly answeredAtMs: number | null;
  readonly reportedAtMs: number | null;
  /** Since when something should come, and something should leave. */
  readonly dueSinceMs: number | null;
  readonly sentAtMs: number | null;
  /** Packets that came and left since the reading before. */
  readonly came: number;
  readonly left: number;
  /** Readings of the repair under way in which packets came, without its first: that counts what came before the path died. */
  readonly growths: number;
  /** A check was answered in one of those, or as early as in the first when the repair was negotiated by then. */
  readonly answered: boolean;
  /** Of the repair under way: whether packets alone prove that it helped. */
  readonly wantsPackets: boolean | null;
  /** It fell silent before and came back without anything that could have reached it. */
  readonly leavesPauses: boolean;
  readonly silent: Alarm;
  readonly unsent: Alarm;
}

export const nothingHeard: SoundWatch = {
  received: 0,
  sent: 0,
  reports: 0,
  stoodAtMs: null,
  heardAtMs: null,
  answeredAtMs: null,
  reportedAtMs: null,
  dueSinceMs: null,
  sentAtMs: null,
  came: 0,
  left: 0,
  growths: 0,
  answered: false,
  wantsPackets: null,
  leavesPauses: false,
  silent: rested,
  unsent: rested,
};

export interface SoundVerdict {
  readonly watch: SoundWatch;
  /** What is wrong and was not told before. */
  readonly alarm: Extract<RepairCause, 'path-lost' | 'fell-silent' | 'never-heard' | 'not-sending'> | null;
  /**
   * Sound is back, for certain, and both ways. ICE and DTLS stand, and
   *
   * - packets come: five since the reading before, or some in two readings (Opus sends one in 400 ms while nobody speaks). Where none
   *   are to be expected (a hold on either side, comfort noise, a far end that had sent nothing for long before), the repair must be
   *   negotiated instead;
   * - a check of ours was answered since the repair began: Asterisk may send to us on a path on which it answers nothing, and what we
   *   send is lost. A far end that is silent on a path that stands needs no such proof.
   */
  readonly proved: boolean;
}

/** Takes one reading. `nowMs`: monotonic. */
export function watchSound(before: SoundWatch, stats: MediaStats, expected: SoundExpectation, nowMs: number): SoundVerdict {
  const read = noteReading(before, stats, expected, nowMs);
  if (expected.repair !== null) {
    const { cause, isLocal } = expected.repair;
    const proved = cause === 'not-sending' ? read.left > 0 : isProved(read, before, stats, expected.repair, expected.talking);
    if (!proved) return { watch: read, alarm: null, proved };
    const dueSinceMs = expected.talking ? nowMs : null;
    return { watch: { ...read, dueSinceMs, leavesPauses: read.leavesPauses || (cause === 'fell-silent' && isLocal) }, alarm: null, proved };
  }
  const watch = { ...read, wantsPackets: null };
  const cause = whatIsWrong(watch, stats, expected, nowMs);
  if (cause === 'not-sending') return { watch: { ...watch, unsent: next(watch.unsent, nowMs) }, alarm: cause, proved: false };
  if (cause !== null) return { watch: { ...watch, silent: next(watch.silent, nowMs) }, alarm: cause, proved: false };
  return { watch, alarm: null, proved: false };
}

function noteReading(before: SoundWatch, stats: MediaStats, { talking, sends, repair }: SoundExpectation, nowMs: number): SoundWatch {
  // counters that went back belong to another peer connection
  const isOther = stats.packetsReceived < before.received || stats.packetsSent < before.sent;
  const came = stats.packetsReceived - (isOther ? 0 : before.received);
  const grew = came > 0;
  const left = stats.packetsSent - (isOther ? 0 : before.sent);
  const reported = stats.reportsReceived > (isOther ? 0 : before.reports);
  const stoodAtMs = before.stoodAtMs ?? (stats.connected ? nowMs : null);
  const heardAtMs = grew ? nowMs : before.heardAtMs;
  return {
    received: stats.packetsReceived,
    sent: stats.packetsSent,
    reports: stats.reportsReceived,
    stoodAtMs,
    heardAtMs,
    answeredAtMs: stats.pathAnswers ? nowMs : before.answeredAtMs,
    reportedAtMs: reported ? nowMs : before.reportedAtMs,
    dueSinceMs: talking && stoodAtMs !== null ? (grew ? nowMs : (before.dueSinceMs ?? nowMs)) : null,
    sentAtMs: talking && sends && stoodAtMs !== null ? (left > 0 ? nowMs : (before.sentAtMs ?? nowMs)) : null,
    came,
    left,
    growths: before.wantsPackets === null ? 0 : before.growths + (grew ? 1 : 0),
    answered: repair !== null && (before.answered || (stats.pathAnswers && (before.wantsPackets !== null || repair.negotiated))),
    wantsPackets: repair === null ? null : (before.wantsPackets ?? (heardAtMs !== null && nowMs - heardAtMs < latelyMs && !stats.mayPause)),
    leavesPauses: before.leavesPauses,
    silent: grew ? rested : before.silent,
    unsent: left > 0 ? rested : before.unsent,
  };
}

function isProved(
  watch: SoundWatch,
  before: SoundWatch,
  stats: MediaStats,
  { cause, negotiated }: NonNullable<SoundExpectation['repair']>,
  talking: boolean,
): boolean {
  if (!stats.connected || before.wantsPackets === null) return false;
  const isSilence = cause === 'fell-silent' || cause === 'never-heard';
  if (!watch.answered && !isSilence) return false;
  if (watch.growths >= 2 || watch.came >= provingPackets) return true;
  const wantsPackets = watch.wantsPackets === true && talking;
  return !wantsPackets && negotiated && stats.pathAnswers;
}

function whatIsWrong(watch: SoundWatch, stats: MediaStats, { closely }: SoundExpectation, nowMs: number): SoundVerdict['alarm'] {
  const { dueSinceMs, sentAtMs, heardAtMs, answeredAtMs, reportedAtMs, stoodAtMs, leavesPauses, silent, unsent } = watch;
  if (dueSinceMs !== null && nowMs >= silent.notBeforeMs) {
    const answers = answeredAtMs !== null && answeredAtMs > dueSinceMs;
    const quietMs = nowMs - dueSinceMs;
    const mayBeQuiet = stats.mayPause && nowMs - (reportedAtMs ?? stoodAtMs ?? nowMs) < reportsMs;
    const patience = !stats.connected ? doubtfulSilenceMs : closely && heardAtMs !== null ? closeSilenceMs : silenceMs;
    if (quietMs >= patience && !mayBeQuiet) {
      if (!answers) return 'path-lost';
      if (!leavesPauses || quietMs >= pausingSilenceMs) return heardAtMs === null ? 'never-heard' : 'fell-silent';
    }
  }
  return sentAtMs !== null && nowMs - sentAtMs >= silenceMs && nowMs >= unsent.notBeforeMs ? 'not-sending' : null;
}

function next({ pauseMs: pause }: Alarm, nowMs: number): Alarm {
  return { notBeforeMs: nowMs + pause, pauseMs: Math.min(longestPauseMs, pause * 2) };
}
