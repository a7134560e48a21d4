import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AppState } from '#shared/state/app-state.ts';
import { ask, callIn, registered, stateOf, waitForState } from '#test/support/app/driver.ts';
import { OfficeBridge } from '#test/support/app/office-bridge.ts';
import { failToSignIn, signInBy, signOut } from '#test/support/app/sign-in-page.ts';
import { ScriptedOffice } from '#test/support/app/scripted-office.ts';
import { createTempFolder } from '#test/support/app/temp-folder.ts';
import { dial, openCommute, openInPracticeOffice } from '#test/support/app/use-commute.ts';
import { DigestRegistrar } from '#test/support/sip/digest-registrar.ts';

const limits = { timeout: 30_000 };

/** Long and odd enough to stand nowhere by chance, and a bait for every escaping on the way. */
const password = 'K0rrekt;pferd="batterie" €&%41';
const wrongPassword = 'Falsch3s-Pferd-4711-x';

const over = ({ calls }: AppState): boolean => calls.every(({ phase }) => phase === 'ended');

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** All forms in which a secret could stand in a file. */
function formsOf(secret: string): Buffer[] {
  const bytes = Buffer.from(secret);
  return [
    bytes,
    Buffer.from(secret, 'utf16le'),
    Buffer.from(secret, 'utf16le').swap16(),
    Buffer.from(encodeURIComponent(secret)),
    Buffer.from(JSON.stringify(secret).slice(1, -1)),
    // the last characters depend on what follows
    Buffer.from(bytes.toString('base64').replace(/=+$/, '').slice(0, -2)),
    Buffer.from(bytes.toString('base64url').slice(0, -2)),
    Buffer.from(bytes.toString('hex')),
    Buffer.from(bytes.toString('hex').toUpperCase()),
  ];
}

function digestsOf(secret: string): string[] {
  return ['md5', 'sha256', 'sha512-256'].map((name) => createHash(name).update(`201:office:${secret}`).digest('hex'));
}

describe('what is written down', () => {
  it('holds no password and nothing that could be turned into one', { timeout: 60_000 }, async () => {
    const registrar = new DigestRegistrar({ password, algorithms: ['SHA-256', 'MD5'] });
    const office = await ScriptedOffice.start({}, registrar);
    onTestFinished(() => office.close());
    const folder = await createTempFolder('secrets');
    onTestFinished(() => folder.dispose());
    const commute = await openCommute({ profileFolder: folder.path });
    const { page } = commute;
    await failToSignIn(page, { server: office.address, password: wrongPassword });
    await signInBy(page, { server: office.address, password });
    await dial(page, '202');
    await callIn(page, 'ringing-out');
    await page.getByRole('button', { name: 'End', exact: true }).click();
    await waitForState(page, 'the call is over', over);
    await office.call();
    await callIn(page, 'ringing-in');
    await page.getByRole('button', { name: 'Decline' }).first().click();
    await waitForState(page, 'the second call is over', over);
    await ask(page, 'app.export-report', {});
    await commute.dispose();

    const credentials = office.server.frames.flatMap((frame) =>
      [...frame.matchAll(/\b(?:response|cnonce)="([0-9a-f]+)"/g)].map(([, value]) => value ?? ''),
    );
    expect(credentials.length).toBeGreaterThan(2);
    const needles = [
      ...formsOf(password),
      ...formsOf(wrongPassword),
      ...[password, wrongPassword].flatMap(digestsOf).flatMap(formsOf),
      ...credentials.flatMap(formsOf),
      ...registrar.issued.map((nonce) => Buffer.from(`"${nonce}"`)),
    ];
    const places = filesBelow(folder.path).map((path) => ({ path, content: readFileSync(path) }));
    expect(places.some(({ path }) => path.endsWith('commute.log'))).toBe(true);
    expect(places.some(({ path }) => path.includes('commute-report'))).toBe(true);
    places.push({ path: 'terminal', content: Buffer.from(commute.output()) });
    const found = places.flatMap(({ path, content }) =>
      needles.filter((needle) => content.includes(needle)).map((needle) => `${path}: ${needle.toString('latin1')}`),
    );
    expect(found).toEqual([]);
    for (const { path } of places.filter((place) => /\.log$|report|settings\.json$/.test(place.path))) {
      expect(statSync(path).mode & 0o077, path).toBe(0);
    }
  });

  it('leaves the computer without numbers and names', limits, async () => {
    const office = await ScriptedOffice.start();
    onTestFinished(() => office.close());
    const { page } = await openCommute();
    await signInBy(page, { server: office.address });
    await dial(page, '+49891234567');
    await callIn(page, 'ringing-out');
    await page.getByRole('button', { name: 'End', exact: true }).click();
    await waitForState(page, 'the call is over', over);
    await office.call({ displayName: '"Theodora Quandt"', user: '08912345678' });
    await callIn(page, 'ringing-in');
    await page.getByRole('button', { name: 'Decline' }).first().click();

    await page.getByRole('navigation').getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'About and logs' }).first().click();
    await page.getByRole('button', { name: 'Export report' }).click();
    const said = await page.getByText(/^Report written to /).textContent();
    const report = readFileSync((said ?? '').replace('Report written to ', ''), 'utf8');
    expect(report).toContain('INVITE');
    expect(report).toContain('sip.registrar');
    for (const secret of ['49891234567', '1234567', '08912345678', 'Theodora', 'Quandt']) expect(report).not.toContain(secret);
    expect(report).toContain('***67');
    expect(report).not.toMatch(/^(?:Proxy-)?Authorization:(?! Digest (?:realm="office", )?(?:algorithm=[\w-]+, )?\[removed\]\r?$)/im);
  });
});

describe('the SIP messages of a call', () => {
  it('can be copied from its card, without digests', limits, async () => {
    const commute = await openInPracticeOffice();
    const { app, page, profileFolder, port } = commute;
    const bridge = await OfficeBridge.start(profileFolder, port, '11');
    onTestFinished(() => bridge.close());
    await signOut(page);
    await signInBy(page, { server: bridge.address, user: '11', password: bridge.password });
    await dial(page, '85');
    await callIn(page, 'connected');
    await page.getByRole('article').getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Copy SIP messages' }).click();
    await page.getByText('The SIP messages of this call were copied.').waitFor();
    const ladder = await app.evaluate(({ clipboard }) => clipboard.readText());
    for (const expected of ['INVITE (1) SDP', 'ACK', '200 OK', 'sip:85@', 'm=audio']) expect(ladder).toContain(expected);
    expect(ladder).not.toContain(bridge.password);
    expect(ladder).not.toMatch(/response="|nonce="|ice-pwd:(?!\[removed\])/);
    expect((await stateOf(page)).calls).toHaveLength(1);
    await registered(page);
  });
});
