import { CallService } from '#electron/calls/call-service.ts';
import type { CallJournal, CallRules, Recordings } from '#electron/calls/ports.ts';
import type { SipCallEvent } from '#electron/sip/sip-line.ts';
import type { CallId, CallView, Party } from '#shared/calls/call.ts';
import type { HistoryEntry } from '#shared/calls/history-entry.ts';
import type { RingRecord } from '#shared/calls/ring-record.ts';
import type { AppError, ErrorReport } from '#shared/errors/app-error.ts';
import type { DialogState } from '#shared/people/line-state.ts';
import { featureCodePresets } from '#shared/settings/feature-presets.ts';
import { defaultSettings } from '#shared/settings/settings.ts';
import type { Policy } from '#shared/state/app-state.ts';
import { Emitter } from '#shared/util/emitter.ts';
import { type Logger, silentLogger } from '#shared/util/logger.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { FakeLine } from './fake-line.ts';
import { FakeMediaPort } from './fake-media-port.ts';

export const ben: Party = { displayName: 'Ben K.', number: '202', uri: 'sip:202@office.test' };

/** A call list that keeps what it is told. */
export class FakeJournal implements CallJournal {
  readonly drafts: HistoryEntry[] = [];
  readonly entries: HistoryEntry[] = [];

  open(draft: HistoryEntry): void {
    this.drafts.push(draft);
  }

  close(entry: HistoryEntry): void {
    this.entries.push(entry);
  }
}

/** Files that are never written. */
export class FakeRecordings implements Recordings {
  readonly failed = new Emitter<{ readonly recording: CallId; readonly error: AppError }>();
  readonly onFailed = this.failed.event;
  readonly orders: unknown[][] = [];
  /** What `start` throws; undefined when it works. */
  refusal: AppError | undefined;
  /** Whether something came that is worth a file. */
  hasSound = true;
  readonly #open = new Map<CallId, string>();
  /** Every file that was opened. */
  readonly paths: string[] = [];

  /** The files of a call, in their order. */
  path(recording: CallId, number = 1): string {
    return `/recordings/${recording}${number === 1 ? '' : ` (${number})`}.webm`;
  }

  start(recording: CallId, { party }: { readonly party: string }): Promise<string> {
    this.orders.push(['start', recording, party]);
    if (this.refusal !== undefined) return Promise.reject(this.refusal);
    const path = this.path(recording, this.paths.filter((taken) => taken.startsWith(`/recordings/${recording}`)).length + 1);
    this.paths.push(path);
    this.#open.set(recording, path);
    return Promise.resolve(path);
  }

  finish(recording: CallId): Promise<string | null> {
    this.orders.push(['finish', recording]);
    const path = this.#open.get(recording) ?? null;
    this.#open.delete(recording);
    return Promise.resolve(this.hasSound ? path : null);
  }
}

/** The call service with everything around it faked. What settings say can be changed by a test. */
export class CallFixture {
  readonly line = new FakeLine();
  readonly media = new FakeMediaPort();
  readonly clock = new VirtualClock();
  readonly journal = new FakeJournal();
  readonly recordings = new FakeRecordings();
  readonly notices: ErrorReport[] = [];
  readonly warnings: string[] = [];
  rules: CallRules = { ...defaultSettings, serverFeatures: { preset: 'custom', ...featureCodePresets.none } };
  policy: Policy = { recording: 'free' };
  lastDialled: string | null = null;
  lastEmergencyAt: number | null = null;
  cardState: RingRecord['card'] = 'shown';
  dialogs: Readonly<Record<string, DialogState>> = {};
  readonly service: CallService;
  #count = 0;

  constructor() {
    const logger: Logger = { ...silentLogger, warn: (message) => this.warnings.push(message) };
    this.service = new CallService({
      media: this.media,
      clock: this.clock,
      logger,
      newCallId: () => `c${++this.#count}`,
      rules: () => this.rules,
      policy: () => this.policy,
      nameOf: (number) => (number === '201' ? 'Anna Weber' : undefined),
      journal: this.journal,
      recordings: this.recordings,
      lastDialled: () => this.lastDialled,
      lastEmergencyAt: () => this.lastEmergencyAt,
      watchedDialog: (number) => this.dialogs[number] ?? null,
      cardState: () => this.cardState,
      notify: (error) => this.notices.push(error),
    });
    this.service.start();
    this.service.setLine(this.line);
  }

  view(id: CallId): CallView {
    const found = this.service.views().find((call) => call.id === id);
    if (found === undefined) throw new Error(`no call ${id}`);
    return found;
  }

  invite(call: CallId, over: Partial<Extract<SipCallEvent, { type: 'invite-received' }>> = {}): void {
    this.line.say({
      ...{ call, type: 'invite-received', remote: ben, redirectedBy: null, calledAs: null, autoAnswer: null, hasOffer: true },
      ...over,
    });
  }

  /** A dialled call that was answered. */
  talk(target = '201'): CallId {
    const id = this.service.dial(target);
    this.line.say({ call: id, type: 'established', remote: null });
    return id;
  }

  /** The far end's server agrees to every hold that was asked for; what follows from that is all that stays noted. */
  agreeToHolds(): void {
    const wishes = this.line.orders.filter(([order]) => order === 'setHold');
    this.forgetOrders();
    for (const [, call, held] of wishes) this.line.say({ call: String(call), type: 'local-hold-changed', held: held === true });
  }

  forgetOrders(): void {
    this.line.orders.length = 0;
    this.media.orders.length = 0;
    this.recordings.orders.length = 0;
  }

  setRules(over: { readonly [K in keyof CallRules]?: Partial<CallRules[K]> }): void {
    const rules = { ...this.rules };
    this.rules = {
      ...rules,
      audio: { ...rules.audio, ...over.audio },
      ice: { ...rules.ice, ...over.ice },
      dialling: { ...rules.dialling, ...over.dialling },
      serverFeatures: { ...rules.serverFeatures, ...over.serverFeatures },
      availability: { ...rules.availability, ...over.availability },
      calls: { ...rules.calls, ...over.calls },
      recording: { ...rules.recording, ...over.recording },
    };
  }

  /** Gives the server its codes. */
  useCodes(preset: keyof typeof featureCodePresets): void {
    this.setRules({ serverFeatures: featureCodePresets[preset] });
  }
}
