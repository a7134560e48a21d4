import type { ToastView } from '#shared/ipc/toast-contract.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { askedOf, patchState, startUiPages, type UiPages } from '#test/support/ui/ui-pages.ts';
import { ringingCall, sampleState, signedOutState } from '#test/support/ui/sample-state.ts';

let pages: UiPages;
let page: Page;

beforeAll(async () => {
  pages = await startUiPages();
});
afterAll(() => pages.close());
afterEach(() => expect(pages.faults).toEqual([]));

async function last(): Promise<unknown> {
  return (await askedOf(page)).at(-1);
}

describe('signing in', () => {
  it('offers the practice office first', async () => {
    page = await pages.open({ main: { state: signedOutState() } });
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await last()).toEqual({ name: 'session.sign-in-practice-office', params: { user: null } });
  });

  it('checks the fields in place, sends them, and loses nothing when it fails', async () => {
    page = await pages.open({ main: { state: signedOutState() } });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Enter the password.').waitFor();
    expect(await page.getByLabel('User or number').evaluate((field) => field === document.activeElement)).toBe(true);
    await page.getByLabel('User or number').fill('201');
    await page.getByLabel('Password', { exact: true }).fill('wrong');
    await page.getByLabel('Server address').fill('pbx.example.org:8089');
    await page.keyboard.press('Enter');
    expect(await last()).toMatchObject({ name: 'session.sign-in', params: { user: '201', password: 'wrong', servers: [{ port: 8089 }] } });

    await patchState(page, { session: { stage: 'signing-in', account: null, error: null } });
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await last()).toEqual({ name: 'session.cancel-sign-in', params: {} });

    const error = { code: 'wrong-password', details: { host: 'pbx.example.org' } } as const;
    await patchState(page, { session: { stage: 'signed-out', account: null, error } });
    await page.getByRole('alert').getByText('pbx.example.org knows the user but not this password.').waitFor();
    const password = page.getByLabel('Password', { exact: true });
    expect(await password.inputValue()).toBe('wrong');
    expect(await page.getByLabel('Server address').inputValue()).toBe('pbx.example.org:8089');
    await expect.poll(() => password.evaluate((field) => field === document.activeElement)).toBe(true);
  });

  it('shows the fingerprint of an unknown certificate and trusts exactly that one', async () => {
    const fingerprint = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0').toUpperCase()).join(':');
    const error = { code: 'certificate-untrusted', details: { host: 'pbx', port: 8089, fingerprint } } as const;
    page = await pages.open({ main: { state: signedOutState({ session: { stage: 'signed-out', account: null, error } }) } });
    expect(await page.locator('code').innerText()).toBe(fingerprint);
    await page.getByRole('button', { name: 'Trust this certificate' }).click();
    expect(await last()).toEqual({ name: 'session.trust-certificate', params: { host: 'pbx', port: 8089, fingerprint } });
  });
});

