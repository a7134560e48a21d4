import type { CallView } from '#shared/calls/call.ts';
import { callName, endReasonText } from '../i18n/call-text.ts';
import type { Texts } from '../i18n/text.ts';

/** A sentence for the live region. `urgent` interrupts what is being read. */
export interface Announcement {
  readonly text: string;
  readonly urgent: boolean;
}

/** What changed between two states of the calls, in words, for those who do not see it. */
export function announcements(texts: Texts, before: readonly CallView[], after: readonly CallView[]): Announcement[] {
  return after.flatMap((call) =>
    changesOf(
      texts,
      before.find(({ id }) => id === call.id),
      call,
    ),
  );
}

function changesOf(texts: Texts, old: CallView | undefined, call: CallView): Announcement[] {
  const { t } = texts;
  const name = callName(texts, call);
  const said: Announcement[] = [];
  const say = (text: string, urgent = false): void => void said.push({ text, urgent });

  if (call.phase !== old?.phase) {
    if (call.phase === 'ringing-in') say(t('announce.calling', { name }), true);
    if (call.phase === 'connected') say(t('announce.connected', { name }));
    if (call.phase === 'ended' && call.endReason !== null) say(t('announce.ended', { name, reason: endReasonText(texts, call.endReason) }));
  }
  if (old === undefined || call.phase !== 'connected') return said;
  if (call.muted !== old.muted) say(t(call.muted ? 'announce.muted' : 'announce.unmuted'));
  if (call.hold.local !== old.hold.local) say(t(call.hold.local ? 'announce.onHold' : 'announce.resumed'));
  if (call.hold.remote && !old.hold.remote) say(t('announce.heldByThem'));
  if ((call.repairingSince === null) !== (old.repairingSince === null)) {
    say(t(call.repairingSince === null ? 'announce.repaired' : 'announce.repairing'));
  }
  if (call.microphoneError !== null && old.microphoneError === null) {
    const { title, next } = texts.error(call.microphoneError);
    say(`${title}. ${next}`, true);
  }
  return said;
}
