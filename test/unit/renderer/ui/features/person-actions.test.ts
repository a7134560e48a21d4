import { describe, expect, it } from 'vitest';
import type { LineState } from '#shared/people/line-state.ts';
import type { Callback } from '#shared/state/app-state.ts';
import { actionsFor } from '#renderer/ui/features/people/person-actions.ts';

const line = (activity: LineState['activity']): LineState => ({ number: '201', activity, remote: null });
const waiting: Callback = { id: 'c', number: '201', name: 'Anna', since: 0, by: 'watch', state: 'waiting' };

describe('what can be done about somebody', () => {
  it.each([
    [line('idle'), undefined, false, ['call', 'message']],
    [line('busy'), undefined, false, ['call', 'tell-when-free', 'message']],
    [line('ringing'), undefined, false, ['pick-up', 'call', 'tell-when-free', 'message']],
    [line('busy'), waiting, false, ['call', 'stop-waiting', 'message']],
    [line('idle'), { ...waiting, state: 'free' as const }, false, ['call', 'message']],
    // nobody tells when an unwatched line is free, unless the server does it by itself
    [undefined, undefined, false, ['call', 'message']],
    [line('unknown'), undefined, true, ['call', 'tell-when-free', 'message']],
  ])('follows from the line and from what is waited for: %#', (state, callback, serverCallsBack, actions) => {
    expect(actionsFor(state, callback, serverCallsBack)).toEqual(actions);
  });
});
