import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PracticeOffice } from '#electron/office/practice-office.ts';
import type { RobotMedia } from '#electron/office/robots/robot-media.ts';
import { SystemRandom } from '#electron/platform/system-random.ts';
import type { Clock } from '#shared/util/clock.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { TempFolder } from '../temp-folder.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { FakeRobotMedia } from './fake-robot-media.ts';
import { TestClient } from './test-client.ts';

/** A practice office on a free port with a folder of its own, and clients for it. */
export class OfficeFixture<C extends Clock = VirtualClock> implements Disposable {
  readonly office: PracticeOffice;
  readonly folder: TempFolder;
  readonly clock: C;
  readonly #owned = new DisposableStore();
  #port = 0;

  private constructor(clock: C, media: RobotMedia) {
    this.clock = clock;
    this.folder = this.#owned.add(new TempFolder('office'));
    this.#owned.add(media);
    this.office = this.#owned.add(
      new PracticeOffice({
        folder: this.folder.path,
        port: 0,
        stunPort: 0,
        clock,
        random: new SystemRandom(),
        logger: silentLogger,
        robots: media,
      }),
    );
  }

  static async start(media: RobotMedia = new FakeRobotMedia()): Promise<OfficeFixture> {
    return OfficeFixture.startOn(new VirtualClock(Date.now()), media);
  }

  static async startOn<C extends Clock>(clock: C, media: RobotMedia): Promise<OfficeFixture<C>> {
    const fixture = new OfficeFixture(clock, media);
    fixture.#port = (await fixture.office.start()).server.port;
    return fixture;
  }

  get port(): number {
    return this.#port;
  }

  get certificate(): string {
    return certificateIn(this.folder.path);
  }

  async connect(user: string, options: { instance?: string; headers?: Record<string, string> } = {}): Promise<TestClient> {
    const { password } = this.office.credentialsFor(user);
    const instance = options.instance ?? `urn:uuid:${randomUUID()}`;
    return this.#owned.add(
      await TestClient.connect({ port: this.#port, certificate: this.certificate, user, password, instance }, options.headers),
    );
  }

  async registered(user: string, instance?: string): Promise<TestClient> {
    const client = await this.connect(user, instance === undefined ? {} : { instance });
    const response = await client.register();
    if (response.status !== 200) throw new Error(`registration answered ${response.status}`);
    return client;
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

/** The certificate that the identity file of an office folder holds. */
export function certificateIn(folder: string): string {
  const identity: unknown = JSON.parse(readFileSync(`${folder}/office-identity.json`, 'utf8'));
  if (typeof identity === 'object' && identity !== null && 'certificate' in identity && typeof identity.certificate === 'string')
    return identity.certificate;
  throw new Error('no certificate in the identity file');
}
