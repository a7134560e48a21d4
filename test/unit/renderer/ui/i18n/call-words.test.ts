import { describe, expect, it } from 'vitest';
import { announcements, type Heard } from '#renderer/ui/app/announcements.ts';
import { callName, callOrigin, callStatusText, replyTexts } from '#renderer/ui/i18n/call-text.ts';
import { entryStory } from '#renderer/ui/i18n/history-text.ts';
import { nextTryText, reachabilityText } from '#renderer/ui/i18n/reachability-text.ts';
import { createTexts } from '#renderer/ui/i18n/text.ts';
import { reachability } from '#shared/state/reachability.ts';
import { ringingCall, sampleCall, sampleHistory, sampleParty, sampleState } from '#test/support/ui/sample-state.ts';

const texts = createTexts('en', 'UTC');
const now = Date.UTC(2026, 10, 20, 10);
const ben = sampleParty('Ben Krause', '204');

describe('a call in words', () => {
  it('names who it is with, whatever is known', () => {
    expect(callName(texts, sampleCall())).toBe('Anna Weber');
    expect(callName(texts, sampleCall({ remote: { displayName: '', number: '', uri: '' } }))).toBe('Unknown caller');
  });

  it.each([
    [sampleCall({ phase: 'dialling' }), 'Calling'],
    [sampleCall({ hold: { local: true, remote: false } }), 'On hold'],
    [sampleCall({ hold: { local: false, remote: true } }), 'Held by Anna Weber'],
    [sampleCall({ hold: { local: true, remote: true } }), 'Held by you and Anna Weber'],
    [sampleCall({ repairingSince: now - 4000 }), 'Repairing the sound, 4 s'],
    [sampleCall({ phase: 'ended', endReason: { kind: 'hung-up', by: 'remote' } }), 'The other side hung up'],
    [sampleCall({ phase: 'ended', endReason: { kind: 'failed', error: { code: 'call-lost', details: {} } } }), 'The call was lost'],
  ])('says its state (%#)', (call, words) => {
    expect(callStatusText(texts, call, now)).toBe(words);
  });

  it.each([
    [{ kind: 'answered-elsewhere', who: null }, 'Answered on another device'],
    [{ kind: 'answered-elsewhere', who: ben }, 'Ben Krause answered'],
    [{ kind: 'declined', by: 'local', who: null }, 'You declined'],
    [{ kind: 'declined', by: 'remote', who: ben }, 'Ben Krause declined for the group'],
    [{ kind: 'busy', who: ben }, 'Ben Krause is busy'],
    [{ kind: 'transferred', to: ben }, 'Transferred to Ben Krause'],
    [{ kind: 'forwarded', to: '204', why: 'by-hand' }, 'Sent to 204'],
    [{ kind: 'forwarded', to: '204', why: 'no-answer' }, 'Forwarded to 204, because nobody answered'],
    [{ kind: 'parked', slot: '701' }, 'Parked at 701'],
    [{ kind: 'not-disturbed' }, 'Do not disturb is on'],
  ] as const)('says why it ended, and who had a part in it (%#)', (endReason, words) => {
    expect(callStatusText(texts, sampleCall({ phase: 'ended', endReason }), now)).toBe(words);
  });

  it('says whom it came for and by whom, and no number twice', () => {
    const call = sampleCall({ calledAs: sampleParty('Support', '299'), redirectedBy: ben });
    expect(callOrigin(texts, call)).toEqual(['201', 'for Support', 'redirected by Ben Krause']);
    expect(callOrigin(texts, sampleCall({ remote: sampleParty('', '201') }))).toEqual([]);
  });

  it('offers the replies that a person wrote, else some of the language', () => {
    expect(replyTexts(texts, ['At three'])).toEqual(['At three']);
    expect(replyTexts(texts, [])).toHaveLength(3);
  });

  it('announces what changed and nothing else', () => {
    const call = sampleCall();
    const heard = (calls: Heard['calls']): Heard => ({ calls, messages: [], callbacks: [], connectivity: { undecided: [] } });
    const said = (before: Parameters<typeof sampleCall>[0] | null, after: Parameters<typeof sampleCall>[0]) =>
      announcements(texts, heard(before === null ? [] : [{ ...call, ...before }]), heard([{ ...call, ...after }]), now).map(
        ({ text }) => text,
      );
    expect(announcements(texts, heard([]), heard([ringingCall()]), now)).toEqual([{ text: 'Jonas Meyer is calling', urgent: true }]);
    expect(said({}, { muted: true })).toEqual(['Muted']);
    expect(said({ muted: true }, {})).toEqual(['Microphone on']);
    expect(said({}, { hold: { local: true, remote: false } })).toEqual(['On hold']);
    expect(said({ phase: 'answering' }, {})).toEqual(['Connected with Anna Weber']);
    expect(said({ repairingSince: 1 }, {})).toEqual(['The sound is back']);
    expect(said({}, { phase: 'ended', endReason: { kind: 'hung-up', by: 'local' } })).toEqual(['Call with Anna Weber ended: You hung up']);
    expect(said({}, { sentDigits: '1', quality: 'poor' })).toEqual([]);
    expect(said({}, { hold: { local: false, remote: true } })).toEqual(['Held by Anna Weber']);
    expect(said({ hold: { local: false, remote: true } }, {})).toEqual(['Anna Weber is back in the call']);
    expect(said({}, { recordingSince: 1 })).toEqual(['The call is being recorded']);
    expect(said({ recordingSince: 1 }, {})).toEqual(['The recording has ended']);
    expect(said({}, { inConference: true })).toEqual(['Anna Weber is in the conference']);
    expect(said({ inConference: true }, { inConference: true, silenced: true })).toEqual(['Anna Weber is silenced']);
    const transfer = { to: ben, consultation: null, progress: 'asked' } as const;
    expect(said({}, { transfer })).toEqual(['Asking for the transfer to Ben Krause']);
    expect(said({ transfer }, { transfer: { ...transfer, progress: 'ringing' } })).toEqual(['It rings at Ben Krause']);
    expect(said({}, { referral: { to: ben, by: null } })).toEqual(['Anna Weber wants to connect you with Ben Krause.']);
    const left = { phase: 'referred', referral: { to: ben, by: null }, endReason: { kind: 'hung-up', by: 'remote' } } as const;
    expect(said({ referral: left.referral }, left)).toEqual(['Anna Weber has hung up and wants to connect you with Ben Krause.']);
    expect(said(left, { ...left, phase: 'ended', referral: null })).toEqual([]);
    expect(said({ phase: 'answering', muted: true }, { autoAnswered: true, muted: true })).toEqual([
      'Connected with Anna Weber',
      'Answered automatically, microphone muted',
    ]);
    const trouble = { code: 'transfer-refused', details: { name: 'Ben Krause' } } as const;
    expect(said({}, { trouble })[0]).toMatch(/^The transfer was refused\. /);
    expect(said({ trouble }, { trouble: { ...trouble } })).toEqual([]);
  });

  it('tells the story of an entry of the call list', () => {
    const [answered, missed, , , , , failed] = sampleHistory(now).map((entry) => entryStory(texts, entry));
    expect(answered).toBe('You called Anna Weber and talked for 3 min 27 s. The other side ended the call.');
    expect(missed).toBe('Jonas Meyer called you. It rang for 12 s and nobody answered. It came for Support.');
    expect(failed).toBe('You called Tarek Hassan, but the call failed: Not reachable just now.');
  });
});

