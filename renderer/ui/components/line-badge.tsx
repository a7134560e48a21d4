import type { LineState } from '#shared/people/line-state.ts';
import './line-badge.css';

/**
 * What a line does, by shape as well as by colour: a disc is free, a square is on a call, a triangle rings, a ring is not known.
 * Decoration: words always stand beside it.
 */
export function LineBadge({ activity }: { readonly activity: LineState['activity'] }) {
  return (
    <svg className={`line-badge line-badge-${activity}`} viewBox="0 0 12 12" aria-hidden>
      {activity === 'idle' && <circle cx="6" cy="6" r="5" />}
      {activity === 'busy' && <rect x="1.5" y="1.5" width="9" height="9" rx="1.5" />}
      {activity === 'ringing' && <path d="M6 .8 11.4 11H.6Z" />}
      {activity === 'unknown' && <circle cx="6" cy="6" r="3.75" className="line-badge-hollow" />}
    </svg>
  );
}
