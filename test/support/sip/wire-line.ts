import { SystemClock } from '#electron/platform/system-clock.ts';
import { SystemRandom } from '#electron/platform/system-random.ts';
import { Line } from '#electron/sip/line.ts';
import type { SipCallEvent } from '#electron/sip/sip-line.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { DigestRegistrar, type DigestRegistrarOptions } from './digest-registrar.ts';
import { FakeMedia } from './fake-media.ts';
import { type ReceivedSip, ScriptedServer } from './scripted-server.ts';
import { serverAt } from './sip-stack-fixture.ts';

export interface WireLineOptions extends DigestRegistrarOptions {
  /** Sees every REGISTER first; true when it has answered it. */
  readonly before?: (received: ReceivedSip) => boolean;
}

/**
 * A whole line over a real WebSocket, registered with digest at a server that says what the test writes. Its media are
 * descriptions only.
 */
export class WireLine {
  readonly server: ScriptedServer;
  readonly registrar: DigestRegistrar;
  readonly line: Line;
  readonly media = new FakeMedia();
  readonly events: SipCallEvent[] = [];
  readonly #waiting = new Set<() => void>();

  private constructor(server: ScriptedServer, registrar: DigestRegistrar) {
    this.server = server;
    this.registrar = registrar;
    this.line = new Line({
      account: {
        id: 'wire',
        kind: 'server',
        user: '201',
        authUser: null,
        displayName: 'Ann',
        domain: 'lab.test',
        servers: [serverAt(server.port, { transport: 'ws' })],
        registerExpires: 600,
      },
      password: () => 'secret',
      instanceId: '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d',
      userAgentName: 'Commute/test',
      media: this.media,
      clock: new SystemClock(),
      random: new SystemRandom(),
      logger: silentLogger,
    });
    this.line.onCallEvent((event) => {
      this.events.push(event);
      this.#wake();
    });
    this.line.onRegistrationChanged(() => this.#wake());
  }

  /** Resolves when it is registered. */
  static async start(options: WireLineOptions = {}): Promise<WireLine> {
    const server = await ScriptedServer.start();
    const registrar = new DigestRegistrar(options);
    server.script = (received) => {
      if (received.request.method === 'REGISTER' && options.before?.(received) !== true) registrar.script(received);
    };
    const wire = new WireLine(server, registrar);
    wire.line.start();
    await wire.until(() => wire.line.registration.phase === 'registered');
    return wire;
  }

  /** Resolves as soon as the condition holds; looked at after every event of a call or of the registration. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  async dispose(): Promise<void> {
    this.line.dispose();
    await this.server.close();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
