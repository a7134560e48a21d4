import type { CallView } from '#shared/calls/call.ts';
import { partyName } from '#shared/people/display-text.ts';
import type { AppState } from '#shared/state/app-state.ts';
import { alsoAtText } from '../i18n/device-text.ts';
import { callName, endReasonText, referralText, transferText } from '../i18n/call-text.ts';
import type { Texts } from '../i18n/text.ts';

/** A sentence for the live region. `urgent` interrupts what is being read. */
export interface Announcement {
  readonly text: string;
  readonly urgent: boolean;
}

/** What of the state is told when it changes. */
export type Heard = Pick<AppState, 'calls' | 'messages' | 'callbacks'> & {
  readonly connectivity: Pick<AppState['connectivity'], 'undecided'>;
};

type Say = (text: string, urgent?: boolean) => void;

/** What changed between two states, in words, for those who do not see it. `now`: wall time in ms. */
export function announcements(texts: Texts, before: Heard, after: Heard, now: number): Announcement[] {
  const said: Announcement[] = [];
  const say: Say = (text, urgent = false) => void said.push({ text, urgent });
  for (const call of after.calls) {
    const old = before.calls.find(({ id }) => id === call.id);
    sayPhase(texts, old, call, say);
    if (old !== undefined && call.phase === 'connected') {
      sayTalk(texts, old, call, say);
      sayConference(texts, old, call, say);
    }
    sayPassing(texts, old, call, say);
  }
  for (const message of after.messages) {
    if (before.messages.some(({ id }) => id === message.id)) continue;
    say(texts.t('announce.message', { name: partyName(message.from), text: message.text }));
  }
  for (const callback of after.callbacks) {
    const wasFree = before.callbacks.some(({ id, state }) => id === callback.id && state === 'free');
    if (callback.state === 'free' && !wasFree) say(texts.t('announce.free', { name: callback.name || callback.number }));
  }
  const asked = before.connectivity.undecided.map(({ key }) => key);
  const { undecided } = after.connectivity;
  if (undecided.some(({ key }) => !asked.includes(key))) say(`${alsoAtText(texts, undecided, now)} ${texts.t('device.question')}`);
  return said;
}

/** What there is to say about the state that a window begins with: what waits for an answer. */
export function firstAnnouncements(texts: Texts, state: Heard, now: number): Announcement[] {
  return announcements(texts, { ...state, connectivity: { undecided: [] } }, state, now);
}

/** Beginning and end. */
function sayPhase(texts: Texts, old: CallView | undefined, call: CallView, say: Say): void {
  const { t } = texts;
  const name = callName(texts, call);
  if (call.phase === old?.phase) return;
  if (call.phase === 'ringing-in') say(t('announce.calling', { name }), true);
  if (call.phase === 'connected') {
    say(t('announce.connected', { name }));
    if (call.autoAnswered) say(t(call.muted ? 'call.sign.autoAnsweredMuted' : 'call.sign.autoAnsweredOpen'), true);
  }
  if (call.phase === 'referred' && call.referral !== null) say(referralText(texts, call, call.referral), true);
  // that the far end has gone was said before
  if (call.phase === 'ended' && call.endReason !== null && old?.phase !== 'referred') {
    say(t('announce.ended', { name, reason: endReasonText(texts, call.endReason) }));
  }
}

/** Microphone, hold, sound, recording. */
function sayTalk(texts: Texts, old: CallView, call: CallView, say: Say): void {
  const { t } = texts;
  const name = callName(texts, call);
  if (call.muted !== old.muted) say(t(call.muted ? 'announce.muted' : 'announce.unmuted'));
  if (call.hold.local !== old.hold.local) say(t(call.hold.local ? 'announce.onHold' : 'announce.resumed'));
  if (call.hold.remote !== old.hold.remote) say(t(call.hold.remote ? 'announce.heldBy' : 'announce.resumedByThem', { name }));
  if ((call.repairingSince === null) !== (old.repairingSince === null)) {
    say(t(call.repairingSince === null ? 'announce.repaired' : 'announce.repairing'));
  }
  if (call.repair?.offline === true && old.repair?.offline !== true) say(t('announce.waitingForNetwork'));
  if ((call.recordingSince === null) !== (old.recordingSince === null)) {
    say(t(call.recordingSince === null ? 'announce.recordingOff' : 'announce.recordingOn'), true);
  }
  if (call.microphoneError !== null && old.microphoneError === null) {
    const { title, next } = texts.error(call.microphoneError);
    say(`${title}. ${next}`, true);
  }
}

function sayConference(texts: Texts, old: CallView, call: CallView, say: Say): void {
  const { t } = texts;
  const name = callName(texts, call);
  if (call.inConference !== old.inConference) say(t(call.inConference ? 'announce.inConference' : 'announce.leftConference', { name }));
  else if (call.silenced !== old.silenced) say(t(call.silenced ? 'announce.silenced' : 'announce.unsilenced', { name }));
}

/** Transfers by us, requests of the far end to transfer us, and verbs that did not work. */
function sayPassing(texts: Texts, old: CallView | undefined, call: CallView, say: Say): void {
  if (call.transfer !== null && call.transfer.progress !== old?.transfer?.progress) say(transferText(texts, call));
  if (call.referral !== null && (old?.referral ?? null) === null && call.phase !== 'referred') {
    say(referralText(texts, call, call.referral), true);
  }
  if (call.trouble !== null && call.trouble.code !== old?.trouble?.code) {
    const { title, meaning } = texts.error(call.trouble);
    say(`${title}. ${meaning}`, true);
  }
}
