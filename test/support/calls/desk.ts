import { CallService } from '#electron/calls/call-service.ts';
import { SystemClock } from '#electron/platform/system-clock.ts';
import type { CallId, CallView } from '#shared/calls/call.ts';
import { featureCodePresets } from '#shared/settings/feature-presets.ts';
import { defaultSettings } from '#shared/settings/settings.ts';
import { silentLogger } from '#shared/util/logger.ts';
import type { TestPhone } from '../sip/test-phone.ts';
import { FakeJournal, FakeRecordings } from './call-fixture.ts';
import { FakeMediaPort } from './fake-media-port.ts';

const patienceMs = 15_000;

/** A phone with the call service on it: everything but windows and a real microphone. */
export class Desk {
  readonly phone: TestPhone;
  readonly journal = new FakeJournal();
  readonly service: CallService;
  readonly #media = new FakeMediaPort();
  readonly #peers = new Map<CallId, string>();
  /** Where its media begins, as its statistics tell. */
  address: string | null = null;
  #count = 0;

  constructor(phone: TestPhone) {
    this.phone = phone;
    // Media itself is the line's; the service hears of it what it would hear of the window.
    this.#media.stats = async (peer) => ({ ...(await phone.media.stats(peer)), localAddress: this.address });
    phone.line.onCallPeerChanged(({ call, peer }) => this.#peers.set(call, peer));
    phone.media.onPeerState((change) => this.#media.peerState.fire(change));
    this.service = new CallService({
      media: this.#media,
      clock: new SystemClock(),
      logger: silentLogger,
      newCallId: () => `${phone.line.account.user}-${++this.#count}`,
      rules: () => ({ ...defaultSettings, serverFeatures: { preset: 'none', ...featureCodePresets.none } }),
      policy: () => ({ recording: 'free' }),
      nameOf: () => undefined,
      journal: this.journal,
      recordings: new FakeRecordings(),
      lastDialled: () => null,
      lastEmergencyAt: () => null,
      watchedDialog: () => null,
      cardState: () => 'shown',
      notify: () => undefined,
    });
    this.service.start();
    this.service.setLine(phone.line);
  }

  /** The peer connection that serves a call now. */
  peerOf(id: CallId): string {
    return this.#peers.get(id) ?? id;
  }

  /** The first call of which this is true, as soon as it is. */
  see(what: string, test: (call: CallView) => boolean): Promise<CallView> {
    return this.until(what, (views) => views.find(test));
  }

  /** As soon as this can be said of the calls. */
  until<T>(what: string, find: (views: readonly CallView[]) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = (): boolean => {
        const found = find(this.service.views());
        if (found === undefined) return false;
        clearTimeout(timeout);
        watching.dispose();
        resolve(found);
        return true;
      };
      const timeout = setTimeout(() => {
        watching.dispose();
        const state = this.service
          .views()
          .map(({ id, phase, remote, trouble }) => `${id} ${remote.number} ${phase} ${trouble?.code ?? ''}`);
        reject(new Error(`${this.phone.line.account.user}: ${what}: waited in vain; calls: ${state.join(', ')}`));
      }, patienceMs);
      const watching = this.service.onChanged(() => look());
      look();
    });
  }

  /** The call with this number that stands and is not on hold here. */
  talksWith(number: string): Promise<CallView> {
    return this.see(`talks with ${number}`, (call) => call.phase === 'connected' && call.remote.number === number && !call.hold.local);
  }

  rings(): Promise<CallView> {
    return this.see('rings', ({ phase }) => phase === 'ringing-in');
  }

  ended(id: CallId): Promise<CallView> {
    return this.see(`${id} is over`, (call) => call.id === id && call.phase === 'ended');
  }

  async hangUpAll(): Promise<void> {
    this.service.hangUpAll();
    await this.until('everything is over', (views) => (views.every(({ phase }) => phase === 'ended') ? true : undefined));
  }

  async dispose(): Promise<void> {
    this.service.dispose();
    await this.phone.dispose();
  }
}
