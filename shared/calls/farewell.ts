import type { EndedCall } from './call-state.ts';

export type FarewellTone = 'busy' | 'ended';

/** The sound that tells a person, who looks elsewhere, how the call ended; null for silence. */
export function farewellTone(call: EndedCall): FarewellTone | null {
  if (call.direction === 'incoming' && call.connectedAt === null) return null;
  switch (call.reason.kind) {
    case 'busy':
    case 'not-answered':
    case 'failed':
      return 'busy';
    case 'declined':
      return call.reason.by === 'remote' ? 'busy' : null;
    case 'hung-up':
      return call.reason.by === 'remote' ? 'ended' : null;
    default:
      return null;
  }
}

/** How long it plays, in ms. */
export const farewellMs = { busy: 2_500, ended: 600 } as const satisfies Record<FarewellTone, number>;
