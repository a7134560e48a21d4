import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trustCertificate, typeAccount } from '#test/support/app/asterisk-phone.ts';
import { addIceServer, clipboardText, followLamp, openSettings, rowOf, runDoctor } from '#test/support/app/connection-page.ts';
import { registered } from '#test/support/app/driver.ts';
import { openCommute, type OpenCommute } from '#test/support/app/use-commute.ts';
import { labCoturn, type NetworkLab, startNetworkLab } from '#test/support/lab/network-lab.ts';

const relay = 'turn:turn.lab.test';
const account = { user: '207', password: 'lab207', server: 'wss://sip.lab.test:8089/ws' };
/** What the doctor may take: its run, and the echo call beside it. */
const doctorMs = 9_500 + 8_000;
let lab: NetworkLab;

beforeAll(async () => {
  lab = await startNetworkLab({ servers: true });
});

afterAll(() => lab?.dispose());

/** Signed in at the public address from behind the office's router. */
async function openAtLab(): Promise<OpenCommute> {
  const commute = await openCommute({ namespace: lab.namespace('client') });
  await typeAccount(commute.page, account);
  await trustCertificate(commute.page);
  await registered(commute.page);
  return commute;
}

describe('the connectivity page', () => {
  it('tells the way to the server, what the doctor and the checks find, and which relay refuses', { timeout: 60_000 }, async () => {
    const { app, page, pageErrors } = await openAtLab();
    await openSettings(page, 'Network and ICE');
    await addIceServer(page, { uri: 'stun:stun.lab.test' });
    await addIceServer(page, { uri: relay, username: labCoturn.username, password: labCoturn.password });
    await page.getByRole('button', { name: `Test ${relay}` }).click();
    await page.getByText(/^Works, .*relays from 203\.0\.113\.10$/).waitFor();

    const status = await followLamp(page, /^Reachable/);
    await status.getByText('Calls to 207 ring here.').waitFor();
    await status.getByText('Internet, over the public internet').waitFor();
    await status.getByText('sip.lab.test:8089').waitFor();

    const nat = rowOf(page, 'NAT type');
    await nat.getByRole('button', { name: 'Check NAT type' }).click();
    await nat.getByText('Simple (Port-restricted cone)').waitFor();

    const ice = rowOf(page, 'ICE status');
    await ice.getByRole('button', { name: 'Check ICE status' }).click();
    await ice.getByText('Available', { exact: true }).waitFor();
    await ice.getByText('What was found').click();
    for (const type of ['This computer', 'Seen from outside', 'Relay']) {
      await ice
        .getByRole('row', { name: new RegExp(`^${type}`) })
        .first()
        .waitFor();
    }

    const echo = page.getByRole('textbox', { name: 'Echo number' });
    await echo.fill('9196');
    await echo.press('Enter');
    await page.getByRole('checkbox', { name: 'With an echo call to 9196' }).check();
    const healthy = await runDoctor(page);
    expect(healthy.verdict).toMatchObject({ level: 'fine', finding: null });
    expect((healthy.finishedAt ?? Infinity) - healthy.startedAt).toBeLessThan(doctorMs);
    expect(healthy.lines.find(({ step }) => step === 'echo-call')).toMatchObject({ state: 'fine', said: 'heard' });
    const doctor = rowOf(page, 'When something does not work');
    await doctor.getByText('Everything works. Calls come and go.').waitFor();

    await openSettings(page, 'Network and ICE');
    await page.getByRole('button', { name: `Edit ${relay}` }).click();
    const form = page.getByRole('form', { name: `Change ${relay}` });
    await form.getByLabel('Password', { exact: true }).fill('forgotten');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'detached' });
    await openSettings(page, 'Connection');
    const broken = await runDoctor(page);
    expect(broken.verdict).toMatchObject({ finding: 'relay-password' });
    const verdict = await doctor.getByRole('status').first().innerText();
    expect(verdict).toContain('turn.lab.test');

    await doctor.getByRole('button', { name: 'Copy report' }).click();
    await page.getByText('The report was copied.').waitFor();
    const report = await clipboardText(app);
    expect(report).toContain(verdict);
    for (const secret of [account.password, labCoturn.password, 'forgotten', '207']) expect(report).not.toContain(secret);
    expect(pageErrors()).toEqual([]);
  });

  it('says that the server is gone and which port is closed, and all is well again once it is back', { timeout: 60_000 }, async () => {
    const { page } = await openAtLab();
    await lab.killAsterisk();
    const status = await followLamp(page, /^Not reachable/);
    await status.getByText('Not reachable').first().waitFor();
    await status.getByText(/^Next try in/).waitFor();
    const { verdict } = await runDoctor(page);
    expect(verdict).toMatchObject({ level: 'broken', finding: 'port-closed', facts: { port: 8089 } });
    await lab.startAsterisk();
    await registered(page, 30_000);
    await status.getByText('Calls to 207 ring here.').waitFor();
  });
});
