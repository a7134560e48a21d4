import type { CallView, Roster } from './call.ts';
import { isLive } from './call-policy.ts';
import type { Call, ConnectedCall, TransferUnderWay } from './call-state.ts';

/** What stands beside the machine in the view of a call: media's news, and the roster of a server's conference. */
export interface CallMediaFacts {
  readonly codec: string | null;
  readonly quality: CallView['quality'];
  readonly pair: CallView['pair'];
}

/** The call as windows see it: facts without the machine's private ones. */
export function viewOf(call: Call, media: CallMediaFacts, roster: Roster | null): CallView {
  const talk = call.phase === 'connected' ? call : null;
  const end = isLive(call) ? null : call;
  return {
    id: call.id,
    direction: call.direction,
    phase: call.phase,
    remote: call.remote,
    redirectedBy: call.redirectedBy,
    calledAs: call.calledAs,
    dialled: call.dialled,
    emergency: call.emergency,
    anonymous: call.anonymous,
    autoAnswered: call.autoAnswered,
    consultationFor: call.consultationFor,
    transfer: talk?.transfer ? transferView(talk.transfer) : null,
    referral: (call.phase === 'referred' ? call : talk)?.referral ?? null,
    inConference: call.conference !== null,
    silenced: call.conference?.silenced ?? false,
    roster,
    recordingSince: talk?.recording?.since ?? null,
    trouble: call.trouble,
    startedAt: call.startedAt,
    connectedAt: talk?.connectedAt ?? end?.connectedAt ?? null,
    endedAt: end === null || end.phase === 'ending' ? null : end.endedAt,
    muted: call.muted,
    hold: call.hold,
    repairingSince: talk?.repair?.since ?? null,
    repair: talk === null ? null : repairView(talk),
    repairs: [...call.repairs],
    microphoneError: call.microphoneError,
    endReason: end?.reason ?? null,
    codec: media.codec,
    quality: media.quality,
    pair: media.pair,
    sentDigits: call.sentDigits,
  };
}

function repairView({ repair, reachable }: ConnectedCall): CallView['repair'] {
  if (repair === null) return null;
  const { since, step, attempt } = repair;
  return { since, step, attempt: step === null ? 0 : attempt + 1, offline: !reachable };
}

function transferView({ to, target, stage }: TransferUnderWay): CallView['transfer'] {
  if (stage === 'failed') return null;
  const consultation = target.kind === 'attended' ? target.call : null;
  return { to, consultation, progress: stage === 'holding' ? 'asked' : stage };
}
