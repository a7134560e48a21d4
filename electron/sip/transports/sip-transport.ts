import { Core, EmitterImpl, type Transport, TransportState } from 'sip.js';
import type { ParseFault } from '#shared/sip/message.ts';
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

interface Attached {
  readonly flow: TransportCore;
  readonly peer: string;
}

/**
 * The transport that sip.js sees, over whatever connection is attached at the moment. It never connects or reconnects by itself:
 * that is the registrar's work, so `connect` and `disconnect` succeed without doing anything. What is received goes through our
 * own parser and gate straight into the core; `onMessage`, behind which sip.js would parse, is never called.
 */
export class SipTransport implements Transport {
  readonly stateChange = new EmitterImpl<TransportState>();
  onConnect: (() => void) | undefined;
  onDisconnect: ((error?: Error) => void) | undefined;
  onMessage: ((message: string) => void) | undefined;
  readonly #options: SipTransportOptions;
  #sink: SipTransportSink | undefined;
  #attached: Attached | undefined;
  #protocol: 'WS' | 'WSS' = 'WSS';

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

  attach(flow: TransportCore, peer: string, protocol: 'WS' | 'WSS'): void {
    this.#attached = { flow, peer };
    this.#protocol = protocol;
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
    const attached = this.#attached;
    if (attached === undefined) return Promise.reject(new Core.TransportError('There is no connection to the server.'));
    try {
      this.#write(attached, message);
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(new Core.TransportError(error instanceof Error ? error.message : String(error)));
    }
  }

  /** Takes one frame from the attached flow. Whatever is in it, and whatever its receiver throws, the transport stays usable. */
  receive(bytes: Uint8Array): void {
    try {
      if (isKeepAlive(bytes)) this.#answerKeepAlive(bytes);
      else this.#dispatch(bytes);
    } catch (error) {
      this.#options.logger.error('a received message broke its handler', {
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  }

  #dispatch(bytes: Uint8Array): void {
    const result = parseMessage(bytes);
    if (!result.ok) return this.#refuse(result.fault, bytes);
    const { message } = result;
    this.#record('received', message.callId, bytes);
    if (this.#sink === undefined) return;
    if (message.kind === 'response') {
      const [top, ...others] = message.via;
      // RFC 3261 sections 8.1.3.3 and 18.1.2: not an answer to us
      if (others.length > 0 || top?.host !== this.#sink.core.configuration.viaHost.toLowerCase()) {
        this.#options.logger.warn('response for somebody else dropped', { status: message.status, method: message.cseq.method });
        return;
      }
      this.#sink.core.receiveIncomingResponseFromTransport(new ReceivedResponse(message));
      return;
    }
    takeRequest(this.#sink.core, this.#sink.gate, new ReceivedRequest(message));
  }

  #refuse(fault: ParseFault, bytes: Uint8Array): void {
    this.#record('received', callIdOf(fault.salvaged.headers), bytes);
    this.#options.logger.warn('message not understood', { layer: fault.layer, code: fault.code, method: fault.salvaged.method });
    const answer = faultAnswer(fault, this.#options.random.hex(8), this.#options.userAgentName);
    if (answer !== undefined && this.#attached !== undefined) this.#write(this.#attached, decodeUtf8(answer));
  }

  /** RFC 5626 section 3.5.1: a double line end asks for a single one. */
  #answerKeepAlive(bytes: Uint8Array): void {
    if (bytes.length >= 4) this.#attached?.flow.write('\r\n');
  }

  #write({ flow }: Attached, text: string): void {
    flow.write(text);
    this.#record('sent', /^(?:Call-ID|i)\s*:\s*(.*?)\s*$/im.exec(text)?.[1] ?? '', text);
  }

  /** For the records only: whoever keeps them cannot disturb what is recorded. */
  #record(direction: WireMessage['direction'], callId: string, content: Uint8Array | string): void {
    const { onMessage, logger } = this.#options;
    if (onMessage === undefined) return;
    const text = typeof content === 'string' ? content : decodeUtf8(content);
    try {
      onMessage({ direction, callId, text, peer: this.#attached?.peer ?? '' });
    } catch (error) {
      logger.error('a message could not be recorded', { error: error instanceof Error ? error.message : String(error) });
    }
  }
}

function isKeepAlive(bytes: Uint8Array): boolean {
  return bytes.length <= 4 && bytes.every((byte) => byte === 0x0d || byte === 0x0a);
}

function callIdOf(headers: ParseFault['salvaged']['headers']): string {
  return headers.find((field) => field.name === 'Call-ID')?.value ?? '';
}
