import { Core, EmitterImpl, type Transport, TransportState } from 'sip.js';
import type { ParseFault, SipRequest, SipResponse } from '#shared/sip/message.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import { decodeUtf8 } from '#shared/sip/text-codec.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import { ReceivedRequest, ReceivedResponse } from '../message-builder.ts';
import { takeRequest } from '../request-intake.ts';
import { faultAnswer } from './fault-answer.ts';
import type { GateContext } from './request-gate.ts';
import type { TransportCore } from './transport-core.ts';

/** One SIP message as it crossed the wire. */
export interface WireMessage {
  readonly direction: 'sent' | 'received';
  readonly callId: string;
  readonly text: string;
  /** `host:port` of the server. */
  readonly peer: string;
}

export interface SipTransportOptions {
  readonly logger: Logger;
  readonly random: Random;
  readonly userAgentName: string;
  readonly onMessage: ((message: WireMessage) => void) | undefined;
}

/** Where messages go once they are read. */
export interface SipTransportSink {
  readonly core: Core.UserAgentCore;
  readonly gate: GateContext;
}

/** One connection, as messages go over it. */
export interface SipChannel {
  readonly flow: TransportCore;
  /** `host:port` of the server. */
  readonly peer: string;
  readonly protocol: 'WS' | 'WSS';
  /** Takes the answers to REGISTERs, which are no business of the core's. */
  readonly registration: { receive(response: SipResponse): void };
}

/** Requests that are still to be answered over the connection they came by; older ones are forgotten. */
const mostOrigins = 256;

/**
 * The transport that sip.js sees, over whatever connection is attached at the moment. It never connects or reconnects by itself:
 * that is the registrar's work, so `connect` and `disconnect` succeed without doing anything. What is received, over the attached
 * connection or another one, goes through our own parser and gate straight into the core; `onMessage`, behind which sip.js would
 * parse, is never called. Requests leave by the attached connection, answers by the one that brought the request, as long as it stands
 * (RFC 3261 section 18.2.2).
 */
export class SipTransport implements Transport {
  readonly stateChange = new EmitterImpl<TransportState>();
  onConnect: (() => void) | undefined;
  onDisconnect: ((error?: Error) => void) | undefined;
  onMessage: ((message: string) => void) | undefined;
  readonly #options: SipTransportOptions;
  #sink: SipTransportSink | undefined;
  #attached: SipChannel | undefined;
  #protocol: 'WS' | 'WSS' = 'WSS';
  /** By the topmost Via of the request. */
  readonly #origins = new Map<string, SipChannel>();

  constructor(options: SipTransportOptions) {
    this.#options = options;
  }

  /** As it stands in Via (RFC 7118 section 5.2). */
  get protocol(): string {
    return this.#protocol;
  }

  get state(): TransportState {
    return this.#attached === undefined ? TransportState.Disconnected : TransportState.Connected;
  }

  /** Must be called once before anything is received. */
  bind(sink: SipTransportSink): void {
    this.#sink = sink;
  }

  attach(channel: SipChannel): void {
    this.#attached = channel;
    this.#protocol = channel.protocol;
    this.stateChange.emit(TransportState.Connected);
    this.onConnect?.();
  }

