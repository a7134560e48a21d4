import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { displayText } from '#shared/people/display-text.ts';
import type { TextKey, Texts } from './text.ts';

/** Name or number of the far end; never empty. */
export function entryName({ t }: Texts, entry: HistoryEntry): string {
  return displayText(entry.name) || displayText(entry.number) || t('call.unknown');
}

/** What happened, short, for a row of the list. */
export function entryOutcome({ t, formats }: Texts, entry: HistoryEntry): string {
  const party = displayText(entry.party);
  if (party !== '' && isTakenByOthers(entry.outcome)) return t(`history.rowBy.${entry.outcome}`, { party });
  return t(`history.row.${entry.outcome}`, { duration: formats.clock(entry.talkMs), ring: formats.duration(entry.ringMs), party });
}

/** What happened, told in sentences. */
export function entryStory(texts: Texts, entry: HistoryEntry): string {
  const { t, formats } = texts;
  const party = displayText(entry.party);
  const story = t(storyKey(entry, party), {
    name: entryName(texts, entry),
    duration: formats.duration(entry.talkMs),
    ring: formats.duration(entry.ringMs),
    party,
    reason: entry.errorCode === null ? '' : texts.errorTitle(entry.errorCode),
  });
  const via = displayText(entry.via);
  return [
    story,
    via === '' || entry.direction === 'outgoing' ? '' : t('history.story.via', { name: via }),
    entry.outcome === 'answered' ? t(`history.story.endedBy.${entry.endedBy}`) : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** Outcomes that somebody else may have brought about, and that are told otherwise when it is known who. */
function isTakenByOthers(outcome: HistoryEntry['outcome']) {
  return outcome === 'answered-elsewhere' || outcome === 'declined' || outcome === 'busy';
}

function storyKey({ direction, outcome }: HistoryEntry, party: string): TextKey {
  if (party !== '') {
    if (direction === 'incoming' && (outcome === 'answered-elsewhere' || outcome === 'declined'))
      return `history.storyBy.incoming.${outcome}`;
    if (direction === 'outgoing' && (outcome === 'declined' || outcome === 'busy')) return `history.storyBy.outgoing.${outcome}`;
  }
  return `history.story.${direction}.${outcome}`;
}
