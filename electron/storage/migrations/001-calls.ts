/**
 * The call list. `key` is made of the start time (see `keyRange` in history-table.ts), so that the order of keys, of both search
 * indexes and of time is one and the same, and the newest hits come first without sorting.
 */
export const calls = `
  CREATE TABLE calls (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL,
    direction TEXT NOT NULL,
    outcome TEXT NOT NULL,
    name TEXT NOT NULL,
    number TEXT NOT NULL,
    via TEXT NOT NULL,
    digits TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ring_ms INTEGER NOT NULL,
    talk_ms INTEGER NOT NULL,
    ended_by TEXT NOT NULL,
    error_code TEXT,
    unseen INTEGER NOT NULL
  ) STRICT;

  CREATE INDEX calls_by_direction ON calls (direction);
  CREATE INDEX calls_by_outcome ON calls (outcome);
  CREATE INDEX calls_unseen ON calls (outcome) WHERE unseen = 1;

  CREATE VIRTUAL TABLE calls_text USING fts5 (
    name, number, via, content = 'calls', content_rowid = 'key', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
  );
  CREATE VIRTUAL TABLE calls_digits USING fts5 (digits, content = 'calls', content_rowid = 'key', tokenize = 'trigram');

  CREATE TRIGGER calls_added AFTER INSERT ON calls BEGIN
    INSERT INTO calls_text (rowid, name, number, via) VALUES (new.key, new.name, new.number, new.via);
    INSERT INTO calls_digits (rowid, digits) VALUES (new.key, new.digits);
  END;
  CREATE TRIGGER calls_removed AFTER DELETE ON calls BEGIN
    INSERT INTO calls_text (calls_text, rowid, name, number, via) VALUES ('delete', old.key, old.name, old.number, old.via);
    INSERT INTO calls_digits (calls_digits, rowid, digits) VALUES ('delete', old.key, old.digits);
  END;
`;
