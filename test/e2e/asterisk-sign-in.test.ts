import { describe, expect, it } from 'vitest';
import { openAtAsterisk, trustCertificate, typeAccount } from '#test/support/app/asterisk-phone.ts';
import { registered } from '#test/support/app/driver.ts';
import { createTempFolder } from '#test/support/app/temp-folder.ts';
import { openCommute } from '#test/support/app/use-commute.ts';
import { useAsterisk } from '#test/support/lab/use-asterisk.ts';

const asterisk = useAsterisk();

describe('signing in at a real telephone system', () => {
  it(
    'asks about the unknown certificate, keeps what was typed after a wrong password, and then signs in',
    { timeout: 30_000 },
    async () => {
      const { page, pageErrors } = await openCommute();
      const server = asterisk().wssUrl;
      await typeAccount(page, { user: '201', password: 'wrong', server });
      const alert = page.getByRole('alert').filter({ hasText: /./ });
      await alert.getByText("The server's certificate is not known").waitFor();
      expect(await alert.locator('code').innerText()).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
      await trustCertificate(page);

      await alert.getByText('The password was not accepted').waitFor();
      expect(await alert.innerText()).toContain('Enter the password again.');
      expect(await page.getByRole('textbox', { name: 'User or number' }).inputValue()).toBe('201');
      expect(await page.getByRole('textbox', { name: 'Server address' }).inputValue()).toBe(server);
      const password = page.getByLabel('Password', { exact: true });
      expect(await password.inputValue()).toBe('wrong');
      expect(await password.evaluate((field) => field === document.activeElement)).toBe(true);

      await password.fill('lab201');
      await password.press('Enter');
      await registered(page);
      await page.getByRole('combobox', { name: 'Search or dial' }).waitFor();
      expect(await asterisk().cli('pjsip show contacts')).toContain('201/sip:');
      expect(pageErrors()).toEqual([]);
    },
  );

  it('says after a restart that the password could not be kept, with everything else filled in', { timeout: 30_000 }, async () => {
    const folder = await createTempFolder('session-only');
    const first = await openAtAsterisk(asterisk(), '201', { profileFolder: folder.path });
    await first.dispose();

    // no key store in a test: DBUS_SESSION_BUS_ADDRESS leads nowhere
    const { page, dispose } = await openCommute({ profileFolder: folder.path });
    const alert = page.getByRole('alert').filter({ hasText: 'The password is not kept' });
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/set up a key store/i);
    expect(await page.getByRole('textbox', { name: 'User or number' }).inputValue()).toBe('201');
    expect(await page.getByRole('textbox', { name: 'Server address' }).inputValue()).toBe(asterisk().wssUrl);

    const password = page.getByLabel('Password', { exact: true });
    expect(await password.inputValue()).toBe('');
    await password.fill('lab201');
    await password.press('Enter');
    // the certificate that was trusted before is not asked about again
    await registered(page);
    await dispose();
    await folder.dispose();
  });
});
