import { calls } from './001-calls.ts';
import { openCalls } from './002-open-calls.ts';
import { ring } from './003-ring.ts';

/** In order; the database's `user_version` is how many of them it has seen. A published step never changes. */
export const historyMigrations: readonly string[] = [calls, openCalls, ring];
