import { expect, it } from 'vitest';
import { parseEvent, parseSubscriptionState } from '#shared/sip/event-header.ts';

it('names a subscription by package and id', () => {
  expect(parseEvent('refer;id=93809823')).toEqual({ event: 'refer', id: '93809823' });
  expect(parseEvent('Dialog ; sla')).toEqual({ event: 'dialog', id: undefined });
  expect([parseEvent(undefined), parseEvent(' ;id=1')]).toEqual([undefined, undefined]);
});

it('says how a subscription stands', () => {
  expect(parseSubscriptionState('Active;expires=120')).toEqual({ state: 'active', reason: '', expires: 120, retryAfter: undefined });
  expect(parseSubscriptionState('terminated; reason=NoResource;retry-after=30')).toEqual({
    state: 'terminated',
    reason: 'noresource',
    expires: undefined,
    retryAfter: 30,
  });
  expect(parseSubscriptionState('')).toBeUndefined();
});
