import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type NetworkLab, type NetworkLabOptions, serverAddresses, startNetworkLab } from '#test/support/lab/network-lab.ts';

async function useLab(options?: NetworkLabOptions): Promise<NetworkLab> {
  const lab = await startNetworkLab(options);
  onTestFinished(() => lab.dispose());
  return lab;
}

/** Connects from the client and prints `from <our address>`, or the error; nothing within half a second is `silence`. */
const tryConnect = `
const { connect } = require('node:net');
const [host, port] = process.argv.slice(1);
const say = (text) => { console.log(text); process.exit(); };
setTimeout(say, 500, 'silence');
connect(Number(port), host).on('connect', function () { say('from ' + this.localAddress); }).on('error', (error) => say(error.code));
`;

function reach(lab: NetworkLab, host: string): Promise<string> {
  return lab.exec('client', [process.execPath, '-e', tryConnect, host, '9']).then((said) => said.trim());
}

/** Accepts connections at every address of the server. */
async function listen(lab: NetworkLab): Promise<void> {
  const server = "require('node:net').createServer((socket) => socket.end()).listen(9, '::', () => console.log('up'))";
  const child = lab.spawn('internet', [process.execPath, '-e', server], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout) await once(child.stdout, 'data');
}

function leftOf(prefix: string): string[] {
  const folders = ['/run/netns', '/etc/netns', tmpdir()].filter((folder) => existsSync(folder));
  return folders.flatMap((folder) => readdirSync(folder)).filter((name) => name.startsWith(prefix));
}

describe('the small internet', () => {
  it('has the office where LAN and tunnel reach it, and the public address everywhere, in IPv4 and IPv6', { timeout: 60_000 }, async () => {
    const lab = await useLab({ family: 'dual' });
    await listen(lab);
    const seen: Record<string, string[]> = {};
    for (const network of ['lan', 'home', 'vpn', 'public'] as const) {
      await lab.move(network);
      seen[network] = await Promise.all(Object.values(serverAddresses).map((address) => reach(lab, address)));
    }
    // office, public, office6, public6
    expect(seen).toEqual({
      lan: ['from 192.168.77.100', 'from 192.168.77.100', 'from fd00:77::100', 'from fd00:77::100'],
      home: ['silence', 'from 10.66.0.100', 'silence', 'from 2001:db8:66::100'],
      vpn: ['from 10.8.0.2', 'from 10.66.0.100', 'from fd00:8::2', 'from 2001:db8:66::100'],
      public: ['silence', 'from 203.0.113.77', 'silence', 'from 2001:db8:113::77'],
    });
    await lab.move('none');
    expect(await reach(lab, serverAddresses.public)).toBe('ENETUNREACH');
    await lab.move('home', { family: 'ipv6' });
    expect(await reach(lab, serverAddresses.public)).toBe('ENETUNREACH');
    expect(await reach(lab, serverAddresses.public6)).toBe('from 2001:db8:66::100');
  });

  it('keeps the old network beside the new one while they overlap', { timeout: 30_000 }, async () => {
    const lab = await useLab();
    const addresses = async (): Promise<string> => (await lab.exec('client', ['hostname', '-I'])).trim();
    const moved = lab.move('home', { overlapMs: 1_500 });
    await expect.poll(addresses).toContain('10.66.0.100');
    expect(await addresses()).toContain('192.168.77.100');
    await moved;
    expect(await addresses()).toBe('10.66.0.100');
  });

  it('loses packets without a word until they are to pass again, and tells what passed', { timeout: 30_000 }, async () => {
    const lab = await useLab();
    await listen(lab);
    const fault = await lab.drop({ address: serverAddresses.office, protocol: 'tcp' });
    expect(await reach(lab, serverAddresses.office)).toBe('silence');
    expect(await reach(lab, serverAddresses.public)).toBe('from 192.168.77.100');
    await fault.restore();
    expect(await reach(lab, serverAddresses.office)).toBe('from 192.168.77.100');
    const capture = await lab.captureUdp('client', 'port 4000');
    const send = `require('node:dgram').createSocket('udp4').send('hello', 4000, '${serverAddresses.office}', () => process.exit())`;
    await lab.exec('client', [process.execPath, '-e', send]);
    await expect.poll(() => capture.seen().length).toBeGreaterThan(0);
    expect((await capture.stop())[0]).toMatchObject({ direction: 'out', to: `${serverAddresses.office}.4000`, bytes: 5, trafficClass: 0 });
  });

  it('stands beside another one, changes its NAT, and leaves nothing behind', { timeout: 60_000 }, async () => {
    const both = await Promise.all([startNetworkLab(), startNetworkLab()]);
    const prefixes = both.map((lab) => lab.namespace('client').replace(/-cli$/, ''));
    try {
      await Promise.all(both.map(listen));
      await both[0].move('public');
      await both[1].switchNat('tls-only');
      expect(await Promise.all(both.map((lab) => reach(lab, serverAddresses.public)))).toEqual(['from 203.0.113.77', 'silence']);
      expect(await reach(both[1], serverAddresses.office)).toBe('from 192.168.77.100');
    } finally {
      await Promise.all(both.map((lab) => lab.dispose()));
    }
    expect(prefixes.flatMap(leftOf)).toEqual([]);
  });

  it('ends with the process that started it, however that ends', { timeout: 60_000 }, async () => {
    const module = fileURLToPath(new URL('../support/lab/network-lab.ts', import.meta.url));
    const script = `import { startNetworkLab } from ${JSON.stringify(module)};
      const lab = await startNetworkLab({ servers: true }); await lab.move('vpn'); console.log(lab.namespace('client')); setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(owner.stdout, 'data');
    const prefix = String(line).trim().replace(/-cli$/, '');
    expect(leftOf(prefix)).not.toEqual([]);
    owner.kill('SIGKILL');
    await expect.poll(() => leftOf(prefix), { timeout: 10_000 }).toEqual([]);
  });
});
