import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import type { Trust } from '#shared/profiles/account.ts';
import { trustCertificate } from '#test/support/app/asterisk-phone.ts';
import { registered, stateOf, waitForState } from '#test/support/app/driver.ts';
import { ScriptedOffice } from '#test/support/app/scripted-office.ts';
import { signInFailure, typeAndSubmit } from '#test/support/app/sign-in-page.ts';
import { createTempFolder } from '#test/support/app/temp-folder.ts';
import { openCommute, type OpenCommute } from '#test/support/app/use-commute.ts';
import { makeCertificate, type TestCertificate } from '#test/support/sip/test-certificates.ts';

async function office(certificate: TestCertificate, port?: number): Promise<ScriptedOffice> {
  const started = await ScriptedOffice.start({ certificate, ...(port === undefined ? {} : { port }) });
  onTestFinished(() => started.close());
  return started;
}

/** What the account keeps of its server's certificate. */
async function keptTrust(page: Page): Promise<Trust | undefined> {
  return (await stateOf(page)).settings.account?.servers[0]?.trust;
}

it(
  'a certificate that changed between two starts is asked about with both sides, before the password is sent',
  { timeout: 60_000 },
  async () => {
    const folder = await createTempFolder('certificates');
    onTestFinished(() => folder.dispose());
    const [trusted, renewed] = await Promise.all([makeCertificate(), makeCertificate()]);
    const first = await office(trusted);
    const { port } = first;
    const server = `wss://127.0.0.1:${port}/ws`;
    const open = (): Promise<OpenCommute> => openCommute({ profileFolder: folder.path });

    const before = await open();
    await typeAndSubmit(before.page, { server });
    await trustCertificate(before.page);
    await registered(before.page);
    expect(await keptTrust(before.page)).toMatchObject({ kind: 'pinned', fingerprint: trusted.fingerprint });
    await before.dispose();
    await first.close();

    const stranger = await office(renewed, port);
    const again = await open();
    const { page } = again;
    // a password is not kept in a test
    await typeAndSubmit(page, { server });
    await signInFailure(page, 'certificate-changed');
    const alert = page.getByRole('alert').filter({ hasText: "The server's certificate has changed" });
    expect(await alert.getByRole('region', { name: 'Trusted until now' }).locator('code').textContent()).toBe(trusted.fingerprint);
    expect(await alert.getByRole('region', { name: 'Shown now' }).locator('code').textContent()).toBe(renewed.fingerprint);
    await alert.getByRole('button', { name: 'Cancel' }).click();
    await alert.getByText('Not trusted. Commute stays away from this server until you decide.').waitFor();
    expect(stranger.server.connectionCount).toBe(0);
    expect(await keptTrust(page)).toMatchObject({ fingerprint: trusted.fingerprint });

    // the server was somebody else's for a while: nothing is asked when the known one is back
    await stranger.close();
    const returned = await office(trusted, port);
    await page.locator('form [name=server]').press('Enter');
    await registered(page);
    await again.dispose();
    await returned.close();

    const final = await office(renewed, port);
    const last = await open();
    await typeAndSubmit(last.page, { server });
    await signInFailure(last.page, 'certificate-changed');
    expect(final.server.connectionCount).toBe(0);
    await last.page.getByRole('button', { name: 'Trust the new one' }).click();
    await registered(last.page);
    expect(final.registrar.right).toBeGreaterThan(0);
    const kept = await waitForState(last.page, 'the new one is kept whole', ({ settings }) => {
      const trust = settings.account?.servers[0]?.trust;
      return trust?.kind === 'pinned' && trust.certificate !== undefined && trust;
    });
    expect(kept.fingerprint).toBe(renewed.fingerprint);
  },
);