describe('settings', () => {
  async function openSection(name: string): Promise<void> {
    page = await pages.open();
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByRole('group', { name: 'Sections' }).getByRole('button', { name }).click();
  }

  it('are found by their words', async () => {
    page = await pages.open();
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByRole('textbox', { name: 'Search settings' }).fill('headset');
    await page.getByRole('heading', { name: 'Audio' }).waitFor();
    expect(await page.getByRole('heading', { name: 'Appearance' }).isVisible()).toBe(false);
    await page.getByRole('textbox', { name: 'Search settings' }).fill('quantum');
    await page.getByRole('heading', { name: 'No setting found' }).waitFor();
  });

  it('choose devices, sounds and processing', async () => {
    await openSection('Audio');
    await page.getByLabel('Ringer').selectOption('Built-in loudspeakers');
    expect(await last()).toEqual({
      name: 'settings.update',
      params: { audio: { ringer: { id: 'out-2', label: 'Built-in loudspeakers' } } },
    });
    await page.getByRole('button', { name: 'Ring once' }).click();
    expect(await last()).toEqual({ name: 'audio.test-sound', params: { output: 'ringer' } });
    await page.getByRole('switch', { name: 'Noise suppression' }).click();
    await page.getByRole('switch', { name: 'Noise suppression', checked: false }).waitFor();
    await page.getByRole('button', { name: 'Test the microphone' }).click();
    await page.getByRole('meter', { name: 'Microphone level' }).waitFor();
    await page.getByRole('button', { name: 'Stop the test' }).click();
  });

  it('take STUN and TURN servers and say what is wrong with one', async () => {
    await openSection('Network and ICE');
    await page.getByRole('button', { name: 'Add a server' }).click();
    await page.getByLabel('Address').fill('turn.example.org');
    await page.keyboard.press('Enter');
    await page.getByText('This is no STUN or TURN address.').waitFor();
    await page.getByLabel('Address').fill('turn:turn.example.org');
    await page.getByLabel('User', { exact: true }).fill('mara');
    await page.getByLabel('Password', { exact: true }).fill('secret');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove turn:turn.example.org' }).waitFor();
    const asked = await askedOf(page);
    expect(asked.filter(({ name }) => name.startsWith('settings.'))).toMatchObject([
      { name: 'settings.set-ice-password', params: { password: 'secret' } },
      { name: 'settings.update', params: { ice: { servers: [{ uri: 'turn:turn.example.org', username: 'mara' }] } } },
    ]);
    await page.getByRole('button', { name: 'Remove turn:turn.example.org' }).click();
    await page.getByText('None. Calls use direct paths only.').waitFor();
  });

  it('ask before signing out', async () => {
    await openSection('Account and addresses');
    await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('dialog', { name: 'Sign out?' }).getByRole('button', { name: 'Sign out' }).click();
    expect(await last()).toEqual({ name: 'session.sign-out', params: {} });
  });

  it('write a report and say where it is', async () => {
    await openSection('About and logs');
    await page.getByRole('button', { name: 'Export report' }).click();
    await page.getByText('Report written to /home/mara/commute-report.txt').waitFor();
  });
});

describe('the card for incoming calls', () => {
  const toast = { call: ringingCall(), theme: 'light', language: 'en', replies: [] } satisfies ToastView;
  const size = { width: 340, height: 120 };

  it('answers, declines, sends on, and opens the window', async () => {
    page = await pages.open({ page: 'toast', size, main: { state: sampleState(), toast } });
    await page.getByRole('button', { name: 'Answer' }).click();
    await page.getByRole('button', { name: 'Decline' }).click();
    await page.getByRole('button', { name: 'Send to' }).click();
    await page.getByText('Jonas Meyer').click();
    const asked = (await askedOf(page)).map(({ name }) => name).filter((name) => name !== 'toast.get');
    expect(asked).toEqual(['call.answer', 'call.decline', 'toast.send-to', 'toast.open-main']);
  });

  it.each(['en', 'de'] as const)('has room for its words: %s', async (language) => {
    page = await pages.open({ page: 'toast', size, main: { toast: { ...toast, language } } });
    const buttons = page.locator('.toast-verbs button');
    await buttons.first().waitFor();
    const spare = await buttons.evaluateAll((all) =>
      all.map((button) => {
        const content = document.createRange();
        content.selectNodeContents(button);
        return content.getBoundingClientRect().left - button.getBoundingClientRect().left;
      }),
    );
    expect(Math.min(...spare)).toBeGreaterThanOrEqual(4);
  });

  it('replies with a prepared text, and Escape goes back to the card first', async () => {
    page = await pages.open({ page: 'toast', size, main: { toast: { ...toast, replies: ['Back at three'] } } });
    await page.getByRole('button', { name: 'Reply by message' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Reply by message' }).click();
    await page.getByRole('button', { name: 'Back at three' }).click();
    await page.getByRole('button', { name: 'Answer' }).waitFor();
    expect((await askedOf(page)).filter(({ name }) => name !== 'toast.get')).toEqual([
      { name: 'call.reply', params: { call: 'call-ringing', text: 'Back at three' } },
    ]);
  });

  it('takes Enter and Escape once it has the focus', async () => {
    page = await pages.open({ page: 'toast', size, main: { toast } });
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    const asked = (await askedOf(page)).map(({ name }) => name).filter((name) => name !== 'toast.get');
    expect(asked).toEqual(['call.answer', 'call.decline']);
  });
});
