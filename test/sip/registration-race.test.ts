import { afterEach, describe, expect, it } from 'vitest';
import { findHeader } from '#shared/sip/find-header.ts';
import { DigestRegistrar, type DigestRegistrarOptions } from '#test/support/sip/digest-registrar.ts';
import { ScriptedServer } from '#test/support/sip/scripted-server.ts';
import { pinnedTo, serverAt, SipStackFixture, type StackWishes } from '#test/support/sip/sip-stack-fixture.ts';
import { makeCertificate, type TestCertificate } from '#test/support/sip/test-certificates.ts';

const cleanUps: (() => void | Promise<void>)[] = [];
let certificate: TestCertificate;
let strange: TestCertificate;

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function serverWith(own: TestCertificate, port = 0): Promise<ScriptedServer> {
  const server = await ScriptedServer.start({ certificate: own, port });
  cleanUps.push(() => server.close());
  return server;
}

/** Two addresses, the office first, and one registrar behind both. */
async function twoAddresses(options: DigestRegistrarOptions = {}, wishes: Partial<StackWishes> = {}) {
  certificate ??= await makeCertificate();
  const registrar = new DigestRegistrar(options);
  const office = await serverWith(certificate);
  const outside = await serverWith(certificate);
  for (const server of [office, outside]) server.script = registrar.script;
  const trust = pinnedTo(certificate.fingerprint);
  const fixture = new SipStackFixture({ servers: [serverAt(office.port, { trust }), serverAt(outside.port, { trust })], ...wishes });
  cleanUps.push(() => fixture.stack.dispose());
  const isAt = (server: ScriptedServer): boolean => {
    const { registration } = fixture.stack;
    return registration.phase === 'registered' && registration.server === `127.0.0.1:${server.port}`;
  };
  return { office, outside, registrar, fixture, isAt };
}

describe('a line with two addresses', () => {
  it('stands at the office when both answer', async () => {
    const { office, outside, fixture, isAt } = await twoAddresses();
    fixture.stack.start();
    await fixture.until(() => isAt(office));
    expect(outside.requests).toHaveLength(0);
  });

  it('goes outside when the office does not listen', async () => {
    const { office, outside, fixture, isAt } = await twoAddresses();
    await office.close();
    fixture.stack.start();
    await fixture.until(() => isAt(outside));
  });

  it('goes outside when the office takes the connection and says nothing', async () => {
    const { office, outside, fixture, isAt, registrar } = await twoAddresses();
    office.freeze();
    fixture.stack.start();
    await fixture.until(() => isAt(outside));
    await office.until(() => office.openConnections === 0);
    expect(registrar.bound.size).toBe(1);
  });

  it('goes outside when another telephone system stands at the address of the office', async () => {
    const { office, outside, fixture, isAt } = await twoAddresses();
    office.script = ({ reply }) => reply(403);
    fixture.stack.start();
    await fixture.until(() => isAt(outside));
    expect(office.requestsOf('REGISTER')).toHaveLength(1);
    await office.until(() => office.openConnections === 0);
  });

  it('sends no password to that system a second time', async () => {
    const { office, outside, fixture, isAt } = await twoAddresses();
    const stranger = new DigestRegistrar({ realm: 'hotel', password: 'another' });
    office.script = stranger.script;
    fixture.stack.start();
    await fixture.until(() => isAt(outside));
    expect(stranger.wrong).toBe(1);
    fixture.stack.reconnect('network-changed');
    await office.until(() => office.requestsOf('REGISTER').length === 3);
    await fixture.until(() => fixture.flows.length === 2);
    expect(isAt(outside)).toBe(true);
    expect(stranger.wrong).toBe(1);
  });

  it('goes outside when a certificate at the address of the office is not the one, and shows that only when nothing works', async () => {
    const { office, outside, fixture, isAt } = await twoAddresses();
    strange ??= await makeCertificate();
    const { port } = office;
    await office.close();
    const false_ = await serverWith(strange, port);
    fixture.stack.start();
    await fixture.until(() => isAt(outside));
    expect(false_.requests).toHaveLength(0);
    await outside.close();
    expect((await fixture.phase('waiting')).error.code).not.toMatch(/certificate/);
    await fixture.until(() => fixture.statuses.some((status) => status.phase === 'waiting' && status.error.code === 'certificate-changed'));
  });

  it('comes home at the next refresh', async () => {
    const { office, outside, registrar, fixture, isAt } = await twoAddresses({ grant: () => '2' });
    const { port } = office;
    await office.close();
    fixture.stack.start();
    await fixture.until(() => isAt(outside));
    const again = await serverWith(certificate, port);
    again.script = registrar.script;
    await fixture.until(() => isAt(again));
    expect(fixture.flows).toEqual(['ready', 'ready']);
    await outside.until(() => outside.openConnections === 0);
    expect(registrar.bound.size).toBe(1);
  });

  it('tells the old server of the new binding by a removal without an instance', async () => {
    const { office, outside, fixture, isAt } = await twoAddresses();
    office.script = ({ reply }) => reply(503);
    fixture.stack.start();
    await fixture.until(() => isAt(outside));
    office.script = new DigestRegistrar().script;
    fixture.stack.reconnect('asked');
    await fixture.until(() => isAt(office));
    await outside.until(() => outside.openConnections === 0);
    const removal = findHeader(outside.requests.at(-1)?.headers ?? [], 'Contact') ?? '';
    expect(removal).toMatch(/^<sip:[^>]*>;expires=0$/);
  });
});

