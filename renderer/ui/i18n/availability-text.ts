import type { Availability } from '../store/availability.ts';
import type { Texts } from './text.ts';

/** What somebody who calls meets, in few words. */
export function availabilityText({ t }: Texts, availability: Availability): string {
  switch (availability.kind) {
    case 'available':
      return t('availability.available');
    case 'do-not-disturb':
      return t('availability.doNotDisturb');
    case 'forwarded':
      return t('availability.forwarded', { number: availability.target });
  }
}
