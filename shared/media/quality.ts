import type { MediaStats } from './media.ts';

export type Quality = 'good' | 'fair' | 'poor';

/**
 * A plain judgement of what is heard. Thresholds follow what people notice: loss above 2 % or a delay above 300 ms is
 * heard, above 8 % or 600 ms a conversation suffers (ITU-T G.114, G.113).
 */
export function qualityOf(stats: MediaStats): Quality {
  const loss = stats.lossShare ?? 0;
  const jitter = stats.jitterMs ?? 0;
  const roundTrip = stats.roundTripMs ?? 0;
  if (loss > 0.08 || jitter > 80 || roundTrip > 600) return 'poor';
  if (loss > 0.02 || jitter > 30 || roundTrip > 300) return 'fair';
  return 'good';
}
