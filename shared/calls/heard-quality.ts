import type { Quality } from '../media/quality.ts';

/** How many readings of each judgement there were, one a second. */
export type QualityCounts = Readonly<Record<Quality, number>>;

export const noReadings: QualityCounts = { good: 0, fair: 0, poor: 0 };

/** A tenth of the conversation is as much as a person forgives. */
const poorShare = 0.1;
const fairShare = 0.25;

/**
 * How a whole call was heard: what people remember of it is not the middle but the bad parts, if they were long enough.
 * @returns null when nothing was read
 */
export function heardQuality({ good, fair, poor }: QualityCounts): Quality | null {
  const all = good + fair + poor;
  if (all === 0) return null;
  if (poor >= all * poorShare) return 'poor';
  return poor + fair >= all * fairShare ? 'fair' : 'good';
}
