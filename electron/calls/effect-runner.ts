import type { CallId } from '#shared/calls/call.ts';
import { nameOfParty } from '#shared/calls/call-facts.ts';
import {
  type Call,
  type CallEffect,
  type CallEvent,
  type CallTone,
  type DeadlineName,
  deadlineNames,
  type OverCall,
} from '#shared/calls/call-state.ts';
import { draftOfCall, historyOfCall } from '#shared/calls/history-of-call.ts';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { reportOf } from '#shared/errors/app-error.ts';
import { assert, unreachable } from '#shared/util/assert.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { MediaPort } from '../media/media-port.ts';
import type { InviteOptions, SipLine } from '../sip/sip-line.ts';
import type { CallRecordings } from './call-recordings.ts';
import type { CallJournal } from './ports.ts';
import type { RingWatch } from './ring-watch.ts';

export interface EffectRunnerOptions {
  readonly media: MediaPort;
  readonly recordings: CallRecordings;
  readonly rings: RingWatch;
  readonly journal: CallJournal;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Volume of ringing, 0 to 1. */
  readonly ringVolume: () => number;
  /** How a call was heard over all. */
  readonly heard: (id: CallId) => HistoryEntry['quality'];
  /** Whether a TURN server is set up. */
  readonly hasRelay: () => boolean;
  /** Where the news of an effect goes. */
  readonly report: (id: CallId, event: CallEvent) => void;
}

/** The call as it is after the step that ordered the effects, and what it was begun with. */
export interface Ordered {
  readonly call: Call;
  readonly line: SipLine;
  /** Needed for `send-invite` only. */
  readonly invite: { readonly target: string; readonly options: InviteOptions } | null;
}

const redirectionOf = { always: 'unconditional', busy: 'user-busy', 'no-answer': 'no-answer', 'by-hand': 'deflection' } as const;

const toneVolume = 0.5;

/** Performs what the call machine orders. Decides nothing; what goes wrong comes back as an event of the call. */
export class EffectRunner implements Disposable {
  readonly #options: EffectRunnerOptions;
  readonly #deadlines = new Map<string, Disposable>();
  readonly #peers = new Map<CallId, string>();

  constructor(options: EffectRunnerOptions) {
    this.#options = options;
  }

  /** The peer connection that serves a call now. */
  peerOf(id: CallId): string {
    return this.#peers.get(id) ?? id;
  }

