import { describe, expect, it } from 'vitest';
import { announcements } from '#renderer/ui/app/announcements.ts';
import { callName, callStatusText } from '#renderer/ui/i18n/call-text.ts';
import { entryStory } from '#renderer/ui/i18n/history-text.ts';
import { nextTryText, reachabilityText } from '#renderer/ui/i18n/reachability-text.ts';
import { createTexts } from '#renderer/ui/i18n/text.ts';
import { reachability } from '#renderer/ui/store/reachability.ts';
import { ringingCall, sampleCall, sampleHistory, sampleState } from '#test/support/ui/sample-state.ts';

const texts = createTexts('en', 'UTC');
const now = Date.UTC(2026, 10, 20, 10);

describe('a call in words', () => {
  it('names who it is with, whatever is known', () => {
    expect(callName(texts, sampleCall())).toBe('Anna Weber');
    expect(callName(texts, sampleCall({ remote: { displayName: '', number: '', uri: '' } }))).toBe('Unknown caller');
  });

  it.each([
    [sampleCall({ phase: 'dialling' }), 'Calling'],
    [sampleCall({ hold: { local: true, remote: false } }), 'On hold'],
    [sampleCall({ hold: { local: false, remote: true } }), 'The other side put you on hold'],
    [sampleCall({ hold: { local: true, remote: true } }), 'On hold by both sides'],
    [sampleCall({ repairingSince: now - 4000 }), 'Repairing the sound, 4 s'],
    [sampleCall({ phase: 'ended', endReason: { kind: 'hung-up', by: 'remote' } }), 'The other side hung up'],
    [sampleCall({ phase: 'ended', endReason: { kind: 'failed', error: { code: 'call-lost', details: {} } } }), 'The call was lost'],
  ])('says its state (%#)', (call, words) => {
    expect(callStatusText(texts, call, now)).toBe(words);
  });

  it('announces what changed and nothing else', () => {
    const call = sampleCall();
    const said = (before: Parameters<typeof sampleCall>[0] | null, after: Parameters<typeof sampleCall>[0]) =>
      announcements(texts, before === null ? [] : [{ ...call, ...before }], [{ ...call, ...after }]).map(({ text }) => text);
    expect(announcements(texts, [], [ringingCall()])).toEqual([{ text: 'Jonas Meyer is calling', urgent: true }]);
    expect(said({}, { muted: true })).toEqual(['Muted']);
    expect(said({ muted: true }, {})).toEqual(['Microphone on']);
    expect(said({}, { hold: { local: true, remote: false } })).toEqual(['On hold']);
    expect(said({ phase: 'answering' }, {})).toEqual(['Connected with Anna Weber']);
    expect(said({ repairingSince: 1 }, {})).toEqual(['The sound is back']);
    expect(said({}, { phase: 'ended', endReason: { kind: 'hung-up', by: 'local' } })).toEqual(['Call with Anna Weber ended: You hung up']);
    expect(said({}, { sentDigits: '1', quality: 'poor' })).toEqual([]);
  });

  it('tells the story of an entry of the call list', () => {
    const [answered, missed, , , , , failed] = sampleHistory(now).map((entry) => entryStory(texts, entry));
    expect(answered).toBe('You called Anna Weber and talked for 3 min 27 s. The other side ended the call.');
    expect(missed).toBe('Jonas Meyer called you. It rang for 12 s and nobody answered. It came for Support.');
    expect(failed).toBe('You called Tarek Hassan, but the call failed: Not reachable just now.');
  });
});

describe('the reachability lamp', () => {
  const lamp = (changes: Parameters<typeof sampleState>[0]) => reachability(sampleState(changes));
  const error = { code: 'connection-refused', details: { host: 'pbx' } } as const;

  it('is green only when a call really rings here as set up', () => {
    expect(lamp({})).toEqual({ lamp: 'green', server: '127.0.0.1:8802' });
    expect(lamp({ media: { ready: false } })).toEqual({ lamp: 'amber', reason: { kind: 'audio-starting' } });
    expect(lamp({ devices: { inputs: [], outputs: [] } })).toEqual({ lamp: 'amber', reason: { kind: 'no-microphone' } });
    const settings = { ...sampleState().settings, notifications: { incomingToast: false } };
    expect(lamp({ settings })).toEqual({ lamp: 'amber', reason: { kind: 'toast-off' } });
  });

  it('is red with the reason and the time of the next try', () => {
    const state = lamp({ registration: { phase: 'waiting', server: 'pbx', retryAt: now + 13_200, error } });
    expect(state.lamp).toBe('red');
    expect(reachabilityText(texts, state)).toBe('Nobody answers at this port');
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
    expect(reachabilityText(texts, state)).toBe(words);
    expect(nextTryText(texts, state, now)).toBe('');
  });
});
