import { afterEach, describe, expect, it } from 'vitest';
import { DigestRegistrar } from '#test/support/sip/digest-registrar.ts';
import { ScriptedServer } from '#test/support/sip/scripted-server.ts';
import { pinnedTo, serverAt, SipStackFixture } from '#test/support/sip/sip-stack-fixture.ts';
import { makeCertificate } from '#test/support/sip/test-certificates.ts';

const servers: ScriptedServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** The runner's own limit for the test; it comes and goes. */
const timersOfTheRunner = 1;

/** Timers and sockets of the whole process. */
function resources(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => /^(?:Timeout|TLSWRAP|TCPSocketWrap)$/.test(kind));
}

async function remaining(): Promise<number> {
  for (const giveUpAt = performance.now() + 2_000; resources().length > timersOfTheRunner && performance.now() < giveUpAt;)
    await new Promise(setImmediate);
  return resources().length;
}

describe('a disposed SIP stack leaves no timer, socket or promise behind', () => {
  it.each(['connecting', 'registering', 'registered', 'waiting', 'refused', 'unregistering'] as const)('when %s', async (phase) => {
    expect(await remaining()).toBeLessThanOrEqual(timersOfTheRunner);
    const certificate = await makeCertificate();
    const server = await ScriptedServer.start({ certificate });
    servers.push(server);
    const fixture = new SipStackFixture({ servers: [serverAt(server.port, { trust: pinnedTo(certificate.fingerprint) })] });
    if (phase === 'registered' || phase === 'unregistering') server.script = new DigestRegistrar().script;
    if (phase === 'waiting') server.script = ({ reply }) => reply(503);
    if (phase === 'refused') server.script = ({ reply }) => reply(403);
    fixture.stack.start();
    let removal: Promise<void> | undefined;
    if (phase === 'unregistering') {
      await fixture.phase('registered');
      server.freeze();
      removal = fixture.stack.unregister();
    }
    await fixture.phase(phase);
    fixture.stack.dispose();
    await removal;
    await server.until(() => server.openConnections === 0);
    await server.close();
    expect(fixture.timers.running).toBe(0);
    expect(fixture.stack.userAgent.userAgentCore.userAgentClients.size).toBe(0);
    expect(await remaining()).toBeLessThanOrEqual(timersOfTheRunner);
  });
});
