import { describe, expect, it } from 'vitest';
import type { Call } from '#shared/calls/call-state.ts';
import { type NetworkNews, roamingStep, stands } from '#shared/calls/roaming-law.ts';
import { dialled, means, received, run, talking } from '#test/support/calls/machine-run.ts';

const office = '192.168.1.20';
const home = '10.0.0.7';
const news = (over: Partial<NetworkNews> = {}): NetworkNews => ({
  what: 'addresses',
  addresses: [home, '127.0.0.1'],
  sourceChanged: true,
  ...over,
});
const stood = talking().call;
const trying = talking([{ type: 'media-lost', cause: 'network-changed', means }]).call;
const waiting = run({ call: trying, effects: [] }, [{ type: 'reach-changed', reachable: false }]).call;

describe('a call that stands', () => {
  it.each<[string, Call, string | null, Partial<NetworkNews>, string]>([
    ['at an address that is gone', stood, office, {}, 'renew'],
    ['at an address that is gone, with a new flow', stood, office, { what: 'flow' }, 'renew'],
    ['at an address that still stands', stood, home, {}, 'watch'],
    ['at an address that still stands, while the source moved to a tunnel', stood, home, { what: 'flow', sourceChanged: true }, 'watch'],
    ['at an address that nobody knows, and the source changed', stood, null, {}, 'renew'],
    ['at an address that nobody knows, and the source is the same', stood, null, { sourceChanged: false }, 'watch'],
    ['where nobody has looked at the addresses', stood, office, { addresses: null, sourceChanged: false, what: 'flow' }, 'watch'],
    ['and is being renewed, when the flow follows', trying, office, { what: 'flow' }, 'watch'],
    ['and is being renewed, when the network changes once more', trying, office, {}, 'renew'],
    ['and waits for the flow', waiting, office, { what: 'flow' }, 'renew'],
    ['and there is no network any more', stood, office, { addresses: ['127.0.0.1'] }, 'renew'],
  ])('%s', (_name, call, localAddress, over, step) => {
    expect(roamingStep(call, localAddress, news(over))).toBe(step);
  });

  it.each(['local', 'remote'] as const)('is renewed like any other while it is on hold: %s', (side) => {
    const type = side === 'local' ? 'local-hold-changed' : 'remote-hold-changed';
    expect(roamingStep(talking([{ type, held: true }]).call, office, news())).toBe('renew');
  });
});

it('makes the answer of a ringing call anew, but not for a flow from the same address', () => {
  const ringing = received().call;
  expect(roamingStep(ringing, null, news({ sourceChanged: false }))).toBe('renew');
  expect(roamingStep(ringing, null, news({ what: 'flow', sourceChanged: true }))).toBe('renew');
  expect(roamingStep(ringing, null, news({ what: 'flow', sourceChanged: false }))).toBe('none');
});

it.each([
  ['dialled', dialled().call],
  ['ringing elsewhere', run(dialled(), [{ type: 'ringing' }]).call],
  ['being answered', run(received(), [{ type: 'answer' }]).call],
  ['over', run(dialled(), [{ type: 'rejected', status: 486, cleared: false, who: null, error: null }]).call],
])('leaves a call alone that is %s', (_name, call) => expect(roamingStep(call, office, news())).toBe('none'));

it('compares addresses without zone and case', () => {
  expect(stands('fe80::1%eth0', ['FE80::1'])).toBe(true);
  expect(stands('10.0.0.7', ['10.0.0.70'])).toBe(false);
});
