import { expect, it } from 'vitest';
import { relayFailure } from '#shared/media/relay-failure.ts';

const stun = { urls: 'stun:stun.example' };
const turn = { urls: 'turn:relay.example:3478?transport=udp', username: 'u', credential: 'p' };
const other = { urls: 'turns:[2001:db8::1]', username: 'u', credential: 'p' };
const silence = { url: turn.urls, code: 701, text: 'TURN allocate request timed out.' };
const refusal = { url: other.urls, code: 486, text: 'Allocation Quota Reached' };

it.each([
  ['none is set', [stun], [], { code: 'media-path-failed', details: { reason: 'no relay is set' } }],
  ['nothing came back', [stun, turn], [], { code: 'relay-unreachable', details: { server: 'relay.example:3478' } }],
  ['it could not be reached', [turn], [silence], { code: 'relay-unreachable', details: { server: 'relay.example:3478' } }],
  [
    'one refused and the other was silent',
    [turn, other],
    [silence, refusal],
    { code: 'relay-refused', details: { server: '[2001:db8::1]', reason: 'Allocation Quota Reached', status: 486 } },
  ],
  [
    'it refused without words',
    [turn],
    [{ url: turn.urls, code: 403, text: '' }],
    { code: 'relay-refused', details: { server: 'relay.example:3478', reason: '403', status: 403 } },
  ],
] as const)('there is no relay because %s', (_why, servers, failures, report) => {
  expect(relayFailure({ servers: [...servers], relayOnly: true }, failures).toReport()).toEqual(report);
});
