/**
 * One way to reach a client: a WebSocket connection (RFC 5626 calls it a flow), or a robot in this process. Sending on a
 * flow that has closed does nothing.
 */
export interface Flow {
  /** Route token of the flow itself; a registration adds that of the instance. */
  readonly token: string;
  /** IP address that requests come from; written into their Via. */
  readonly remoteAddress: string;
  /** The user who speaks on this flow without having to prove it: robots only. */
  readonly trustedUser: string | undefined;
  readonly isOpen: boolean;
  send(message: Uint8Array): void;
}
