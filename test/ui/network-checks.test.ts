import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { iceReasons, iceStatuses, type IceReport } from '#shared/network/ice/report.ts';
import { natTypes, type NatReport } from '#shared/network/nat/report.ts';
import { nothingChecked, openConnection } from '#test/support/ui/connection-page.ts';
import { flaws } from '#test/support/ui/flaws.ts';
import { looks } from '#test/support/ui/looks.ts';
import { availableIce, simpleNat } from '#test/support/ui/sample-network.ts';
import { askedOf, patchState, startUiPages, type UiPages } from '#test/support/ui/ui-pages.ts';

let pages: UiPages;
let page: Page;

beforeAll(async () => {
  pages = await startUiPages();
});
afterAll(() => pages.close());
afterEach(() => expect(pages.faults).toEqual([]));

const found = (nat: NatReport | null, ice: IceReport | null) => ({ connectivity: { ...nothingChecked, nat, ice } });
const nat = () => page.getByRole('group', { name: 'NAT type' });
const ice = () => page.getByRole('group', { name: 'ICE status' });
const last = async () => (await askedOf(page)).at(-1);
const symmetric: NatReport = { ...simpleNat, type: 'symmetric', mapping: 'address-and-port-dependent', simple: false };
const noAnswer: NatReport = { ...simpleNat, error: { code: 'stun-unreachable', details: { server: 'stun.example.org:3478' } } };
const oneAddress: NatReport = { ...simpleNat, type: 'cone', filtering: 'unknown', filteringUnknownBecause: 'one-address', mapped: null };
const unknown: NatReport = { ...oneAddress, type: 'unknown', simple: false };
const nothing: IceReport = {
  ...availableIce,
  status: 'not-available',
  reason: 'no-candidates',
  candidates: [],
  servers: [],
  loopBack: { connected: false, tookMs: 5000, pair: null },
};

describe('the NAT check', () => {
  it('is started, says that it runs, and is stopped', async () => {
    page = await openConnection(pages);
    await nat().getByRole('button', { name: 'Check NAT type' }).click();
    expect(await last()).toEqual({ name: 'network.check-nat', params: { lifetime: false } });
    await patchState(page, { connectivity: { ...nothingChecked, checking: ['nat'] } });
    await nat().getByRole('status').getByText('Checking').first().waitFor();
    await nat().getByRole('button', { name: 'Stop' }).click();
    expect(await last()).toEqual({ name: 'network.stop-checks', params: {} });
  });

  it.each([
    [simpleNat, 'Simple (Port-restricted cone)', 'Sound finds its way without a relay.'],
    [symmetric, 'Not simple (Symmetric)', 'Sound needs a relay (TURN server) to find its way.'],
    [unknown, 'Not known', 'The STUN server has one address only, which is not enough to tell the type.'],
    [noAnswer, 'Could not be found out', 'The STUN server does not answer'],
  ] as const)("says in the vendor's word and the classic name what it found (%#)", async (report, word, meaning) => {
    page = await openConnection(pages, found(report, null));
    await nat().getByRole('strong').getByText(word, { exact: true }).waitFor();
    await nat().getByText(meaning).waitFor();
  });

  it('unfolds everything that was found, and measures the lifetime of a mapping on demand', async () => {
    page = await openConnection(pages, found(simpleNat, null));
    await nat().getByText('What was found').click();
    const facts = await nat().locator('.facts').innerText();
    for (const text of [
      'The same for everybody',
      'By address and port',
      '192.168.178.23:50112',
      '203.0.113.77:50112',
      'Not measured',
      '1.2 s',
    ]) {
      expect(facts).toContain(text);
    }
    await nat().getByRole('button', { name: 'Measure' }).click();
    expect(await last()).toEqual({ name: 'network.check-nat', params: { lifetime: true } });
    await patchState(page, found({ ...simpleNat, lifetimeSeconds: 125, hairpin: true }, null));
    await nat().getByText('At least 2 min 5 s').waitFor();
  });

  it('says why the filtering is not known', async () => {
    page = await openConnection(pages, found(oneAddress, null));
    await nat().getByText('What was found').click();
    await nat().getByText('Not known: the STUN server has one address only').waitFor();
  });
});

