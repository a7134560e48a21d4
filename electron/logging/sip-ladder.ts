import { AppError } from '#shared/errors/app-error.ts';
import { formatLadder, type LadderMessage } from '#shared/logging/format-ladder.ts';
import { redact } from '#shared/logging/redact.ts';
import { redactForExport } from '#shared/logging/redact-for-export.ts';

export interface PassedMessage extends LadderMessage {
  readonly callId: string;
}

export interface SipLadderLimits {
  readonly calls: number;
  readonly messagesPerCall: number;
  readonly charactersPerMessage: number;
  readonly characters: number;
}

const defaultLimits: SipLadderLimits = { calls: 200, messagesPerCall: 200, charactersPerMessage: 16 * 1024, characters: 16 * 1024 * 1024 };

/** Of a long call, how it began explains most: that many first messages stay, the rest are the newest ones. */
const keptFirst = 50;

interface RecordedCall {
  readonly messages: LadderMessage[];
  characters: number;
  omitted: number;
}

/**
 * The SIP messages of the latest calls and registrations, in memory only and within fixed bounds. Secrets are removed when a message
 * comes in, so nothing here can leak them later.
 */
export class SipLadder {
  readonly #limits: SipLadderLimits;
  /** In order of their latest message. */
  readonly #calls = new Map<string, RecordedCall>();
  #characters = 0;

  constructor(limits: Partial<SipLadderLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** The Call-IDs at hand; the one with the latest message comes last. */
  get callIds(): readonly string[] {
    return [...this.#calls.keys()];
  }

  record({ callId, direction, at, peer, text }: PassedMessage): void {
    const call = this.#calls.get(callId) ?? { messages: [], characters: 0, omitted: 0 };
    this.#calls.delete(callId);
    this.#calls.set(callId, call);
    this.#add(call, { direction, at, peer, text: this.#shorten(redact(text)) });
    while (this.#calls.size > this.#limits.calls || (this.#characters > this.#limits.characters && this.#calls.size > 1))
      this.#forgetOldest();
  }

  /**
   * The ladder diagram of one Call-ID and its messages.
   * @param forExport also takes out numbers and names, for text that leaves the computer
   * @throws AppError `call-unknown` when nothing (any more) is known of it
   */
  ladder(callId: string, { forExport = false }: { forExport?: boolean } = {}): string {
    const call = this.#calls.get(callId);
    if (call === undefined) throw new AppError('call-unknown', { details: { callId } });
    const messages = forExport ? call.messages.map((message) => ({ ...message, text: redactForExport(message.text) })) : call.messages;
    return formatLadder({ callId, messages, omitted: call.omitted, omittedBefore: this.#firstKept() });
  }

  #add(call: RecordedCall, message: LadderMessage): void {
    call.messages.push(message);
    this.#count(call, message.text.length);
    if (call.messages.length <= this.#limits.messagesPerCall) return;
    const [dropped] = call.messages.splice(this.#firstKept(), 1);
    if (dropped !== undefined) this.#count(call, -dropped.text.length);
    call.omitted++;
  }

  #count(call: RecordedCall, characters: number): void {
    call.characters += characters;
    this.#characters += characters;
  }

  #firstKept(): number {
    return Math.min(keptFirst, Math.floor(this.#limits.messagesPerCall / 2));
  }

  #shorten(text: string): string {
    const limit = this.#limits.charactersPerMessage;
    return text.length <= limit ? text : `${text.slice(0, limit)}\n[${text.length - limit} more characters were not kept]`;
  }

  #forgetOldest(): void {
    for (const [callId, call] of this.#calls) {
      this.#characters -= call.characters;
      this.#calls.delete(callId);
      return;
    }
  }
}
