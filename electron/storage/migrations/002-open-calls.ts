/**
 * What else is known of a call, and the calls that have not ended: an `entry` is the line of the list as JSON, to be listed if the process
 * dies; `seen_at` is the wall time in ms at which the call was last known to live.
 */
export const openCalls = `
  ALTER TABLE calls ADD COLUMN dialled TEXT NOT NULL DEFAULT '';
  ALTER TABLE calls ADD COLUMN party TEXT NOT NULL DEFAULT '';
  ALTER TABLE calls ADD COLUMN emergency INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE calls ADD COLUMN quality TEXT;
  ALTER TABLE calls ADD COLUMN recording TEXT;

  CREATE TABLE open_calls (id TEXT PRIMARY KEY, entry TEXT NOT NULL, seen_at INTEGER NOT NULL) STRICT;
`;
