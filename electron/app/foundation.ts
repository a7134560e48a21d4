import { RootLogger } from '../logging/root-logger.ts';
import { RotatingLog } from '../logging/rotating-log.ts';
import { SipLadder } from '../logging/sip-ladder.ts';
import { StreamLog } from '../logging/stream-log.ts';
import { SystemClock } from '../platform/system-clock.ts';
import { SystemRandom } from '../platform/system-random.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { DisposableStore } from '#shared/util/disposable.ts';
import type { Random } from '#shared/util/random.ts';
import type { Folders } from './folders.ts';
import { Notices } from './notices.ts';

/** What every service stands on. */
export interface Foundation {
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: () => string;
  readonly folders: Folders;
  readonly log: RotatingLog;
  readonly loggers: RootLogger;
  readonly ladder: SipLadder;
  readonly notices: Notices;
}

/** @param console whether log lines also go to the terminal: on for a start from the sources */
export function layFoundation(folders: Folders, owned: DisposableStore, newId: () => string, console: boolean): Foundation {
  const clock = new SystemClock();
  const log = owned.add(new RotatingLog({ folder: folders.logs, clock }));
  const sinks = console ? [log, new StreamLog(process.stderr)] : [log];
  const loggers = new RootLogger({ clock, sinks, levels: { general: 'info' } });
  return {
    clock,
    random: new SystemRandom(),
    newId,
    folders,
    log,
    loggers,
    ladder: new SipLadder(),
    notices: owned.add(new Notices(clock, newId, loggers.logger('notices'))),
  };
}