  callOfPeer(peer: string): CallId {
    for (const [id, served] of this.#peers) if (served === peer) return id;
    return peer;
  }

  setPeer(id: CallId, peer: string): void {
    this.#peers.set(id, peer);
  }

  /** Forgets everything kept for a call that is gone. */
  release(id: CallId): void {
    this.#peers.delete(id);
    this.#options.recordings.release(id);
    this.#options.rings.release(id);
    for (const name of deadlineNames) this.#clear(id, name);
  }

  run({ call, line, invite }: Ordered, effects: readonly CallEffect[]): void {
    const ordered: Ordered = { call, line, invite };
    for (const effect of effects) this.#perform(ordered, effect);
  }

  dispose(): void {
    for (const deadline of this.#deadlines.values()) deadline.dispose();
    this.#deadlines.clear();
    this.#peers.clear();
  }

  #perform({ call, line, invite }: Ordered, effect: CallEffect): void {
    const { media, recordings, rings, journal, clock } = this.#options;
    const { id } = call;
    switch (effect.type) {
      case 'send-invite':
        assert(invite !== null, 'a dialled call has a target');
        return line.invite(id, invite.target, invite.options);
      case 'send-ringing':
        return line.sendRinging(id);
      case 'accept':
        return line.accept(id);
      case 'reject':
        return line.reject(id, effect.status);
      case 'redirect':
        return line.redirect(id, effect.target, redirectionOf[effect.why]);
      case 'hang-up-sip':
        return line.hangUp(id);
      case 'hold-sip':
        return line.setHold(id, effect.held);
      case 'send-digits':
        return line.sendDtmf(id, effect.digits, effect.by);
      case 'refer':
        return line.refer(id, effect.to);
      case 'send-referral-answer':
        return line.answerReferral(id, effect.accept);
      case 'repair-sip':
        return line.repair(id, effect.strategy);
      case 'reopen-audio':
        return this.#attempt('The sound of a call was not opened anew', id, media.reopenAudio(this.peerOf(id)));
      case 'start-audio':
        return this.#startAudio(id);
      case 'apply-muted':
        return this.#attempt('Muting failed', id, media.setMuted(this.peerOf(id), effect.muted));
      case 'start-tone':
        return this.#startTone(id, effect.tone);
      case 'stop-tone':
        return media.stopTone(id);
      case 'play-tone':
        return media.startTone(`${id} ${effect.tone}`, effect.tone, toneVolume);
      case 'start-recording':
        return recordings.begin(id, nameOfParty(call.remote), this.peerOf(id));
      case 'move-recording':
        return recordings.move(id, this.peerOf(id));
      case 'stop-recording':
        return recordings.end(id);
      case 'set-deadline':
        return this.#set(id, effect.name, effect.afterMs, line);
      case 'clear-deadline':
        return this.#clear(id, effect.name);
      case 'write-draft':
        assert(call.phase !== 'ended' && call.phase !== 'referred', 'a draft is of a call that goes on');
        return journal.open(draftOfCall(call, { accountId: line.account.id, ring: rings.recordOf(id) }, clock.wallMs()));
      case 'write-history':
        assert(call.phase === 'ended' || call.phase === 'referred', 'history is written at the end');
        return this.#writeHistory(call, line.account.id);
      default:
        return unreachable(effect, 'call effect');
    }
  }

  #startTone(id: CallId, tone: CallTone): void {
    const { media, rings, ringVolume } = this.#options;
    const volume = tone === 'ring' ? ringVolume() : toneVolume;
    rings.toneOrdered(id, tone, volume);
    media.startTone(id, tone, volume);
  }

  #startAudio(id: CallId): void {
    const { media, logger, report } = this.#options;
    media.startAudio(this.peerOf(id)).catch((error: unknown) => {
      logger.warn('The sound of a call could not be opened', { call: id, error: String(error) });
      report(id, { type: 'microphone-failed', error: reportOf(error) });
    });
  }

  #writeHistory(call: OverCall, accountId: string): void {
    const { journal, recordings, rings, heard } = this.#options;
    const recording = recordings.pathOf(call.id);
    const entry = historyOfCall(call, { accountId, quality: heard(call.id), recording, ring: rings.recordOf(call.id) });
    journal.close(entry);
    if (recording === null) return;
    // Its file is still being closed, and may turn out to have nothing in it.
    const correct = async (): Promise<void> => {
      const path = await recordings.settled(call.id);
      if (path !== recording) journal.close({ ...entry, recording: path });
    };
    this.#attempt('The recording of a call was not noted', call.id, correct());
  }

  #attempt(trouble: string, id: CallId, work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#options.logger.warn(trouble, { call: id, error: String(error) }));
  }

  #set(id: CallId, name: DeadlineName, afterMs: number, line: SipLine): void {
    this.#clear(id, name);
    const key = `${id} ${name}`;
    const deadline = this.#options.clock.schedule(afterMs, () => {
      this.#deadlines.delete(key);
      const means = { farEndProduct: line.farEndProduct(id), hasRelay: this.#options.hasRelay() };
      this.#options.report(id, { type: 'deadline', name, means });
    });
    this.#deadlines.set(key, deadline);
  }

  #clear(id: CallId, name: DeadlineName): void {
    const key = `${id} ${name}`;
    this.#deadlines.get(key)?.dispose();
    this.#deadlines.delete(key);
  }
}
