import { describe, expect, it, onTestFinished } from 'vitest';
import { ask, callIn, hear, registered, stateOf, waitForState } from '#test/support/app/driver.ts';
import { logged } from '#test/support/app/log-reader.ts';
import { OfficeBridge } from '#test/support/app/office-bridge.ts';
import { type Caller, ScriptedOffice } from '#test/support/app/scripted-office.ts';
import { readSentence } from '#test/support/app/sentence.ts';
import { signInBy, signOut } from '#test/support/app/sign-in-page.ts';
import { dial, openCommute, openInPracticeOffice, type OpenCommute } from '#test/support/app/use-commute.ts';
import { SeededRandom } from '#test/support/seeded-random.ts';

const limits = { timeout: 30_000 };

async function atScriptedOffice(): Promise<OpenCommute & { readonly office: ScriptedOffice }> {
  const office = await ScriptedOffice.start();
  onTestFinished(() => office.close());
  const commute = await openCommute();
  await signInBy(commute.page, { server: office.address });
  return { ...commute, office };
}

/** The lamp says that the server is away, and its settings page says what to do. */
async function seesServerGone({ page, profileFolder }: OpenCommute): Promise<void> {
  const { error } = await waitForState(page, 'the loss is noticed', ({ registration }) => registration.phase === 'waiting' && registration);
  expect(error.code).toMatch(/^connection-(lost|refused)$/);
  await logged(profileFolder, new RegExp(`WARN .*code=${error.code}\\b`));
  await page
    .getByRole('banner')
    .getByRole('button', { name: /Not reachable/ })
    .click();
  const status = await waitForState(page, 'the server stays away', ({ registration }) => registration.phase === 'waiting' && registration);
  await readSentence(page.getByRole('main'), status.error);
}

describe('a server that goes', () => {
  it('while a call rings here: the loss is told, the call can be declined, and the next one comes', limits, async () => {
    const commute = await atScriptedOffice();
    const { page, office } = commute;
    await office.call();
    const call = await callIn(page, 'ringing-in');
    const { port } = office;
    await office.close();
    await seesServerGone(commute);
    await page.getByRole('button', { name: 'Decline' }).first().click();
    await callIn(page, 'ended');
    const { entries } = await ask(page, 'history.list', { filter: 'all', search: '', before: null, limit: 10 });
    expect(entries).toMatchObject([{ id: call.id, direction: 'incoming', outcome: 'declined' }]);

    const again = await ScriptedOffice.start({ port });
    onTestFinished(() => again.close());
    await page.getByRole('main').getByRole('button', { name: 'Retry now' }).click();
    await registered(page);
    await again.call({ displayName: '"Carol"' });
    expect((await callIn(page, 'ringing-in')).remote.displayName).toBe('Carol');
  });

  it('while a call rings here, which is answered all the same: nobody is led to believe in a conversation', limits, async () => {
    const { page, office } = await atScriptedOffice();
    await office.call();
    await callIn(page, 'ringing-in');
    await office.close();
    await waitForState(page, 'the loss is noticed', ({ registration }) => registration.phase === 'waiting');
    await page.getByRole('button', { name: 'Answer', exact: true }).first().click();
    await callIn(page, 'answering');
    await page.getByRole('article').getByText('Connecting').waitFor();
    await page.getByRole('button', { name: 'End', exact: true }).click();
    const ended = await callIn(page, 'ended');
    expect(ended.connectedAt).toBeNull();
    const { entries } = await ask(page, 'history.list', { filter: 'all', search: '', before: null, limit: 10 });
    expect(entries).toMatchObject([{ direction: 'incoming', talkMs: 0 }]);
  });

  it('while a call rings there: the loss is told, the call can be given up, and dialling says why it cannot', limits, async () => {
    const commute = await atScriptedOffice();
    const { page, office, profileFolder } = commute;
    await dial(page, '202');
    const call = await callIn(page, 'ringing-out');
    await office.close();
    await seesServerGone(commute);
    await page.getByRole('button', { name: 'End', exact: true }).click();
    expect((await callIn(page, 'ended')).endReason).toEqual({ kind: 'cancelled' });
    const { entries } = await ask(page, 'history.list', { filter: 'all', search: '', before: null, limit: 10 });
    expect(entries).toMatchObject([{ id: call.id, direction: 'outgoing', outcome: 'cancelled' }]);

    await dial(page, '203');
    await readSentence(page.locator('.snackbar-failed'), { code: 'not-registered', details: {} });
    await logged(profileFolder, /code=not-registered\b/);
  });
});

