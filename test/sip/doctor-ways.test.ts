import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DoctorRun } from '#shared/network/doctor/run.ts';
import type { Server } from '#shared/profiles/account.ts';
import { labCoturn, type NetworkLab, serverAddresses, startNetworkLab } from '#test/support/lab/network-lab.ts';
import { expectVerdict, tellDurations, verdictOf } from '#test/support/network/doctor-expectations.ts';
import { DoctorInLab } from '#test/support/network/doctor-in-lab.ts';
import type { Patient } from '#test/support/network/doctor-patient.ts';

// As doctor-faults.test.ts, for faults of the network itself: the real doctor runs in a small internet of its own.

describe('the doctor on the way', () => {
  let lab: NetworkLab;
  let doctor: DoctorInLab;
  let endStrangers: () => Promise<void>;
  const inClient = (...argv: string[]): Promise<string> => lab.exec('client', argv);

  beforeAll(async () => {
    lab = await startNetworkLab({ servers: true });
    doctor = await DoctorInLab.start(lab);
    const order = {
      page: { address: serverAddresses.public, port: 80, location: 'http://login.hotel.example/' },
      names: { address: serverAddresses.public, port: 53 },
    };
    const script = fileURLToPath(new URL('../support/network/strangers-child.ts', import.meta.url));
    const strangers = lab.spawn('internet', [process.execPath, script, JSON.stringify(order)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const gone = once(strangers, 'exit');
    if (strangers.stdout === null) throw new Error('The strangers have no pipes.');
    await Promise.race([once(strangers.stdout, 'data'), gone.then(() => Promise.reject(new Error('The strangers did not start.')))]);
    endStrangers = async () => {
      strangers.stdin?.end();
      await gone;
    };
  });

  afterAll(async () => {
    await doctor.dispose();
    await endStrangers();
    await lab.dispose();
    tellDurations();
  });

  /** Asterisk, or where somebody takes it to be. */
  const at = (host: string, port = 8089): Server => ({
    host,
    port,
    transport: 'wss',
    path: '/ws',
    trust: { kind: 'ca-file', path: lab.caFile },
  });
  const office = (): Server => at(serverAddresses.office);
  const outside = (): Server => at(serverAddresses.public);
  const stun = { id: 'stun', uri: `stun:${labCoturn.host}:${labCoturn.port}`, username: '', password: '' };
  const relay = (password: string): NonNullable<Patient['ice']>[number] => ({
    id: 'turn',
    uri: `turn:${labCoturn.host}:${labCoturn.port}`,
    username: labCoturn.username,
    password,
  });
  /** @param user those that are seen at the same time have lines of their own: two doctors at one line see each other */
  const look = (patient: Patient, user = '201'): Promise<DoctorRun> => doctor.examine({ user, password: `lab${user}`, ...patient });

  describe.concurrent('in the office', () => {
    it('finds nothing where nothing is wrong', async () => {
      const run = await look({ servers: [office(), outside()], ice: [stun, relay(labCoturn.password)] });
      expect(verdictOf('healthy office', run)).toEqual({ level: 'fine', finding: null, facts: {}, others: [] });
    });

    it('office address wrong', async () => {
      const run = await look({ servers: [at('192.168.77.200'), outside()], ice: [stun] }, '202');
      expectVerdict('office address wrong', run, 'warning', 'one-address-down', '192.168.77.200:8089');
    });

    it('public address wrong', async () => {
      const run = await look({ servers: [office(), at('203.0.113.99')], ice: [stun] }, '203');
      expectVerdict('public address wrong', run, 'warning', 'one-address-down', '203.0.113.99:8089');
    });

    it('both addresses wrong', async () => {
      const run = await look({ servers: [at('192.168.77.200'), at('203.0.113.99')], ice: [stun] });
      const { others } = expectVerdict('both wrong', run, 'broken', 'host-unreachable', '192.168.77.200');
      expect(others).toContainEqual(
        expect.objectContaining({ finding: 'host-unreachable', facts: expect.objectContaining({ host: '203.0.113.99' }) }),
      );
    });

    it('relay password', async () => {
      const run = await look({ servers: [outside()], ice: [stun, relay('guess')] }, '204');
      expectVerdict('relay password', run, 'warning', 'relay-password', `${labCoturn.host}:${labCoturn.port}`);
    });

    it('captive portal', async () => {
      const run = await look({ servers: [at('sip.lab.test', 8443)] });
      expectVerdict('captive portal', run, 'broken', 'captive-portal');
    });
  });

  describe('with names', () => {
    const resolver = (address: string): void =>
      writeFileSync(`/etc/netns/${lab.namespace('client')}/resolv.conf`, `nameserver ${address}\n`);
    afterEach(() => resolver('203.0.113.254'));

    it('name unknown', async () => {
      resolver(serverAddresses.public);
      const run = await look({ servers: [at('pbx.example.test')] });
      expectVerdict('name unknown', run, 'broken', 'name-unknown', 'pbx.example.test');
    });

    it('name server silent', async () => {
      resolver('203.0.113.254');
      const run = await look({ servers: [at('pbx.example.test')] });
      expectVerdict('name server silent', run, 'broken', 'dns-dead', 'pbx.example.test');
    });

    it('name server dead', async () => {
      // nobody listens there
      resolver('127.0.0.1');
      const run = await look({ servers: [at('pbx.example.test')] });
      expectVerdict('name server dead', run, 'broken', 'dns-dead', 'pbx.example.test');
    });
  });

  describe('behind another router', () => {
    afterEach(() => lab.switchNat('port-restricted'));

    it('UDP blocked', async () => {
      await lab.switchNat('udp-blocked');
      const run = await look({ servers: [outside()], ice: [stun] });
      expectVerdict('UDP blocked', run, 'broken', 'udp-blocked', 'lets no UDP through');
    });

    it('symmetric NAT without a relay', async () => {
      await lab.switchNat('symmetric');
      const run = await look({ servers: [outside()], ice: [stun] });
      expectVerdict('symmetric NAT', run, 'warning', 'symmetric-without-relay', 'symmetric NAT');
    });
  });

  describe('elsewhere', () => {
    afterEach(async () => {
      await inClient('ip', 'link', 'del', 'wg0').catch(() => undefined);
      await lab.move('lan');
    });

    it('VPN without a route', async () => {
      await lab.move('home');
      await inClient('ip', 'link', 'add', 'wg0', 'type', 'veth', 'peer', 'name', 'wg0-far');
      await inClient('ip', 'address', 'add', '10.8.0.2/24', 'dev', 'wg0');
      for (const end of ['wg0', 'wg0-far']) await inClient('ip', 'link', 'set', end, 'up');
      const run = await look({ servers: [office()] });
      expectVerdict('VPN without a route', run, 'broken', 'vpn-without-route', serverAddresses.office);
    });

    it('office address only, and no VPN', async () => {
      await lab.move('home');
      const run = await look({ servers: [office()] });
      expectVerdict('office only', run, 'broken', 'office-only-address-away', serverAddresses.office);
    });

    it('office address at home is as it should be', async () => {
      await lab.move('home');
      const run = await look({ servers: [office(), outside()], ice: [stun] });
      expectVerdict('at home', run, 'fine', 'one-address-down', `${serverAddresses.office}:8089`);
    });

    it('VPN that leads into the office', async () => {
      await lab.move('vpn');
      const run = await look({ servers: [office()] });
      expect(verdictOf('VPN', run).finding).toBeNull();
    });

    it('VPN that loses large packets', async () => {
      await lab.move('vpn');
      // the tunnel lets pass what a connection begins with, and not what a server shows of itself
      const rules =
        'table inet hole {\n chain arriving {\n  type filter hook prerouting priority -310\n  iifname "tun0" meta length > 600 drop\n }\n}\n';
      const tool = fileURLToPath(new URL('../lab/tool.sh', import.meta.url));
      await lab.exec('client', [tool, 'nft', '-f', '-'], { input: rules });
      try {
        const run = await look({ servers: [office()] });
        expectVerdict('large packets lost', run, 'broken', 'mtu-small', 'tun0');
      } finally {
        await inClient(tool, 'nft', 'delete', 'table', 'inet', 'hole');
      }
    });

    it('no default route', async () => {
      await inClient('ip', 'route', 'del', 'default');
      const run = await look({ servers: [outside()] });
      expectVerdict('no default route', run, 'broken', 'no-default-route', 'nothing leads out');
    });

    it('no network at all', async () => {
      await lab.move('none');
      const run = await look({ servers: [office(), outside()] });
      expectVerdict('no network', run, 'broken', 'no-network', 'not connected to any network');
    });
  });
});
