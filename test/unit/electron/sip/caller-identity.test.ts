import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepAnonymous } from '#electron/sip/caller-identity.ts';
import { fakeSdp } from '#test/support/sip/fake-media.ts';
import { ScriptedPeer } from '#test/support/sip/scripted-peer.ts';

let peer: ScriptedPeer;
beforeEach(() => {
  peer = new ScriptedPeer();
  keepAnonymous(peer.core);
});
afterEach(() => {
  peer.calls.dispose();
  expect(peer.clock.pendingCount).toBe(0);
  peer.core.dispose();
});

it('says who we are', async () => {
  peer.dial('c1', '202');
  const invite = await peer.take('INVITE');
  expect(invite.header('From')).toMatch(/^"Ann" <sip:201@lab\.test>;tag=/);
  expect([invite.header('Privacy'), invite.header('P-Preferred-Identity')]).toEqual(['', '']);
});

it('shows another number of ours', async () => {
  peer.dial('c1', '202', { shownNumber: '+49 89 100' });
  const invite = await peer.take('INVITE');
  expect(invite.header('From')).toMatch(/^"Ann" <sip:\+49%2089%20100@lab\.test>;tag=/);
  expect(invite.header('P-Preferred-Identity')).toBe('<sip:+49%2089%20100@lab.test>');
  expect(invite.header('Privacy')).toBe('');
});

it.each([
  [null, '<sip:201@lab.test>'],
  ['100', '<sip:100@lab.test>'],
])('hides us from the far end and not from our server (number %s)', async (shownNumber, preferred) => {
  peer.dial('c1', '202', { anonymous: true, shownNumber });
  const invite = await peer.take('INVITE');
  expect(invite.header('From')).toMatch(/^"Anonymous" <sip:anonymous@anonymous\.invalid>;tag=/);
  expect([invite.header('Privacy'), invite.header('P-Preferred-Identity')]).toEqual(['id', preferred]);
});

it('stays unknown in every request of the call', async () => {
  peer.dial('c1', '202', { anonymous: true });
  const invite = await peer.take('INVITE');
  peer.respond(invite, 200, { sdp: fakeSdp('far') });
  await peer.take('ACK');
  await peer.settle();
  peer.calls.get('c1')?.setHold(true);
  await peer.agree();
  peer.calls.get('c1')?.hangUp();
  peer.respond(await peer.take('BYE'), 200);
  peer.dial('c2', '202', { anonymous: true });
  const second = await peer.take('INVITE');
  peer.respond(second, 180);
  peer.calls.get('c2')?.hangUp();
  await peer.take('CANCEL');
  for (const request of peer.sent) {
    expect(request.header('From')).toContain('"Anonymous" <sip:anonymous@anonymous.invalid>');
    expect(request.text).not.toContain('Ann"');
  }
});

it.each([401, 403, 407])('is told when the server wants our own number: %i', async (status) => {
  peer.dial('c1', '202', { anonymous: true });
  peer.respond(await peer.take('INVITE'), status);
  await peer.take('ACK');
  expect(peer.events).toMatchObject([{ type: 'rejected', status, error: { code: 'identity-refused' } }]);
});
