import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import { openConnection } from '#test/support/ui/connection-page.ts';
import { flaws } from '#test/support/ui/flaws.ts';
import { looks } from '#test/support/ui/looks.ts';
import { certificateChanged } from '#test/support/ui/sample-network.ts';
import { sampleState, signedOutState } from '#test/support/ui/sample-state.ts';
import { askedOf, startUiPages, type UiPages } from '#test/support/ui/ui-pages.ts';

let pages: UiPages;
let page: Page;

beforeAll(async () => {
  pages = await startUiPages();
});
afterAll(() => pages.close());
afterEach(() => expect(pages.faults).toEqual([]));

const { host, port, fingerprint } = certificateChanged.details;
const registration: RegistrationStatus = { phase: 'refused', server: 'pbx.example.org:8802', error: certificateChanged };
const session = { stage: 'signed-out', account: null, error: certificateChanged } as const;
const trusted = () => page.getByRole('region', { name: 'Trusted until now' });
const shown = () => page.getByRole('region', { name: 'Shown now' });
const asked = async () => (await askedOf(page)).filter(({ name }) => name.startsWith('session.'));

const places = {
  'the sign-in page': async () => {
    page = await pages.open({ main: { state: signedOutState({ session }) } });
  },
  'the connectivity page': async () => {
    page = await openConnection(pages, { registration });
  },
} as const;

describe.each(Object.entries(places))('a changed certificate on %s', (_name, open) => {
  it('is put beside the trusted one, with what differs marked', async () => {
    await open();
    expect(await trusted().locator('mark').allInnerTexts()).toEqual(['AB', 'AB']);
    expect(await shown().locator('mark').allInnerTexts()).toEqual(['12', '9F']);
    expect(await shown().locator('code').innerText()).toBe(fingerprint);
    const facts = await shown().innerText();
    for (const text of ['pbx.example.org', 'Example telephone systems authority', '2027']) expect(facts).toContain(text);
  });

  it('is trusted only by a button that is not the default', async () => {
    await open();
    const trust = page.getByRole('button', { name: 'Trust the new one' });
    expect(await trust.getAttribute('class')).not.toContain('primary');
    expect(await trust.evaluate((button) => button === document.activeElement)).toBe(false);
    await page.keyboard.press('Enter');
    expect(await asked()).toEqual([]);
    await trust.click();
    expect(await asked()).toEqual([{ name: 'session.trust-certificate', params: { host, port, fingerprint } }]);
  });

  it('is left untrusted, and can be looked at again', async () => {
    await open();
    const cancel = page.locator('.certificate-verbs').getByRole('button', { name: 'Cancel' });
    await cancel.click();
    await page.getByText('Not trusted. Commute stays away from this server until you decide.').waitFor();
    expect(await page.getByRole('button', { name: 'Trust the new one' }).count()).toBe(0);
    expect(await asked()).toEqual([]);
    await page.getByRole('button', { name: 'Look again' }).click();
    await trusted().waitFor();
  });
});

describe('what is known of the trusted certificate', () => {
  it('stands beside it', async () => {
    const details = { ...certificateChanged.details, expectedSubject: 'old.example.org', expectedValidTo: 'Nov 20 04:15:59 2026 GMT' };
    page = await openConnection(pages, { registration: { ...registration, error: { ...certificateChanged, details } } });
    const facts = await trusted().innerText();
    for (const text of ['old.example.org', '2026']) expect(facts).toContain(text);
  });
});

describe.each(looks)('$name', ({ look, size }) => {
  it('has named controls, nothing cut off and no sideways scrolling', async () => {
    page = await openConnection(pages, { registration }, look, size);
    expect(await flaws(page)).toEqual([]);
    page = await pages.open({ size, main: { state: signedOutState({ session, app: { ...sampleState().app, ...look } }) } });
    expect(await flaws(page)).toEqual([]);
  });
});
