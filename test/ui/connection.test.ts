import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import { nothingChecked, openConnection } from '#test/support/ui/connection-page.ts';
import { flaws } from '#test/support/ui/flaws.ts';
import { looks } from '#test/support/ui/looks.ts';
import { doctorBroken, homePc } from '#test/support/ui/sample-network.ts';
import { sampleState, signedOutState } from '#test/support/ui/sample-state.ts';
import { askedOf, patchState, startUiPages, type UiPages } from '#test/support/ui/ui-pages.ts';

let pages: UiPages;
let page: Page;

beforeAll(async () => {
  pages = await startUiPages();
});
afterAll(() => pages.close());
afterEach(() => expect(pages.faults).toEqual([]));

const row = (name: string) => page.getByRole('group', { name, exact: true });
const status = () => row('Reachability');
const last = async () => (await askedOf(page)).at(-1);

const server = 'pbx.example.org:8802';
const standingBy: Extract<RegistrationStatus, { phase: 'standing-by' }> = {
  phase: 'standing-by',
  server,
  path: 'internet',
  others: [homePc],
};
const takenOver: RegistrationStatus = {
  phase: 'refused',
  server,
  error: { code: 'taken-over', details: { name: 'Home-PC', at: new Date().setHours(9, 15) } },
};
const proxyAsks: Extract<RegistrationStatus, { phase: 'waiting' }> = {
  phase: 'waiting',
  server,
  retryAt: Date.now() + 60_000,
  error: { code: 'proxy-password-needed', details: { proxy: 'proxy.example.org:3128' } },
};
const portClosed: RegistrationStatus = {
  phase: 'waiting',
  server: '10.1.0.5:8802',
  retryAt: Date.now() + 14_000,
  error: { code: 'connection-refused', details: { host: '10.1.0.5', port: 8802 } },
};

describe('where the lamp leads', () => {
  it('tells a newcomer where calls ring, by which path, and since when', async () => {
    page = await openConnection(pages);
    const words = await status().innerText();
    for (const text of [
      'Calls to 200 ring here.',
      'VPN, through a tunnel into the office network',
      server,
      'Registered since',
      'Confirmed at',
    ]) {
      expect(words).toContain(text);
    }
    await row('Other devices').getByText('No other device is signed in with your number.').waitFor();
    await row('When something does not work').getByText('Not run yet.').waitFor();
    expect(await page.getByText('Not checked yet').count()).toBe(2);
  });

  it.each([
    ['office', 'Reachable, Office'],
    ['vpn', 'Reachable, VPN'],
    ['internet', 'Reachable, Internet'],
  ] as const)('says in the title bar that the path is %s', async (path, words) => {
    const { registration } = sampleState();
    if (registration.phase !== 'registered') throw new Error('The sample is registered.');
    page = await pages.open({ main: { state: sampleState({ registration: { ...registration, path } }) } });
    const lamp = page.getByRole('button', { name: `${words}. Open connection settings` });
    expect(await lamp.getAttribute('title')).toBe(words);
    expect(await lamp.innerText()).toBe(words);
  });

  it('shows the addresses in their order with what becomes of each', async () => {
    page = await openConnection(pages);
    const addresses = page.getByRole('list', { name: 'Addresses' }).getByRole('listitem');
    expect(await addresses.allInnerTexts()).toEqual(['10.1.0.5:8802\nStanding by', `${server}\nIn use`]);
    await patchState(page, { registration: portClosed });
    await expect.poll(() => addresses.allInnerTexts()).toEqual(['10.1.0.5:8802\nDid not work', `${server}\nStanding by`]);
  });

  it('shows an address that the doctor found broken', async () => {
    page = await openConnection(pages, { connectivity: { ...nothingChecked, doctor: doctorBroken() } });
    const addresses = page.getByRole('list', { name: 'Addresses' }).getByRole('listitem');
    expect(await addresses.first().innerText()).toMatch(/^10\.1\.0\.5:8802\nDid not work at \d\d:\d\d$/);
    expect(await addresses.last().innerText()).toBe(`${server}\nIn use`);
  });

  it('says what is wrong once, when it is tried again, and tries at once', async () => {
    page = await openConnection(pages, { registration: portClosed });
    await status().getByText('Not reachable', { exact: true }).waitFor();
    await status()
      .getByText(/^Next try in \d+ s$/)
      .waitFor();
    expect(await status().getByText('Nobody answers at this port').count()).toBe(1);
    await status().getByRole('button', { name: 'Retry now' }).click();
    expect(await last()).toEqual({ name: 'session.retry-now', params: {} });
  });
});

