import type { CallId } from '#shared/calls/call.ts';
import { type Call, type CallEffect, type CallEvent, type DeadlineName, deadlineNames } from '#shared/calls/call-state.ts';
import { historyOfCall } from '#shared/calls/history-of-call.ts';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { reportOf } from '#shared/errors/app-error.ts';
import { assert, unreachable } from '#shared/util/assert.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { MediaPort } from '../media/media-port.ts';
import type { SipLine } from '../sip/sip-line.ts';

export interface EffectRunnerOptions {
  readonly media: MediaPort;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Volume of ringing, 0 to 1. */
  readonly ringVolume: () => number;
  readonly writeHistory: (entry: HistoryEntry) => void;
  /** Where the news of an effect goes. */
  readonly report: (id: CallId, event: CallEvent) => void;
}

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
    for (const name of deadlineNames) this.#clear(id, name);
  }

  /** @param target what was dialled; needed for `send-invite` only */
  run(call: Call, effects: readonly CallEffect[], line: SipLine, target: string | null): void {
    for (const effect of effects) this.#perform(call, effect, line, target);
  }

  dispose(): void {
    for (const deadline of this.#deadlines.values()) deadline.dispose();
    this.#deadlines.clear();
    this.#peers.clear();
  }

  #perform(call: Call, effect: CallEffect, line: SipLine, target: string | null): void {
    const { media, logger, ringVolume, writeHistory, report } = this.#options;
    const peer = this.peerOf(call.id);
    switch (effect.type) {
      case 'send-invite':
        assert(target !== null, 'a dialled call has a target');
        return line.invite(call.id, target);
      case 'send-ringing':
        return line.sendRinging(call.id);
      case 'accept':
        return line.accept(call.id);
      case 'reject':
        return line.reject(call.id, effect.status);
      case 'hang-up-sip':
        return line.hangUp(call.id);
      case 'hold-sip':
        return line.setHold(call.id, effect.held);
      case 'send-digits':
        return line.sendDtmf(call.id, effect.digits);
      case 'repair-sip':
        return line.repair(call.id, effect.strategy);
      case 'start-audio':
        media.startAudio(peer).catch((error: unknown) => {
          logger.warn('The sound of a call could not be opened', { call: call.id, error: String(error) });
          report(call.id, { type: 'microphone-failed', error: reportOf(error) });
        });
        return;
      case 'apply-muted':
        media.setMuted(peer, effect.muted).catch((error: unknown) => logger.warn('Muting failed', { call: call.id, error: String(error) }));
        return;
      case 'start-tone':
        return media.startTone(call.id, effect.tone, effect.tone === 'ring' ? ringVolume() : 0.5);
      case 'stop-tone':
        return media.stopTone(call.id);
      case 'set-deadline':
        return this.#set(call.id, effect.name, effect.afterMs, line);
      case 'clear-deadline':
        return this.#clear(call.id, effect.name);
      case 'write-history':
        assert(call.phase === 'ended', 'history is written at the end');
        return writeHistory(historyOfCall(call, line.account.id));
      default:
        return unreachable(effect, 'call effect');
    }
  }

  #set(id: CallId, name: DeadlineName, afterMs: number, line: SipLine): void {
    this.#clear(id, name);
    const key = `${id} ${name}`;
    const deadline = this.#options.clock.schedule(afterMs, () => {
      this.#deadlines.delete(key);
      this.#options.report(id, { type: 'deadline', name, farEndProduct: line.farEndProduct(id) });
    });
    this.#deadlines.set(key, deadline);
  }

  #clear(id: CallId, name: DeadlineName): void {
    const key = `${id} ${name}`;
    this.#deadlines.get(key)?.dispose();
    this.#deadlines.delete(key);
  }
}