describe('the reachability lamp', () => {
  const lamp = (changes: Parameters<typeof sampleState>[0]) => reachability(sampleState(changes, now), now);
  const error = { code: 'connection-refused', details: { host: 'pbx' } } as const;

  it('is green only when a call really rings here as set up', () => {
    const words = (changes: Parameters<typeof sampleState>[0]): string => reachabilityText(texts, lamp(changes), now);
    expect([lamp({}).lamp, words({})]).toEqual(['green', 'Reachable']);
    expect(words({ media: { ready: false } })).toBe('The audio part is starting');
    expect(words({ devices: { inputs: [], outputs: [] } })).toBe('No loudspeaker');
    const { settings } = sampleState();
    expect(words({ settings: { ...settings, notifications: { incomingToast: false } } })).toBe('The card for incoming calls is off');
    expect(words({ settings: { ...settings, audio: { ...settings.audio, ringVolume: 0 } } })).toBe('The ringer is muted');
    const ringer = { id: 'gone', label: 'Speakers' };
    expect(words({ settings: { ...settings, audio: { ...settings.audio, ringer } } })).toBe(
      'The ringer Speakers is missing, the standard device rings',
    );
    const silent = { phase: 'registered', server: 'pbx', path: 'office', expiresAt: now } as const;
    const registration = { ...silent, others: [], since: now - 3_600_000, confirmedAt: now - 300_000 };
    expect(words({ registration })).toBe('Not confirmed by the server since 09:55');
  });

  it('is red with the reason and the time of the next try', () => {
    const state = lamp({ registration: { phase: 'waiting', server: 'pbx', retryAt: now + 13_200, error } });
    expect(state.lamp).toBe('red');
    expect(reachabilityText(texts, state, now)).toBe('Nobody answers at this port');
    expect(nextTryText(texts, state, now)).toBe('Next try in 14 s');
    expect(nextTryText(texts, state, now + 20_000)).toBe('Trying now');
  });

  it.each([
    [{ phase: 'signed-out' }, 'Starting'],
    [{ phase: 'connecting', server: 'pbx', attempt: 1 }, 'Connecting to pbx'],
    [{ phase: 'connecting', server: 'pbx', attempt: 3 }, 'Connecting to pbx, attempt 3'],
    [{ phase: 'registering', server: 'pbx' }, 'Signing in at pbx'],
    [{ phase: 'refused', server: 'pbx', error: { code: 'wrong-password', details: {} } }, 'The password was not accepted'],
  ] as const)('says why it is red (%#)', (registration, words) => {
    const state = lamp({ registration });
    expect(state.lamp).toBe('red');
    expect(reachabilityText(texts, state, now)).toBe(words);
    expect(nextTryText(texts, state, now)).toBe('');
  });
});
