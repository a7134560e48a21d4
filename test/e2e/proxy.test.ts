import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { trustCertificate, typeAccount } from '#test/support/app/asterisk-phone.ts';
import { callIn, hear, registered } from '#test/support/app/driver.ts';
import { dial, openCommute } from '#test/support/app/use-commute.ts';
import { type NetworkLab, startNetworkLab } from '#test/support/lab/network-lab.ts';
import { type LabProxy, startProxy } from '#test/support/lab/proxy.ts';

const account = { user: '207', password: 'lab207', server: 'wss://sip.lab.test:8089/ws' };
let lab: NetworkLab;

beforeAll(async () => {
  lab = await startNetworkLab({ servers: true });
  // what passes between the proxy and the server stays at the server's side
  await lab.drop({ protocol: 'tcp', ports: [8089] });
});

afterAll(() => lab?.dispose());

async function startedProxy(auth?: 'basic'): Promise<LabProxy & { readonly address: string }> {
  const started = await startProxy({ kind: 'tinyproxy', lab, ...(auth === undefined ? {} : { auth }) });
  onTestFinished(() => started.dispose());
  return { ...started, address: `${started.proxy.host}:${started.proxy.port}` };
}

describe('a network that only a proxy leads out of', () => {
  it('asks for the password at the proxy, and then signs in through it', { timeout: 45_000 }, async () => {
    const proxy = await startedProxy('basic');
    const { page, pageErrors } = await openCommute({ namespace: lab.namespace('client'), args: [`--proxy-server=${proxy.address}`] });
    await typeAccount(page, account);
    const alert = page.getByRole('alert').filter({ hasText: 'The proxy asks for a password' });
    await alert.waitFor();
    await alert.getByRole('textbox', { name: 'User at the proxy' }).fill(proxy.user);
    await alert.getByLabel('Password at the proxy', { exact: true }).fill(proxy.password);
    await alert.getByRole('button', { name: 'Save' }).click();
    await trustCertificate(page);
    await registered(page);
    expect(await proxy.log()).toMatch(/CONNECT sip\.lab\.test:8089/);
    await dial(page, '9197');
    await hear(page, (await callIn(page, 'connected')).id, 1_004);
    expect(pageErrors()).toEqual([]);
  });

  it('is left by the way that a configuration script names', { timeout: 45_000 }, async () => {
    const proxy = await startedProxy();
    const script = `function FindProxyForURL(url, host) { return host === 'sip.lab.test' ? 'PROXY ${proxy.address}' : 'DIRECT'; }`;
    const url = `data:application/x-ns-proxy-autoconfig;base64,${Buffer.from(script).toString('base64')}`;
    const { page } = await openCommute({ namespace: lab.namespace('client'), args: [`--proxy-pac-url=${url}`] });
    await typeAccount(page, account);
    await trustCertificate(page);
    await registered(page);
    expect(await proxy.log()).toMatch(/CONNECT sip\.lab\.test:8089/);
  });
});