  detach(): void {
    if (this.#attached === undefined) return;
    this.#attached = undefined;
    this.stateChange.emit(TransportState.Disconnected);
    this.onDisconnect?.();
  }

  connect(): Promise<void> {
    return Promise.resolve();
  }

  disconnect(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    this.detach();
    return Promise.resolve();
  }

  isConnected(): boolean {
    return this.#attached !== undefined;
  }

  send(message: string): Promise<void> {
    const channel = this.#channelFor(message);
    if (channel === undefined) return Promise.reject(new Core.TransportError('There is no connection to the server.'));
    try {
      this.write(channel, message);
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(new Core.TransportError(error instanceof Error ? error.message : String(error)));
    }
  }

  /** Writes over one connection, attached or not. Throws when it is gone. */
  write(channel: SipChannel, message: string | Uint8Array): void {
    const text = typeof message === 'string' ? message : decodeUtf8(message);
    channel.flow.write(text);
    this.#record('sent', /^(?:Call-ID|i)\s*:\s*(.*?)\s*$/im.exec(text)?.[1] ?? '', text, channel);
  }

  /** Takes one frame from a connection. Whatever is in it, and whatever its receiver throws, the transport stays usable. */
  receive(bytes: Uint8Array, channel: SipChannel): void {
    try {
      // RFC 5626 section 3.5.1: a double line end asks for a single one
      if (!isKeepAlive(bytes)) this.#dispatch(bytes, channel);
      else if (bytes.length >= 4) channel.flow.write('\r\n');
    } catch (error) {
      this.#options.logger.error('a received message broke its handler', {
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  }

  #dispatch(bytes: Uint8Array, channel: SipChannel): void {
    const result = parseMessage(bytes);
    if (!result.ok) return this.#refuse(result.fault, bytes, channel);
    const { message } = result;
    this.#record('received', message.callId, bytes, channel);
    if (this.#sink === undefined) return;
    if (message.kind === 'response') return this.#takeResponse(this.#sink, message, channel);
    this.#noteOrigin(message, channel);
    takeRequest(this.#sink.core, this.#sink.gate, new ReceivedRequest(message));
  }

  #takeResponse({ core }: SipTransportSink, message: SipResponse, channel: SipChannel): void {
    const [top, ...others] = message.via;
    // RFC 3261 sections 8.1.3.3 and 18.1.2: not an answer to us
    if (others.length > 0 || top?.host !== core.configuration.viaHost.toLowerCase()) {
      this.#options.logger.warn('response for somebody else dropped', { status: message.status, method: message.cseq.method });
      return;
    }
    if (message.cseq.method === 'REGISTER') channel.registration.receive(message);
    else core.receiveIncomingResponseFromTransport(new ReceivedResponse(message));
  }

  #noteOrigin(request: SipRequest, channel: SipChannel): void {
    const key = originKey(request.via[0]?.branch ?? '');
    this.#origins.delete(key);
    this.#origins.set(key, channel);
    for (const oldest of this.#origins.keys()) {
      if (this.#origins.size <= mostOrigins) break;
      this.#origins.delete(oldest);
    }
  }

  #channelFor(message: string): SipChannel | undefined {
    if (!message.startsWith('SIP/2.0 ')) return this.#attached;
    const branch = /^Via\s*:[^\r\n]*?;\s*branch\s*=\s*([^;,\s]+)/im.exec(message)?.[1] ?? '';
    const origin = this.#origins.get(originKey(branch));
    return origin?.flow.state === 'connected' ? origin : this.#attached;
  }

  #refuse(fault: ParseFault, bytes: Uint8Array, channel: SipChannel): void {
    this.#record('received', callIdOf(fault.salvaged.headers), bytes, channel);
    this.#options.logger.warn('message not understood', { layer: fault.layer, code: fault.code, method: fault.salvaged.method });
    const answer = faultAnswer(fault, this.#options.random.hex(8), this.#options.userAgentName);
    if (answer !== undefined) this.write(channel, answer);
  }

  /** For the records only: whoever keeps them cannot disturb what is recorded. */
  #record(direction: WireMessage['direction'], callId: string, content: Uint8Array | string, { peer }: SipChannel): void {
    const { onMessage, logger } = this.#options;
    if (onMessage === undefined) return;
    const text = typeof content === 'string' ? content : decodeUtf8(content);
    try {
      onMessage({ direction, callId, text, peer });
    } catch (error) {
      logger.error('a message could not be recorded', { error: error instanceof Error ? error.message : String(error) });
    }
  }
}

function isKeepAlive(bytes: Uint8Array): boolean {
  return bytes.length <= 4 && bytes.every((byte) => byte === 0x0d || byte === 0x0a);
}

function originKey(branch: string): string {
  return branch.toLowerCase();
}

function callIdOf(headers: ParseFault['salvaged']['headers']): string {
  return headers.find((field) => field.name === 'Call-ID')?.value ?? '';
}
