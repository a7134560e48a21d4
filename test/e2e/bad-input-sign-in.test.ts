import { createServer as createHttpServer } from 'node:http';
import { createServer as createTcpServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ErrorCode } from '#shared/errors/app-error.ts';
import { registered, stateOf, waitForState } from '#test/support/app/driver.ts';
import { freePort } from '#test/support/app/free-port.ts';
import { logged } from '#test/support/app/log-reader.ts';
import { ScriptedOffice } from '#test/support/app/scripted-office.ts';
import { readSentence } from '#test/support/app/sentence.ts';
import { useSharedCommute } from '#test/support/app/shared-commute.ts';
import { failToSignIn, signInBy, signInFailure, signOut, typed } from '#test/support/app/sign-in-page.ts';
import { createTempFolder } from '#test/support/app/temp-folder.ts';
import { openCommute } from '#test/support/app/use-commute.ts';
import type { ScriptedServerOptions } from '#test/support/sip/scripted-server.ts';
import { makeCertificate } from '#test/support/sip/test-certificates.ts';

const limits = { timeout: 30_000 };
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function office(options: ScriptedServerOptions = {}): Promise<ScriptedOffice> {
  const started = await ScriptedOffice.start(options);
  cleanUps.push(() => started.close());
  return started;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  return address.port;
}

describe('an attempt to sign in that fails', () => {
  const commute = useSharedCommute();

  /** Tries the address and checks everything that holds for each failure. */
  async function expectFailure(server: string, code: ErrorCode) {
    const { page, profileFolder } = commute();
    const form = { user: '201', password: 'secret', server };
    const report = await failToSignIn(page, form);
    expect(report.code).toBe(code);
    const card = await readSentence(page.getByRole('alert'), report);
    expect(await page.locator('.error-card').count()).toBe(1);
    expect(await typed(page)).toEqual(form);
    expect((await stateOf(page)).settings.account).toBeNull();
    await logged(profileFolder, new RegExp(`WARN .*code=${code}\\b`));
    return { card, report };
  }

  it('for a wrong password says so, puts the keyboard there, and takes the right one', limits, async () => {
    const { server, address } = await office();
    const { page } = commute();
    const report = await failToSignIn(page, { server: address, password: 'wrong' });
    expect(report.code).toBe('wrong-password');
    await readSentence(page.getByRole('alert'), report);
    expect(await typed(page)).toEqual({ server: address, user: '201', password: 'wrong' });
    await page.locator('form [name=password]:focus').waitFor();
    // A second try by itself could lock the account.
    expect(server.requestsOf('REGISTER').length).toBe(2);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('secret');
    await page.keyboard.press('Enter');
    await registered(page);
    await signOut(page);
  });

  it('for an unknown user says so', limits, async () => {
    const { server, address } = await office();
    server.script = ({ reply }) => reply(404);
    const { report } = await expectFailure(address, 'user-unknown');
    expect(report.details).toMatchObject({ user: '201', host: '127.0.0.1' });
  });

  it('for a name that nobody has says so', limits, async () => {
    const { card } = await expectFailure('wss://nonexistent.invalid:8089/ws', 'host-not-found');
    expect(await card.textContent()).toContain('nonexistent.invalid');
  });

  it('for a closed port says so, and goes through once the server runs', limits, async () => {
    const port = await freePort();
    await expectFailure(`ws://127.0.0.1:${port}/ws`, 'connection-refused');
    await office({ port });
    const { page } = commute();
    await page.locator('form [name=server]').press('Enter');
    await registered(page);
    await signOut(page);
  });

  it('for a web server says that it is no telephone system', limits, async () => {
    const port = await listening(createHttpServer((_request, response) => response.writeHead(200).end('<html>')));
    await expectFailure(`ws://127.0.0.1:${port}/ws`, 'not-a-sip-server');
  });

  it('for a server that talks nonsense says that it is no telephone system', limits, async () => {
    const port = await listening(
      createTcpServer((socket) =>
        socket
          .on('error', () => undefined)
          .resume()
          .end(Buffer.alloc(4_096, 0xa5)),
      ),
    );
    await expectFailure(`ws://127.0.0.1:${port}/ws`, 'not-a-sip-server');
    await expectFailure(`wss://127.0.0.1:${port}/ws`, 'not-a-sip-server');
  });

  it(
    'for a server with another encrypted protocol says, after its certificate was trusted, that it is no telephone system',
    limits,
    async () => {
      const { certificate, key } = await makeCertificate();
      const port = await listening(
        createTlsServer({ cert: certificate, key }, (socket) =>
          socket
            .on('error', () => undefined)
            .resume()
            .end('220 mail.test ESMTP\r\n'),
        ),
      );
      const { card } = await expectFailure(`wss://127.0.0.1:${port}/ws`, 'certificate-untrusted');
      await card.getByRole('button', { name: 'Trust this certificate' }).click();
      const { page } = commute();
      await readSentence(page.getByRole('alert'), await signInFailure(page, 'not-a-sip-server'));
    },
  );

  it('for an unknown certificate shows it, and goes through once it is trusted', limits, async () => {
    const certificate = await makeCertificate();
    const { port } = await office({ certificate });
    const { card } = await expectFailure(`wss://127.0.0.1:${port}/ws`, 'certificate-untrusted');
    expect((await card.locator('code').textContent())?.trim()).toBe(certificate.fingerprint);
    await card.getByRole('button', { name: 'Trust this certificate' }).click();
    const { page } = commute();
    await registered(page);
    const { fingerprint } = certificate;
    expect((await stateOf(page)).settings.account?.servers[0]?.trust).toMatchObject({ kind: 'pinned', fingerprint });
    await signOut(page);
  });

  it('for an expired certificate says so and offers no way around it', limits, async () => {
    const certificate = await makeCertificate({ notAfter: new Date(Date.now() - 1_000) });
    const { server, port } = await office({ certificate });
    const { profileFolder } = commute();
    const { card } = await expectFailure(`wss://127.0.0.1:${port}/ws`, 'certificate-expired');
    expect(await card.getByRole('button', { name: 'Trust this certificate' }).count()).toBe(0);
    await logged(profileFolder, /WARN .*code=certificate-expired\b/);
    expect(server.requests).toEqual([]);
  });

  it('does not send an address that is none', limits, async () => {
    const { page } = commute();
    for (const server of ['pbx example org', 'https://pbx.example.org', 'pbx.example.org:99999']) {
      await page.locator('form [name=server]').fill(server);
      await page.locator('form [name=server]').press('Enter');
      await page.getByText('This is no server address.').waitFor();
      expect((await stateOf(page)).session.stage).toBe('signed-out');
    }
  });
});

