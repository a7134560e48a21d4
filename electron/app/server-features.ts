import type { CallView } from '#shared/calls/call.ts';
import { type Disposable, DisposableStore } from '#shared/util/disposable.ts';
import type { CallService } from '../calls/call-service.ts';
import type { PeopleDirectory } from '../people/people-directory.ts';
import { AvailabilityService } from '../server-features/availability-service.ts';
import { Callbacks } from '../server-features/callbacks.ts';
import { FeatureDialer } from '../server-features/feature-dialer.ts';
import { LineWatches } from '../server-features/line-watches.ts';
import { MessageBox } from '../server-features/message-box.ts';
import { ParkedCalls } from '../server-features/parked-calls.ts';
import type { SipLine } from '../sip/sip-line.ts';
import type { SettingsStore } from '../storage/settings-store.ts';
import type { Foundation } from './foundation.ts';

/** What the server of the line does beside calls; all of it follows the line. */
export interface ServerFeatures {
  readonly availability: AvailabilityService;
  readonly lines: LineWatches;
  readonly parked: ParkedCalls;
  readonly callbacks: Callbacks;
  readonly messages: MessageBox;
  setLine(line: SipLine | null): void;
  /** When the settings are read. */
  start(): void;
}

export function buildServerFeatures(
  { clock, loggers, newId }: Foundation,
  { settings, people }: { readonly settings: SettingsStore; readonly people: PeopleDirectory },
  owned: DisposableStore,
): ServerFeatures {
  const dialling = () => settings.get().dialling;
  const nameOf = (number: string): string | undefined => people.nameOf(number);
  const dialer = owned.add(
    new FeatureDialer({
      codes: () => settings.get().serverFeatures.codes,
      newCallId: newId,
      clock,
      logger: loggers.logger('features'),
    }),
  );
  const availability = owned.add(new AvailabilityService({ settings, dialer }));
  const lines = owned.add(new LineWatches({ dialling }));
  const parked = owned.add(new ParkedCalls({ settings, clock }));
  const callbacks = owned.add(new Callbacks({ dialer, dialling, newId, clock }));
  const messages = owned.add(new MessageBox({ dialling, nameOf, newId, clock }));
  return {
    availability,
    lines,
    parked,
    callbacks,
    messages,
    setLine(line) {
      for (const follower of [dialer, lines, parked, callbacks, messages]) follower.setLine(line);
    },
    start() {
      for (const service of [availability, lines, parked, callbacks]) service.start();
      owned.add(people.onChanged((all) => lines.setNumbers(all.flatMap(({ numbers }) => numbers))));
    },
  };
}

/** Tells the features what calls have come to: a place that is taken next is ours, and who is called needs no callback. */
export function followCalls(calls: CallService, { parked, callbacks }: Pick<ServerFeatures, 'parked' | 'callbacks'>): Disposable {
  const followed = new DisposableStore();
  const noted = new Set<string>();
  const note = (call: CallView): void => {
    if (call.direction === 'outgoing' && !noted.has(call.id)) callbacks.noteDialled(call.remote.number);
    noted.add(call.id);
    if (call.endReason?.kind !== 'parked' || noted.has(`${call.id} parked`)) return;
    noted.add(`${call.id} parked`);
    parked.noteParked(call.remote, call.endReason.slot === '' ? null : call.endReason.slot);
  };
  followed.add(
    calls.onChanged((views) => {
      for (const call of views) note(call);
      if (views.length === 0) noted.clear();
    }),
  );
  return followed;
}
