import { BellRing, MessageSquareText, Phone, PhoneIncoming, X, type LucideIcon } from 'lucide-react';
import type { LineState } from '#shared/people/line-state.ts';
import type { Callback } from '#shared/state/app-state.ts';

export type PersonAction = 'pick-up' | 'call' | 'tell-when-free' | 'stop-waiting' | 'message';

/**
 * What can be done about somebody just now, the likeliest first. Waiting is offered for a line that is not free; one whose state is
 * not known can be waited for only where the server does it.
 */
export function actionsFor(line: LineState | undefined, callback: Callback | undefined, serverCallsBack: boolean): readonly PersonAction[] {
  const activity = line?.activity ?? 'unknown';
  const canWait = activity === 'busy' || activity === 'ringing' || (activity === 'unknown' && serverCallsBack);
  return [
    ...(activity === 'ringing' ? (['pick-up'] as const) : []),
    'call',
    ...(callback?.state === 'waiting' ? (['stop-waiting'] as const) : canWait ? (['tell-when-free'] as const) : []),
    'message',
  ];
}

export const actionIcons: Readonly<Record<PersonAction, LucideIcon>> = {
  'pick-up': PhoneIncoming,
  call: Phone,
  'tell-when-free': BellRing,
  'stop-waiting': X,
  message: MessageSquareText,
};
