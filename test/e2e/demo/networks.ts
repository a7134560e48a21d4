// The connection page of the real app in one network after the other, as pictures to look at: out/gallery/networks.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import type { PathKind } from '#shared/network/path.ts';
import type { Server } from '#shared/profiles/account.ts';
import { launchCommute } from '#test/support/app/commute.ts';
import { ask, registered, waitForState } from '#test/support/app/driver.ts';
import { type ClientNetwork, labCoturn, type NatType, type NetworkLab, startNetworkLab } from '#test/support/lab/network-lab.ts';

const folder = resolve('out', 'gallery', 'networks');
const looks = [
  { theme: 'light', language: 'en', width: 960 },
  { theme: 'dark', language: 'de', width: 380 },
] as const;
/** High enough for the whole page. */
const height = 1_700;

interface Situation {
  readonly name: string;
  readonly network: ClientNetwork;
  /** How the line gets to its server there; null: not at all. */
  readonly path: PathKind | null;
  readonly nat?: NatType;
  /** Whether the account has a relay. */
  readonly relay: boolean;
}

const situations: readonly Situation[] = [
  { name: 'office', network: 'lan', path: 'office', relay: true },
  { name: 'home', network: 'home', path: 'internet', relay: true },
  { name: 'vpn', network: 'vpn', path: 'vpn', relay: true },
  { name: 'public', network: 'public', path: 'internet', relay: false },
  { name: 'udp-blocked', network: 'lan', path: 'office', nat: 'udp-blocked', relay: true },
  { name: 'symmetric-without-relay', network: 'lan', path: 'office', nat: 'symmetric', relay: false },
  { name: 'cable-pulled', network: 'none', path: null, relay: true },
];

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const lab = await startNetworkLab({ servers: true });
  const commute = await launchCommute({ namespace: lab.namespace('client') });
  try {
    const page = await commute.window('ui/index.html');
    const servers = ['office.lab.test', 'sip.lab.test'].map((host) => serverAt(host, lab));
    await ask(page, 'session.sign-in', {
      user: '208',
      password: 'lab208',
      authUser: '',
      displayName: 'Rosa Roth',
      domain: 'lab.test',
      servers,
      remember: false,
    });
    await registered(page);
    await page.locator('.title-bar-lamp').click();
    let last: ClientNetwork = 'lan';
    for (const situation of situations) {
      await visit(situation, situation.network === last, lab, page);
      last = situation.network;
    }
  } finally {
    await commute.dispose();
    await lab.dispose();
  }
}

/** @param stays it is the network of before: nothing registers anew */
async function visit(
  { name, network, path, nat = 'port-restricted', relay }: Situation,
  stays: boolean,
  lab: NetworkLab,
  page: Page,
): Promise<void> {
  await lab.switchNat(nat);
  await setServers(page, relay);
  const moved = Date.now();
  await lab.move(network);
  await waitForState(page, `the line has settled by ${String(path)}`, ({ registration }) =>
    path === null
      ? registration.phase === 'waiting'
      : registration.phase === 'registered' && registration.path === path && (stays || registration.confirmedAt > moved),
  );
  await ask(page, 'network.check-nat', { lifetime: false });
  await waitForState(page, 'the NAT is known', ({ connectivity }) => connectivity.checking.length === 0);
  await ask(page, 'network.check-ice', {});
  await ask(page, 'doctor.start', { echo: false });
  const {
    doctor,
    nat: natReport,
    ice,
  } = await waitForState(
    page,
    'everything is known',
    ({ connectivity }) => connectivity.checking.length === 0 && (connectivity.doctor?.finishedAt ?? null) !== null && connectivity,
    25_000,
  );
  const said = [natReport?.type, ice?.status, ice?.reason, doctor?.verdict?.level, doctor?.verdict?.finding].map(String).join(', ');
  console.log(`${name}: ${said}`);
  for (const { theme, language, width } of looks) {
    await ask(page, 'settings.update', { appearance: { theme, language } });
    await waitForState(page, 'the look', ({ app }) => app.theme === theme && app.language === language);
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: join(folder, `${name}-${language}-${theme}.png`) });
  }
}

async function setServers(page: Page, relay: boolean): Promise<void> {
  const { host, port, username, password } = labCoturn;
  const stun = { id: 'stun', uri: `stun:${host}:${port}`, username: '' };
  const turn = ['udp', 'tcp'].map((transport) => ({ id: transport, uri: `turn:${host}:${port}?transport=${transport}`, username }));
  for (const { id } of turn) await ask(page, 'settings.set-ice-password', { id, password });
  await ask(page, 'settings.update', { ice: { servers: relay ? [stun, ...turn] : [stun] } });
}

function serverAt(host: string, lab: NetworkLab): Server {
  return { host, port: 8089, transport: 'wss', path: '/ws', trust: { kind: 'ca-file', path: lab.caFile } };
}

await main();