describe('the reasons of the lamp', () => {
  const { settings } = sampleState();
  const notAsSetUp = {
    settings: {
      ...settings,
      audio: { ...settings.audio, ringVolume: 0 },
      availability: { ...settings.availability, doNotDisturb: true },
      notifications: { incomingToast: false },
    },
  };

  it('are all there, the first in the headline, each with the way to where it is put right', async () => {
    page = await openConnection(pages, notAsSetUp);
    await status().getByText('Reachable, but: Do not disturb is on').waitFor();
    const further = status().getByRole('list', { name: 'Further reasons' }).getByRole('listitem');
    expect(await further.allInnerTexts()).toEqual(['The ringer is muted', 'The card for incoming calls is off']);
    const ways = ['Open forwarding settings', 'Open audio settings', 'Open notification settings'];
    expect(await status().getByRole('button').allInnerTexts()).toEqual(ways);
    await status().getByRole('button', { name: 'Open notification settings' }).click();
    await page.getByRole('heading', { name: 'Notifications', level: 1 }).waitFor();
  });

  it('stand below an error, too', async () => {
    page = await openConnection(pages, { ...notAsSetUp, registration: portClosed });
    expect(await status().getByRole('list', { name: 'Further reasons' }).getByRole('listitem').count()).toBe(3);
  });
});

describe('a line that rings elsewhere', () => {
  it('stands by and is brought back', async () => {
    page = await openConnection(pages, { registration: standingBy });
    await status().getByText('Calls ring on Home-PC.').waitFor();
    await status().getByText('over the public internet').waitFor();
    await status().getByRole('button', { name: 'Ring here' }).click();
    expect(await last()).toEqual({ name: 'session.ring-here', params: {} });
  });

  it('does not claim that another device rings when none is there', async () => {
    page = await openConnection(pages, { registration: { ...standingBy, others: [] } });
    await status().getByText('Calls do not ring here.').waitFor();
  });

  it('was taken over and is taken back', async () => {
    page = await openConnection(pages, { registration: takenOver });
    await status().getByText('Not reachable: Home-PC took this line at 09:15.').waitFor();
    expect(await status().locator('.error-card').count()).toBe(0);
    await status().getByRole('button', { name: 'Take it back' }).click();
    expect(await last()).toEqual({ name: 'session.take-over', params: {} });
  });
});

describe('the proxy', () => {
  it('is given its password where the error asks for it', async () => {
    page = await openConnection(pages, { registration: proxyAsks });
    expect(await status().getByRole('button', { name: 'Retry now' }).count()).toBe(0);
    await status().getByLabel('User at the proxy').fill('mara ');
    await status().getByLabel('Password at the proxy', { exact: true }).fill('secret');
    await page.keyboard.press('Enter');
    await page.getByText("The proxy's user and password are stored.").waitFor();
    expect(await last()).toEqual({ name: 'session.set-proxy-password', params: { user: 'mara', password: 'secret' } });
    expect(await status().getByLabel('Password at the proxy', { exact: true }).inputValue()).toBe('');
  });

  it('is given it on the sign-in page, too', async () => {
    const session = { stage: 'signed-out', account: null, error: proxyAsks.error } as const;
    page = await pages.open({ main: { state: signedOutState({ session }) } });
    await page.getByLabel('User at the proxy').fill('mara');
    await page.getByLabel('Password at the proxy', { exact: true }).fill('secret');
    await page.keyboard.press('Enter');
    await page.getByText("The proxy's user and password are stored.").waitFor();
    expect(await last()).toEqual({ name: 'session.set-proxy-password', params: { user: 'mara', password: 'secret' } });
  });

  it('is also set up before it asks, with the user that is known', async () => {
    const { settings } = sampleState();
    page = await openConnection(pages, { settings: { ...settings, network: { ...settings.network, proxyUser: 'mara' } } });
    await page.getByRole('button', { name: 'Network and ICE' }).click();
    const form = page.getByRole('form', { name: 'Proxy' });
    expect(await form.getByLabel('User at the proxy').inputValue()).toBe('mara');
    await form.getByRole('button', { name: 'Save' }).click();
    expect((await askedOf(page)).map(({ name }) => name)).toContain('session.set-proxy-password');
  });
});

describe('by keyboard', () => {
  it('the lamp, the page and its verbs are reached in the order in which they stand', async () => {
    page = await openConnection(pages, { registration: portClosed });
    await page.locator('.title-bar-lamp').focus();
    await page.keyboard.press('Enter');
    const order = ['Retry now', 'Find out what is wrong', 'Check NAT type', 'Check ICE status'];
    await status().getByRole('button', { name: 'Retry now' }).focus();
    const met: string[] = [];
    for (let step = 0; step < 12 && met.length < order.length; step += 1) {
      const name = await page.evaluate(() => document.activeElement?.textContent ?? '');
      if (order.includes(name)) met.push(name);
      await page.keyboard.press('Tab');
    }
    expect(met).toEqual(order);
  });
});

describe.each(looks)('$name', ({ look, size }) => {
  it('has named controls, nothing cut off and no sideways scrolling', async () => {
    for (const [name, registration] of Object.entries({ standingBy, takenOver, proxyAsks, portClosed })) {
      page = await openConnection(pages, { registration }, look, size);
      expect(await flaws(page), name).toEqual([]);
    }
    const device = { id: 'gone', label: 'Jabra Evolve2 40 Mono with a rather long name of its own' };
    const { settings } = sampleState();
    const audio = { ...settings.audio, ringVolume: 0, ringer: device };
    page = await openConnection(pages, { settings: { ...settings, audio, notifications: { incomingToast: false } } }, look, size);
    expect(await flaws(page), 'further reasons').toEqual([]);
  });
});
