import { type Core, URI } from 'sip.js';
import type { CallId } from '#shared/calls/call.ts';
import { encodeUserPart } from '#shared/profiles/sip-address.ts';
import { parseUri } from '#shared/sip/parse-uri.ts';
import type { Disposable } from '#shared/util/disposable.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { CallContext } from './call-context.ts';
import { readReplaces } from './core-access.ts';
import { SipCall } from './sip-call.ts';
import type { CallPeerChanged, SipCallEvent } from './sip-line.ts';
import type { WireMessage } from './user-agent.ts';

/** Extensions of RFC 3261 section 20.32 that an INVITE may require of us. */
const understood: ReadonlySet<string> = new Set(['replaces']);

/** So many ended calls are still known by their Call-IDs, so that their ladder can be read. */
const rememberedCalls = 200;

/** The calls of one line, each until its terminal event; hands every INVITE to the call it belongs to. */
export class CallTable implements Disposable {
  readonly callEvents = new Emitter<SipCallEvent>();
  readonly peerChanges = new Emitter<CallPeerChanged>();
  readonly #context: CallContext;
  readonly #calls = new Map<CallId, SipCall>();
  readonly #ended = new Map<CallId, readonly string[]>();

  constructor(context: CallContext) {
    this.#context = context;
  }

  get size(): number {
    return this.#calls.size;
  }

  /** Undefined when the call has ended, perhaps only just now. */
  get(id: CallId): SipCall | undefined {
    return this.#calls.get(id);
  }

  /** Also of a call that ended not long ago. */
  sipCallIds(id: CallId): readonly string[] {
    return this.#calls.get(id)?.sipCallIds ?? this.#ended.get(id) ?? [];
  }

  invite(id: CallId, target: string): void {
    const uri = this.#targetUri(target);
    if (uri === undefined) {
      queueMicrotask(() => this.#emit({ call: id, type: 'failed', error: { code: 'number-invalid', details: { number: target } } }));
      return;
    }
    this.#add(id).startOutgoing(uri, target);
  }

  flowLost(): void {
    this.#forEach((call) => call.flowLost());
  }

  flowReady(): void {
    this.#forEach((call) => call.flowReady());
  }

  /** An INVITE outside of every dialog. Tells of it before it returns. */
  receiveInvite(request: Core.IncomingInviteRequest): void {
    const { message } = request;
    const strange = message
      .getHeaders('Require')
      .flatMap((value) => value.split(','))
      .map((tag) => tag.trim())
      .filter((tag) => tag !== '' && !understood.has(tag.toLowerCase()));
    if (strange.length > 0) {
      request.reject({ statusCode: 420, extraHeaders: [`Unsupported: ${strange.join(', ')}`] });
      return;
    }
    const replaces = message.getHeaders('Replaces');
    if (replaces.length === 0) this.#add(this.#context.random.hex(8)).startIncoming(request);
    else this.#receiveReplaces(request, replaces);
  }

  /** Looks at every message for provisional answers that sip.js throws away. */
  noteMessage(message: WireMessage): void {
    if (message.direction !== 'received') return;
    const status = /^SIP\/2\.0 (1\d\d) /.exec(message.text)?.[1];
    if (status === undefined || status === '100' || namesDialog(message.text)) return;
    this.#forEach((call) => call.ringsWithoutDialog(message.callId, Number(status)));
  }

  dispose(): void {
    this.#forEach((call) => call.dispose());
    this.#calls.clear();
    this.callEvents.dispose();
    this.peerChanges.dispose();
  }

  #forEach(action: (call: SipCall) => void): void {
    for (const call of [...this.#calls.values()]) action(call);
  }

  #add(id: CallId): SipCall {
    const call: SipCall = new SipCall(id, this.#context, {
      event: (news) => this.#emit({ ...news, call: id }),
      peerChanged: (peer) => this.#guarded(() => this.peerChanges.fire({ call: id, peer })),
      over: () => this.#forget(call),
      callbackUri: (remote) =>
        remote.user === undefined ? remote : new URI('sip', remote.user, this.#context.core.configuration.aor.host),
    });
    this.#calls.set(id, call);
    return call;
  }

  #forget(call: SipCall): void {
    this.#calls.delete(call.id);
    this.#ended.set(call.id, call.sipCallIds);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > rememberedCalls && oldest !== undefined) this.#ended.delete(oldest);
  }

  #emit(event: SipCallEvent): void {
    this.#guarded(() => this.callEvents.fire(event));
  }

  /** A listener's fault must not reach into the transaction that tells the news. */
  #guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#context.logger.error('a listener failed', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }

  /** RFC 3891 section 3. Only confirmed dialogs are taken over; nobody may replace what still rings here. */
  #receiveReplaces(request: Core.IncomingInviteRequest, replaces: readonly string[]): void {
    const name = replaces.length === 1 ? readReplaces(replaces[0] ?? '') : undefined;
    if (name === undefined) {
      request.reject({ statusCode: 400 });
      return;
    }
    const call = [...this.#calls.values()].find((candidate) => candidate.owns(name));
    if (call === undefined) request.reject({ statusCode: 481 });
    else if (name.earlyOnly) request.reject({ statusCode: 486 });
    else call.takeOver(request);
  }

  /** @returns undefined when the text is neither a number nor a SIP URI */
  #targetUri(target: string): URI | undefined {
    if (!/^sips?:/i.test(target)) {
      return target === '' ? undefined : new URI('sip', encodeUserPart(target), this.#context.core.configuration.aor.host);
    }
    const uri = parseUri(target);
    return uri?.user === undefined ? undefined : new URI(uri.scheme, uri.user, uri.host, uri.port, Object.fromEntries(uri.parameters));
  }
}

/** Whether a provisional answer has what makes an early dialog of it: a To tag and a Contact. */
function namesDialog(text: string): boolean {
  return /^(?:to|t)\s*:.*;\s*tag\s*=/im.test(text) && /^(?:contact|m)\s*:/im.test(text);
}
