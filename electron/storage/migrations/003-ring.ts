/** What was done about a call that came in (`RingRecord` as JSON); null for calls of before it was kept. */
export const ring = `ALTER TABLE calls ADD COLUMN ring TEXT`;
