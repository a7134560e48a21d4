import type { CallView } from './call.ts';
import type { Call } from './call-state.ts';

/** What media adds to the view of a call. */
export interface CallMediaFacts {
  readonly codec: string | null;
  readonly quality: CallView['quality'];
  readonly pair: CallView['pair'];
}

/** The call as windows see it: facts without the machine's private ones. */
export function viewOf(call: Call, media: CallMediaFacts): CallView {
  const hasConnected = call.phase === 'connected' || call.phase === 'ending' || call.phase === 'ended';
  const isOver = call.phase === 'ending' || call.phase === 'ended';
  return {
    id: call.id,
    direction: call.direction,
    phase: call.phase,
    remote: call.remote,
    redirectedBy: call.redirectedBy,
    startedAt: call.startedAt,
    connectedAt: hasConnected ? call.connectedAt : null,
    endedAt: call.phase === 'ended' ? call.endedAt : null,
    muted: call.muted,
    hold: call.hold,
    repairingSince: call.phase === 'connected' && call.repair !== null ? call.repair.since : null,
    microphoneError: call.microphoneError,
    endReason: isOver ? call.reason : null,
    codec: media.codec,
    quality: media.quality,
    pair: media.pair,
    sentDigits: call.sentDigits,
  };
}
