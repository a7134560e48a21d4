import type { Core } from 'sip.js';
import type { Account } from '#shared/profiles/account.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import type { MediaDescriptions } from './sip-line.ts';

/** What every part of a call works with. */
export interface CallContext {
  readonly account: Account;
  readonly core: Core.UserAgentCore;
  readonly media: MediaDescriptions;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}
