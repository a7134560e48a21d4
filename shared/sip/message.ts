/**
 * A SIP message as our parser delivers it (RFC 3261 section 7). Header values are unfolded and trimmed but otherwise as
 * received; names are canonical ("Call-ID", "Via", compact forms expanded). `Typed` headers are parsed once.
 */
export interface SipUri {
  /** Lower case: `sip`, `sips`, `tel`, or whatever stood there. */
  readonly scheme: string;
  /** User part, still percent-encoded; undefined when absent. */
  readonly user: string | undefined;
  /** Host in lower case, IPv6 literals with their brackets; empty for `tel` and unknown schemes. */
  readonly host: string;
  readonly port: number | undefined;
  /** Names in lower case, names and values percent-decoded; a parameter without a value maps to null. */
  readonly parameters: ReadonlyMap<string, string | null>;
  /** URI headers (after `?`), names as received, values percent-decoded. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** The URI exactly as received. */
  readonly text: string;
}

/** From, To, Contact, Refer-To, P-Asserted-Identity ... : name-addr or addr-spec with header parameters. */
export interface NameAddress {
  /** Unquoted and unescaped; empty when absent. */
  readonly displayName: string;
  readonly uri: SipUri;
  /** Names in lower case, values unquoted; a parameter without a value maps to null. */
  readonly parameters: ReadonlyMap<string, string | null>;
}

export interface ViaHeader {
  /** `UDP`, `TCP`, `TLS`, `WS`, `WSS`: upper case. */
  readonly transport: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly branch: string | undefined;
  readonly parameters: ReadonlyMap<string, string | null>;
}

export interface HeaderField {
  /** Canonical name. */
  readonly name: string;
  readonly value: string;
}

interface MessageBase {
  readonly headers: readonly HeaderField[];
  readonly via: readonly ViaHeader[];
  readonly from: NameAddress;
  readonly to: NameAddress;
  /** Empty for `Contact: *`; see `contactStar`. */
  readonly contacts: readonly NameAddress[];
  readonly contactStar: boolean;
  readonly callId: string;
  readonly cseq: { readonly sequence: number; readonly method: string };
  readonly body: Uint8Array;
}

export interface SipRequest extends MessageBase {
  readonly kind: 'request';
  /** Case-sensitive, as received (RFC 3261 section 7.1). */
  readonly method: string;
  readonly uri: SipUri;
}

export interface SipResponse extends MessageBase {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
}

export type SipMessage = SipRequest | SipResponse;

/** Where a message failed: bytes could not be cut into a message, a header could not be read, or the whole makes no sense. */
export type FaultLayer = 'framing' | 'header' | 'validation';

export interface ParseFault {
  readonly layer: FaultLayer;
  /** Stable code, e.g. `start-line-too-long`, `header-missing`, `cseq-mismatch`. */
  readonly code: string;
  /** One sentence for the log. */
  readonly message: string;
  /** Status that a UAS should answer with (400, 416, 505 ...); undefined when no answer may be sent (responses, ACK) or can be (no start line, no Via). */
  readonly answerStatus: number | undefined;
  /** What could still be read, so that an answer can be built (RFC 3261 section 8.2.6): raw header fields and, if known, the method. */
  readonly salvaged: {
    readonly kind: 'request' | 'response' | 'unknown';
    readonly method: string | undefined;
    readonly headers: readonly HeaderField[];
  };
}

export type ParseResult = { readonly ok: true; readonly message: SipMessage } | { readonly ok: false; readonly fault: ParseFault };
