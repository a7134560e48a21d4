import type { DiallingSettings } from '#shared/settings/call-settings.ts';
import { emergencyNumberForm, hasForm } from '#shared/settings/text-forms.ts';

type Changes = DiallingSettings['emergency'];

/** Why a number cannot be put into the list of emergency numbers; null when it can. */
export function faultOfEmergencyNumber(numbers: readonly string[], number: string): 'emergencyInvalid' | 'emergencyDuplicate' | null {
  if (!hasForm(number, emergencyNumberForm)) return 'emergencyInvalid';
  return numbers.includes(number) ? 'emergencyDuplicate' : null;
}

/** The changes after a number was added: one that was built in and removed is simply back. */
export function withEmergencyNumber({ added, removed }: Changes, number: string): Changes {
  return removed.includes(number) ? { added, removed: removed.filter((one) => one !== number) } : { added: [...added, number], removed };
}

/** The changes after a number was removed: one that was added is simply gone. */
export function withoutEmergencyNumber({ added, removed }: Changes, number: string): Changes {
  return added.includes(number) ? { added: added.filter((one) => one !== number), removed } : { added, removed: [...removed, number] };
}