describe('a server that stays away', () => {
  it('ends a call that rang there by itself, with the reason, what it means and what to do', limits, async () => {
    const { page, office, profileFolder } = await atScriptedOffice();
    await dial(page, '202');
    const call = await callIn(page, 'ringing-out');
    await office.close();
    const ended = await callIn(page, 'ended');
    expect(ended.endReason).toMatchObject({ kind: 'failed', error: { code: 'connection-lost' } });
    await readSentence(page.getByRole('article'), { code: 'connection-lost', details: {} });
    await logged(profileFolder, /WARN .*code=connection-lost\b/);
    const { entries } = await ask(page, 'history.list', { filter: 'all', search: '', before: null, limit: 10 });
    expect(entries).toMatchObject([{ id: call.id, direction: 'outgoing', outcome: 'failed', errorCode: 'connection-lost' }]);
  });

  it('ends the ringing here, and the call is listed as missed', limits, async () => {
    const { page, office } = await atScriptedOffice();
    await office.call();
    const call = await callIn(page, 'ringing-in');
    await office.close();
    expect((await callIn(page, 'ended')).endReason).toEqual({ kind: 'missed' });
    const { entries } = await ask(page, 'history.list', { filter: 'missed', search: '', before: null, limit: 10 });
    expect(entries).toMatchObject([{ id: call.id, unseen: true }]);
  });
});

describe('garbage from the server', () => {
  it('is passed over, or costs the connection, but never a call', limits, async () => {
    const commute = await openInPracticeOffice();
    const { page, port, profileFolder } = commute;
    const bridge = await OfficeBridge.start(profileFolder, port, '11');
    onTestFinished(() => bridge.close());
    await signOut(page);
    await signInBy(page, { server: bridge.address, user: '11', password: bridge.password });
    await dial(page, '85');
    const call = await callIn(page, 'connected');
    await hear(page, call.id, 1_004);

    const random = new SeededRandom(11);
    const noise = Uint8Array.from({ length: 60_000 }, () => Math.floor(random.fraction() * 256));
    const half = 'INVITE sip:11@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/WS x.test;branch=z9hG4bK-1\r\nFrom: <sip:x@x.test';
    const junk: (string | Uint8Array)[] = [
      '',
      '\r\n'.repeat(10_000),
      '\0'.repeat(1_000),
      half,
      `${half}\r\n\r\n`,
      noise,
      Buffer.from(noise).toString('latin1'),
      `SIP/2.0 200 ${'OK'.repeat(20_000)}\r\n\r\n`,
      `BYE sip:11@127.0.0.1 SIP/2.0\r\n${'X: y\r\n'.repeat(2_000)}\r\n`,
      'x'.repeat(1_000_000),
    ];
    for (const frame of junk) bridge.inject(frame);
    // The office's answer to this passes behind all of the junk.
    await page.keyboard.press('Control+h');
    await waitForState(page, 'held', ({ calls }) => calls.some(({ id, hold }) => id === call.id && hold.local));
    await page.keyboard.press('Control+h');
    await waitForState(page, 'resumed', ({ calls }) => calls.some(({ id, hold }) => id === call.id && !hold.local));
    await logged(profileFolder, /message not understood/);
    await registered(page);

    // What is no frame at all ends the connection; it comes back by itself.
    bridge.injectRaw(noise);
    await logged(profileFolder, /code=connection-lost\b/);
    await registered(page);
    await hear(page, call.id, 1_004);
    const { calls, notices } = await stateOf(page);
    expect(calls).toMatchObject([{ id: call.id, phase: 'connected' }]);
    expect(notices.filter(({ error }) => error.code === 'internal')).toEqual([]);
    await page.getByRole('button', { name: 'End', exact: true }).click();
    expect((await callIn(page, 'ended')).endReason).toEqual({ kind: 'hung-up', by: 'local' });
  });
});

describe('a caller whose name is', () => {
  const lure = '<img src=x onerror=alert(1)><b>Boss</b>';
  const cases: readonly (readonly [string, Caller, RegExp])[] = [
    ['markup', { displayName: `"${lure}"` }, /^<img src=x onerror=alert\(1\)><b>Boss<\/b>$/],
    ['written backwards', { displayName: '"Anna \u202egnp.exe\u202c \u2066Bank\u2069"' }, /^Anna gnp\.exe Bank$/],
    ['thousands of letters long', { displayName: `"${'A'.repeat(7_500)}"` }, /^A{256}$/],
    ['full of control characters', { displayName: '"Eve\u0007\u001b[31m\u0085 \u200b\u200bX"' }, /^Eve\[31m X$/],
  ];

  it('hostile is shown as plain text: in the card, the toast and the call list', limits, async () => {
    const { page, office, window, pageErrors } = await atScriptedOffice();
    for (const [, caller, shown] of cases) {
      expect(await office.call(caller)).toBe(180);
      await callIn(page, 'ringing-in');
      const toast = await window('ui/toast.html');
      const card = page.locator('.call-card-ringing');
      for (const place of [card, toast.locator('.toast-who strong')]) await place.getByText(shown).first().waitFor();
      await toast.getByRole('button', { name: 'Decline' }).click();
      await waitForState(page, 'the call is over', ({ calls }) => calls.every(({ phase }) => phase === 'ended'));
      await page.locator('.shell-list').getByText(shown).first().waitFor();
      expect(await page.locator('img, main b, section b').count()).toBe(0);
    }
    expect(pageErrors()).toEqual([]);
  });
});
