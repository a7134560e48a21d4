// Free of zod, so that the sandboxed preload stays a few lines long.
import type { ErrorReport } from '../errors/app-error.ts';

/** Channel names of the media window's two directions. */
export const mediaChannels = { toWindow: 'media:to-window', toMain: 'media:to-main' } as const;

/** Main asks; `number` pairs the reply with it. */
export interface MediaRequestMessage {
  readonly kind: 'request';
  readonly number: number;
  readonly name: string;
  readonly params: unknown;
}

export type MediaReplyMessage = { readonly kind: 'reply'; readonly number: number } & (
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: ErrorReport }
);

export interface MediaEventMessage {
  readonly kind: 'event';
  readonly name: string;
  readonly value: unknown;
}

/** The one object that the media preload exposes, as `window.commute`. Requests come from main here, unlike in the UI's windows. */
export interface MediaBridge {
  /** Sets the one handler of main's messages; a later call replaces it. */
  onRequest(handler: (message: unknown) => void): void;
  /** A reply or an event for main, which validates it. */
  send(message: MediaReplyMessage | MediaEventMessage): void;
}