describe('a certificate that changes while signed in', () => {
  const commute = useSharedCommute();

  it('is shown before anything is sent, and can be trusted anew', limits, async () => {
    const { page, profileFolder } = commute();
    const before = await ScriptedOffice.start({ certificate: await makeCertificate() });
    const { port } = before;
    const address = `wss://127.0.0.1:${port}/ws`;
    const first = await failToSignIn(page, { server: address });
    const card = await readSentence(page.getByRole('alert'), first);
    await card.getByRole('button', { name: 'Trust this certificate' }).click();
    await registered(page);

    await before.close();
    const renewed = await makeCertificate();
    const after = await office({ certificate: renewed, port });
    const status = await waitForState(page, 'the change is noticed', ({ registration }) => {
      const failed = registration.phase === 'refused' || registration.phase === 'waiting';
      return failed && registration.error.code === 'certificate-changed' && registration;
    });
    expect(after.server.requests).toEqual([]);
    await logged(profileFolder, /code=certificate-changed\b/);
    await page
      .getByRole('banner')
      .getByRole('button', { name: /The server's certificate has changed/ })
      .click();
    const warning = await readSentence(page.getByRole('main'), status.error);
    expect((await warning.getByRole('region', { name: 'Shown now' }).locator('code').textContent())?.trim()).toBe(renewed.fingerprint);
    await warning.getByRole('button', { name: 'Trust the new one' }).click();
    await registered(page);
    expect((await stateOf(page)).settings.account?.servers[0]?.trust).toMatchObject({ kind: 'pinned', fingerprint: renewed.fingerprint });
  });
});

describe('a password that was not kept', () => {
  it('is asked for at the next start; everything else is there', limits, async () => {
    const { address } = await office();
    const folder = await createTempFolder('restart');
    onTestFinished(() => folder.dispose());
    const before = await openCommute({ profileFolder: folder.path });
    await signInBy(before.page, { server: address });
    await before.dispose();

    const { page } = await openCommute({ profileFolder: folder.path });
    const card = await readSentence(page.getByRole('alert'), await signInFailure(page, 'password-not-kept'));
    expect(await card.textContent()).not.toContain('secret');
    await logged(folder.path, /WARN .*code=password-not-kept\b/);
    expect(await typed(page)).toEqual({ user: '201', password: '', server: address });
    await page.locator('form [name=password]').fill('secret');
    await page.locator('form [name=password]').press('Enter');
    await registered(page);
  });
});

describe('in German', () => {
  const commute = useSharedCommute({ locale: 'de' });

  it('a failure is told in German', limits, async () => {
    const { page } = commute();
    const { address } = await office();
    expect((await stateOf(page)).app.language).toBe('de');
    await readSentence(page.getByRole('alert'), await failToSignIn(page, { server: address, password: 'falsch' }), 'de');
    await readSentence(page.getByRole('alert'), await failToSignIn(page, { server: 'nonexistent.invalid' }), 'de');
    await signInBy(page, { server: address });
  });
});
