import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { doctorFindings } from '#shared/network/doctor/names.ts';
import type { DoctorRun } from '#shared/network/doctor/run.ts';
import { nothingChecked, openConnection } from '#test/support/ui/connection-page.ts';
import { flaws } from '#test/support/ui/flaws.ts';
import { looks } from '#test/support/ui/looks.ts';
import { doctorBroken, doctorRun, doctorRuns } from '#test/support/ui/sample-network.ts';
import { sampleState } from '#test/support/ui/sample-state.ts';
import { askedOf, patchState, startUiPages, type UiPages } from '#test/support/ui/ui-pages.ts';

let pages: UiPages;
let page: Page;

beforeAll(async () => {
  pages = await startUiPages();
});
afterAll(() => pages.close());
afterEach(() => expect(pages.faults).toEqual([]));

const with_ = (doctor: DoctorRun | null) => ({ connectivity: { ...nothingChecked, doctor } });
const row = () => page.getByRole('group', { name: 'When something does not work' });
const last = async () => (await askedOf(page)).at(-1);
const { settings } = sampleState();
const withEcho = { settings: { ...settings, network: { ...settings.network, echoNumber: '*43' } } };
const stopped = doctorRun({ verdict: null }, (at) => (at < 3 ? 'fine' : 'skipped'));
const warned = doctorRun({ verdict: { level: 'warning', finding: 'ringer-muted', facts: {}, others: [] } });
const worthKnowing = doctorRun({ verdict: { level: 'fine', finding: 'no-stun-server', facts: {}, others: [] } });
const failed = doctorRun({ verdict: null, lines: [], error: { code: 'internal', details: { what: 'no thread' } } });
const everything = doctorRun({
  verdict: {
    level: 'broken',
    finding: 'certificate-name',
    facts: { host: 'a-very-long-name-of-a-server-that-nobody-shortened.branch-office.example.org', names: 'x' },
    others: doctorFindings.slice(0, 32).map((finding) => ({ finding, facts: {} })),
  },
});

