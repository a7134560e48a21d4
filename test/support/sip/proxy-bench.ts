import { writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { SystemRandom } from '#electron/platform/system-random.ts';
import type { ProxyCredentials } from '#electron/sip/transports/proxies/credentials-guard.ts';
import { ProxyAccess } from '#electron/sip/transports/proxies/proxy-access.ts';
import type { FlowOpenerOptions } from '#electron/sip/transports/flow-opener.ts';
import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { ProxyChoice } from '#shared/network/proxy-list.ts';
import type { Server as SipServer, Trust } from '#shared/profiles/account.ts';
import type { Clock } from '#shared/util/clock.ts';
import { TempFolder } from '../temp-folder.ts';
import { DigestRegistrar } from './digest-registrar.ts';
import { ScriptedProxy, type ScriptedProxyOptions } from './scripted-proxy.ts';
import { ScriptedServer, type ScriptedServerOptions } from './scripted-server.ts';
import { SipStackFixture } from './sip-stack-fixture.ts';
import { makeAuthority, makeCertificate, type TestCertificate } from './test-certificates.ts';

export interface AccessWishes {
  readonly credentials?: () => ProxyCredentials | undefined;
  readonly clock?: Clock;
}

/** Servers of an authority of the test's own, proxies before them, and stacks that go through these; ended after each test. */
export class ProxyBench {
  readonly #folder = new TempFolder('proxy');
  readonly #cleanUps: (() => unknown)[] = [];
  #authority: TestCertificate | undefined;

  /** Call at the top of a file. */
  static use(): ProxyBench {
    const bench = new ProxyBench();
    beforeAll(() => bench.#begin());
    afterEach(() => bench.#cleanUp());
    afterAll(() => bench.#folder.dispose());
    return bench;
  }

  get authority(): TestCertificate {
    if (this.#authority === undefined) throw new Error('The authority is there only inside tests and hooks.');
    return this.#authority;
  }

  /** Trust in the test's authority. */
  get trust(): Trust {
    return { kind: 'ca-file', path: this.#folder.file('ca.pem') };
  }

  /** To be done after this test. */
  after(cleanUp: () => unknown): void {
    this.#cleanUps.push(cleanUp);
  }

  async server(options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
    const server = await ScriptedServer.start(options);
    server.script = new DigestRegistrar().script;
    this.after(() => server.close());
    return server;
  }

  /** A server whose certificate the authority gave to these names, by default its address. */
  async secured(...names: string[]): Promise<ScriptedServer> {
    return this.server({ certificate: await makeCertificate({ issuer: this.authority, ...(names.length === 0 ? {} : { names }) }) });
  }

  async proxy(options: ScriptedProxyOptions = {}): Promise<ScriptedProxy> {
    const proxy = await ScriptedProxy.start(options);
    this.after(() => proxy.close());
    return proxy;
  }

  stack(proxies: ProxyAccess, server: SipServer, connecting: FlowOpenerOptions = {}): SipStackFixture {
    const fixture = new SipStackFixture({ servers: [server], connecting: { ...connecting, proxies } });
    this.after(() => fixture.stack.dispose());
    fixture.stack.start();
    return fixture;
  }

  async listen(server: Server): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.after(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async #begin(): Promise<void> {
    this.#authority = await makeAuthority();
    writeFileSync(this.#folder.file('ca.pem'), this.#authority.certificate);
  }

  async #cleanUp(): Promise<void> {
    for (const cleanUp of this.#cleanUps.splice(0).reverse()) await cleanUp();
  }
}

/** Access to a list of ways that stands still. */
export function accessBy(
  choices: readonly ProxyChoice[],
  { credentials = () => undefined, clock = new SystemClock() }: AccessWishes = {},
): ProxyAccess {
  return new ProxyAccess({ resolve: () => Promise.resolve(choices), credentials, clock, random: new SystemRandom() });
}

/** Waits until the stack gave up a round, and says why. */
export async function errorOf(fixture: SipStackFixture): Promise<ErrorReport> {
  for (;;) {
    const status = fixture.stack.registration;
    if (status.phase === 'waiting' || status.phase === 'refused') return status.error;
    await fixture.next();
  }
}

/** A port of this computer on which nothing listens. */
export async function closedPort(): Promise<number> {
  const proxy = await ScriptedProxy.start();
  const { port } = proxy.proxy;
  await proxy.close();
  return port;
}

export const rightCredentials: ProxyCredentials = { user: 'lab', password: 'labsecret' };
export const wrongCredentials: ProxyCredentials = { user: 'lab', password: 'wrong' };
