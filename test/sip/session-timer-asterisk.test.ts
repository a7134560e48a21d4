import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { asteriskPhone, type TestPhone } from '#test/support/sip/test-phone.ts';
import { useAsterisk } from '#test/support/lab/use-asterisk.ts';

const asterisk = useAsterisk();
let caller: TestPhone;
let timed: TestPhone;

beforeAll(async () => {
  caller = asteriskPhone(asterisk(), '201', 600);
  // its extension has a session timer of 90 seconds in every call
  timed = asteriskPhone(asterisk(), '206', 800);
  await Promise.all([caller.signIn(), timed.signIn()]);
});

afterAll(async () => {
  await Promise.all([caller?.dispose(), timed?.dispose()]);
});

function timerOf(text: string): string | undefined {
  return /^Session-Expires: (.+?)\r$/im.exec(text)?.[1];
}

it('Asterisk refreshes a session by UPDATE after 45 seconds, and the call goes on', { timeout: 90_000 }, async () => {
  caller.dial('206');
  const { call } = await timed.ringing();
  timed.line.accept(call);
  await timed.expect(call, 'established');
  const ok = timed.wire.findLast(
    ({ direction, text }) => direction === 'sent' && text.startsWith('SIP/2.0 200') && text.includes('INVITE'),
  );
  expect(timerOf(ok?.text ?? '')).toBe('90;refresher=uac');
  const update = await vi.waitFor(
    () => timed.wire.find(({ direction, text }) => direction === 'received' && text.startsWith('UPDATE ')) ?? expect.fail('no UPDATE'),
    { timeout: 60_000, interval: 200 },
  );
  expect(timerOf(update.text)).toBe('90;refresher=uac');
  const refreshed = timed.wire.findLast(({ direction }) => direction === 'sent');
  expect(refreshed?.text).toMatch(/^SIP\/2\.0 200 [^]*CSeq: \d+ UPDATE/);
  expect(timerOf(refreshed?.text ?? '')).toBe('90;refresher=uac');
  await timed.media.hear(call, 600);
  timed.line.hangUp(call);
  await timed.expect(call, 'closed');
});