describe('the ICE check', () => {
  it('is started', async () => {
    page = await openConnection(pages);
    await ice().getByRole('button', { name: 'Check ICE status' }).click();
    expect(await last()).toEqual({ name: 'network.check-ice', params: {} });
  });

  it('says the status with its reason, and shows candidates, servers and the connection with itself', async () => {
    page = await openConnection(pages, found(null, availableIce));
    await ice().getByText('Available', { exact: true }).waitFor();
    await ice().getByText('Sound can go directly, and by a relay where a network forbids that.').waitFor();
    await ice().getByText('What was found').click();
    const table = ice().getByRole('table');
    expect(await table.getByRole('columnheader').allInnerTexts()).toEqual(['Type', 'Protocol', 'Interface', 'Server', 'After']);
    expect(await table.getByRole('row').count()).toBe(5);
    const relay = await table.getByRole('row').last().innerText();
    for (const text of [
      'Relay',
      '198.51.100.9',
      'IPv4 UDP, relay by TLS',
      'wlp3s0',
      'turns:turn.example.org:443?transport=tcp',
      '187 ms',
    ]) {
      expect(relay).toContain(text);
    }
    const servers = ice().getByRole('region', { name: 'Servers' }).getByRole('listitem');
    expect(await servers.nth(0).innerText()).toContain('Works, 38 ms, seen as 203.0.113.77');
    expect(await servers.nth(1).innerText()).toContain('Works, 64 ms, relays from 198.51.100.9');
    expect(await servers.nth(2).innerText()).toContain('The STUN server does not answer. Nothing came back from old.example.org:3478.');
    await ice().getByText('Stood after 212 ms').waitFor();
  });

  it('keeps its rows and heads readable where a table has no room', async () => {
    page = await openConnection(pages, found(null, availableIce), {}, { width: 360, height: 640 });
    await ice().getByText('What was found').click();
    expect(await ice().getByRole('table').getByRole('row').count()).toBe(5);
    const before = await ice()
      .locator('td.candidate-time')
      .first()
      .evaluate((cell) => getComputedStyle(cell, '::before').content);
    expect(before).toContain('After');
  });

  it('says when there is nothing', async () => {
    page = await openConnection(pages, found(null, nothing));
    await ice().getByText('Not available', { exact: true }).waitFor();
    await ice().getByText('What was found').click();
    for (const text of ['None was found.', 'None is set up.', 'Did not come to stand']) await ice().getByText(text).waitFor();
  });
});

describe.each(looks)('$name', ({ look, size }) => {
  it('has named controls, nothing cut off and no sideways scrolling, whatever was found', async () => {
    page = await openConnection(pages, {}, look, size);
    const unfold = () => page.evaluate(() => document.querySelectorAll('details').forEach((fold) => (fold.open = true)));
    const longName = { ...availableIce.candidates[0], server: `turns:${'relay-'.repeat(30)}.example.org:443?transport=tcp` };
    const reports: [string, NatReport, IceReport][] = [
      [
        'an error',
        noAnswer,
        { ...availableIce, candidates: [{ ...availableIce.candidates[0], ...longName } as IceReport['candidates'][number]] },
      ],
      ['nothing', oneAddress, nothing],
      ...natTypes.map((type): [string, NatReport, IceReport] => [type, { ...simpleNat, type }, availableIce]),
      ...iceReasons.map((reason): [string, NatReport, IceReport] => [
        reason,
        symmetric,
        { ...availableIce, reason, status: iceStatuses[1] },
      ]),
    ];
    for (const [name, natReport, iceReport] of reports) {
      await patchState(page, found(natReport, iceReport));
      await unfold();
      expect(await flaws(page), name).toEqual([]);
    }
  });
});
