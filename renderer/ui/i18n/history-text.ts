import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import { displayText } from '#shared/people/display-text.ts';
import type { Texts } from './text.ts';

/** Name or number of the far end; never empty. */
export function entryName({ t }: Texts, entry: HistoryEntry): string {
  return displayText(entry.name) || displayText(entry.number) || t('call.unknown');
}

/** What happened, short, for a row of the list. */
export function entryOutcome({ t, formats }: Texts, entry: HistoryEntry): string {
  return t(`history.row.${entry.outcome}`, { duration: formats.clock(entry.talkMs), ring: formats.duration(entry.ringMs) });
}

/** What happened, told in sentences. */
export function entryStory(texts: Texts, entry: HistoryEntry): string {
  const { t, formats } = texts;
  const story = t(`history.story.${entry.direction}.${entry.outcome}`, {
    name: entryName(texts, entry),
    duration: formats.duration(entry.talkMs),
    ring: formats.duration(entry.ringMs),
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