describe('the doctor', () => {
  it('is started and stopped with one button that keeps the focus', async () => {
    page = await openConnection(pages);
    const start = row().getByRole('button', { name: 'Find out what is wrong' });
    await start.focus();
    await page.keyboard.press('Enter');
    expect(await last()).toEqual({ name: 'doctor.start', params: { echo: false } });
    await patchState(page, with_(doctorRuns()));
    await row().getByRole('button', { name: 'Stop' }).waitFor();
    await page.keyboard.press('Enter');
    expect(await last()).toEqual({ name: 'doctor.stop', params: {} });
    await patchState(page, with_(stopped));
    await row().getByText('Stopped before it was finished.').waitFor();
    await page.keyboard.press('Enter');
    expect(await last()).toEqual({ name: 'doctor.start', params: { echo: false } });
  });

  it('is the first thing to do when the line does not reach its server, and only then', async () => {
    const broken = { phase: 'waiting', server: 'pbx', retryAt: 0, error: { code: 'connection-refused', details: {} } } as const;
    page = await openConnection(pages, { registration: broken });
    const button = row().getByRole('button', { name: 'Find out what is wrong' });
    expect(await button.getAttribute('class')).toContain('button-primary');
    await patchState(page, { registration: sampleState().registration });
    await expect.poll(() => button.getAttribute('class')).not.toContain('button-primary');
  });

  it('tells its progress line by line, to the eye and politely to the ear', async () => {
    page = await openConnection(pages, with_(doctorRuns()));
    await row().getByText('Step 9 of 24: Certificate, pbx.example.org:8802').waitFor();
    const bar = row().getByRole('progressbar', { name: 'Checking' });
    expect(await bar.evaluate((element: HTMLProgressElement) => [element.value, element.max])).toEqual([8, 24]);
    const lines = row().getByRole('list').getByRole('listitem');
    expect(await lines.count()).toBe(24);
    const said = await lines.nth(1).innerText();
    for (const text of ['Fine', 'Way out of this network', 'The VPN tun0 leads to 10.1.0.0/16.', '49 ms']) expect(said).toContain(text);
    expect(await lines.nth(8).getAttribute('aria-current')).toBe('step');
    const live = row().locator('[aria-live=polite]');
    expect(await live.innerText()).toContain('Certificate, 10.1.0.5:8802: Fine. Trusted');
    await patchState(
      page,
      with_(doctorRun({ finishedAt: null, verdict: null }, (at) => (at < 12 ? 'fine' : at === 12 ? 'running' : 'waiting'))),
    );
    await expect.poll(() => live.innerText()).toContain('Registration: Fine.');
  });

  it('names the broken hop in one sentence, with who can mend it and what else was found', async () => {
    page = await openConnection(pages, with_(doctorBroken()));
    await row().getByRole('status').getByText('10.1.0.5 is there, but nothing listens at port 8802.').waitFor();
    await row().getByText('Who can mend it: Whoever runs the telephone system').waitFor();
    const others = row().getByRole('region', { name: 'Also found' });
    expect(await others.getByRole('listitem').count()).toBe(2);
    expect(await others.innerText()).toContain('No STUN server is set');
    const lines = row().getByRole('list').last().getByRole('listitem');
    expect(await lines.nth(5).innerText()).toContain('Broken');
    expect(await lines.nth(8).innerText()).toContain('Not looked at, because something before it is broken.');
  });

  it('folds its lines when all is well, and says what is worth knowing', async () => {
    page = await openConnection(pages, with_(worthKnowing));
    await row().getByText('Everything works. Calls come and go.').waitFor();
    await row()
      .getByText(/^No STUN server is set/)
      .waitFor();
    const lines = row().getByRole('list').getByRole('listitem');
    expect(await lines.first().isVisible()).toBe(false);
    await row().getByText('All 24 steps').click();
    expect(await lines.first().isVisible()).toBe(true);
  });

  it('offers to go where a finding is put right', async () => {
    page = await openConnection(pages, with_(warned));
    await row().getByRole('button', { name: 'Open audio settings' }).click();
    await page.getByRole('heading', { name: 'Audio', level: 1 }).waitFor();
  });

  it('copies and saves its report', async () => {
    page = await openConnection(pages, with_(doctorBroken()));
    await row().getByRole('button', { name: 'Copy report' }).click();
    await page.getByText('The report was copied.').waitFor();
    const text: unknown = expect.stringContaining('10.1.0.5 is there, but nothing listens at port 8802.');
    expect(await last()).toEqual({ name: 'app.copy-text', params: { text } });
    await row().getByRole('button', { name: 'Save report' }).click();
    await page.getByText('Report saved to /home/mara/commute-doctor.txt').waitFor();
    expect((await askedOf(page)).map(({ name }) => name)).toContain('doctor.save-report');
  });

  it('says so when it cannot run', async () => {
    page = await openConnection(pages, with_(failed));
    await row().getByText('Something went wrong inside Commute').waitFor();
    await row().getByRole('button', { name: 'Run again' }).waitFor();
  });
});

describe('the echo call', () => {
  it('is offered once there is a number for it, and dialled only when it is wished for', async () => {
    page = await openConnection(pages);
    expect(await page.getByRole('checkbox').count()).toBe(0);
    await page.getByRole('textbox', { name: 'Echo number' }).fill('*43');
    await page.keyboard.press('Enter');
    expect(await last()).toEqual({ name: 'settings.update', params: { network: { echoNumber: '*43' } } });
    await page.getByRole('checkbox', { name: 'With an echo call to *43' }).check();
    await row().getByRole('button', { name: 'Find out what is wrong' }).click();
    expect(await last()).toEqual({ name: 'doctor.start', params: { echo: true } });
  });

  it('takes no emergency number', async () => {
    page = await openConnection(pages, withEcho);
    await page.getByRole('textbox', { name: 'Echo number' }).fill('112');
    await page.keyboard.press('Enter');
    await page.getByText('112 is an emergency number.').waitFor();
    expect((await askedOf(page)).map(({ name }) => name)).not.toContain('settings.update');
  });
});

describe.each(looks)('$name', ({ look, size }) => {
  it('has named controls, nothing cut off and no sideways scrolling', async () => {
    page = await openConnection(pages, { ...withEcho }, look, size);
    const runs = { running: doctorRuns(), stopped, warned, worthKnowing, failed, broken: doctorBroken(), everything };
    for (const [name, run] of Object.entries(runs)) {
      await patchState(page, with_(run));
      await page.locator('.doctor .button').first().waitFor();
      expect(await flaws(page), name).toEqual([]);
    }
  });
});