describe('a line whose password is wrong', () => {
  it('is tried once, however many addresses lead to the registrar', async () => {
    const { fixture, registrar } = await twoAddresses({ password: 'another' });
    fixture.stack.start();
    expect((await fixture.phase('refused')).error.code).toBe('wrong-password');
    expect(registrar.wrong).toBe(1);
    fixture.stack.reconnect('network-changed');
    expect(fixture.stack.registration.phase).toBe('refused');
    // the person's wish is one more try
    fixture.stack.start();
    await fixture.phase('connecting');
    await fixture.phase('refused');
    expect(registrar.wrong).toBe(2);
  });
});

describe('a question over a connection of its own', () => {
  const ask = async (fixture: SipStackFixture, port: number) => {
    const trust = pinnedTo(certificate.fingerprint);
    return fixture.stack.probeRegistration(serverAt(port, { trust }), AbortSignal.timeout(5_000));
  };

  it('is a REGISTER that is taken back while the line is not registered', async () => {
    const { office, registrar, fixture } = await twoAddresses({ otherContacts: ['<sip:desk@192.0.2.1>;expires=60'] });
    registrar.grants.push({ name: 'Date', value: 'Fri, 20 Nov 2026 13:40:41 GMT' }, { name: 'Server', value: 'Example PBX 1.0' });
    const probe = await ask(fixture, office.port);
    expect(probe).toMatchObject({
      error: null,
      others: [{ key: 'desk@192.0.2.1' }],
      dateMs: Date.UTC(2026, 10, 20, 13, 40, 41),
      product: 'Example PBX 1.0',
      requests: 2,
    });
    expect([...registrar.bound.keys()]).toEqual(['sip:desk@192.0.2.1']);
    expect(office.requests.map((request) => findHeader(request.headers, 'Contact')).join()).not.toContain('instance');
    await office.until(() => office.openConnections === 0);
    expect(fixture.timers.running).toBe(0);
  });

  it('is a query while it is, and touches nothing', async () => {
    const { office, outside, registrar, fixture, isAt } = await twoAddresses();
    fixture.stack.start();
    await fixture.until(() => isAt(office));
    const before = [...registrar.bound.keys()];
    expect(await ask(fixture, outside.port)).toMatchObject({ error: null, others: [] });
    expect(outside.requests.every((request) => findHeader(request.headers, 'Contact') === undefined)).toBe(true);
    expect([...registrar.bound.keys()]).toEqual(before);
    expect(fixture.stack.registration.phase).toBe('registered');
  });

  it('says why it was refused, and what is no answer', async () => {
    const { office, outside, fixture } = await twoAddresses({ password: 'another' });
    expect(await ask(fixture, office.port)).toMatchObject({ error: { code: 'wrong-password' } });
    outside.freeze();
    const silent = fixture.stack.probeRegistration(
      serverAt(outside.port, { trust: pinnedTo(certificate.fingerprint) }),
      AbortSignal.timeout(200),
    );
    expect(await silent).toMatchObject({ error: { code: 'connection-timed-out' }, answeredMs: null });
  });
});
