import { BellOff, PhoneForwarded, PhoneIncoming, PhoneMissed, PhoneOutgoing, SquareParking, type LucideIcon } from 'lucide-react';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { useTexts } from '../../i18n/texts-context.tsx';

const directions = { incoming: PhoneIncoming, outgoing: PhoneOutgoing } as const;
const special: Readonly<Partial<Record<HistoryEntry['outcome'], LucideIcon>>> = {
  missed: PhoneMissed,
  transferred: PhoneForwarded,
  forwarded: PhoneForwarded,
  parked: SquareParking,
  'not-disturbed': BellOff,
};

/** The sign of a call in the list: what became of it where that is special, else its direction. */
export function OutcomeSign({ entry: { direction, outcome } }: { readonly entry: HistoryEntry }) {
  const { t } = useTexts();
  const Icon = special[outcome] ?? directions[direction];
  return <Icon size={13} aria-label={t(direction === 'incoming' ? 'call.incoming' : 'call.outgoing')} />;
}
