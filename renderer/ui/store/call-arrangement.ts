import type { CallView } from '#shared/calls/call.ts';

/** One thing in the dock. */
export type DockItem =
  | { readonly kind: 'incoming'; readonly id: string; readonly call: CallView }
  /** `slim`: on hold beside another call, so one line is enough. */
  | { readonly kind: 'call'; readonly id: string; readonly call: CallView; readonly slim: boolean }
  /** Somebody is asked on behalf of a caller who waits. */
  | { readonly kind: 'consultation'; readonly id: string; readonly caller: CallView; readonly consultation: CallView }
  | { readonly kind: 'conference'; readonly id: string; readonly members: readonly CallView[] };

/** A call that asks somebody, and the call on whose behalf it does. */
export interface Consultation {
  readonly consultation: CallView;
  readonly caller: CallView;
}

/** What is to be drawn: what rings first, then the others in call order, with what belongs together drawn together. */
export function arrangeCalls(calls: readonly CallView[]): DockItem[] {
  const members = conferenceMembers(calls);
  const consultations = consultationsOf(calls);
  const items: DockItem[] = [];
  const drawn = new Set<string>();
  const put = (item: DockItem, ...parts: readonly CallView[]): void => {
    items.push(item);
    for (const { id } of parts) drawn.add(id);
  };

  for (const call of calls) if (call.phase === 'ringing-in') put({ kind: 'incoming', id: call.id, call }, call);
  const several = calls.length - drawn.size > 1;
  for (const call of calls) {
    if (drawn.has(call.id)) continue;
    const pair = consultations.find(
      ({ consultation, caller }) => (consultation === call || caller === call) && !drawn.has(consultation.id) && !drawn.has(caller.id),
    );
    if (members.includes(call)) {
      put({ kind: 'conference', id: 'conference', members }, ...members);
    } else if (pair !== undefined) {
      put({ kind: 'consultation', id: pair.consultation.id, ...pair }, pair.caller, pair.consultation);
    } else {
      put({ kind: 'call', id: call.id, call, slim: several && call.phase === 'connected' && call.hold.local }, call);
    }
  }
  return items;
}

/** The calls that are mixed on this computer, in call order. */
export function conferenceMembers(calls: readonly CallView[]): readonly CallView[] {
  return calls.filter((call) => call.inConference && isLive(call));
}

/** Consultations whose caller is still there, and waits for nobody else: members of a conference do not. */
export function consultationsOf(calls: readonly CallView[]): readonly Consultation[] {
  return calls.flatMap((consultation) => {
    if (consultation.consultationFor === null || consultation.inConference || !isLive(consultation)) return [];
    const caller = calls.find(({ id }) => id === consultation.consultationFor);
    return caller !== undefined && caller !== consultation && !caller.inConference && isLive(caller) ? [{ consultation, caller }] : [];
  });
}

/** A call that was made or taken and is not over. */
function isLive(call: CallView): boolean {
  return !isOver(call) && call.phase !== 'ending' && call.phase !== 'ringing-in';
}

/** Nobody is at the other end any more. */
export function isOver({ phase }: CallView): boolean {
  return phase === 'ended' || phase === 'referred';
}
