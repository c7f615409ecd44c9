-- Where a log begins that began anew after its home was put back: records of all incarnations stand in one table, in
-- the order in which they were made.
ALTER TABLE log ADD COLUMN first INTEGER NOT NULL DEFAULT 0 CHECK (first >= 0); -- idx of its record 0
-- The logs that are over. One ends where the next begins.
CREATE TABLE closed_log (
    place  INTEGER PRIMARY KEY,                          -- log × 2^32 + incarnation
    origin TEXT    NOT NULL CHECK (length(origin) > 0),  -- first line of its checkpoints
    first  INTEGER NOT NULL CHECK (first >= 0)           -- idx of its record 0
) STRICT;
-- The same of other agencies: their logs that are over, and how far each goes that its agency still has.
CREATE TABLE peer_log (
    number      INTEGER PRIMARY KEY,
    peer        INTEGER NOT NULL REFERENCES peer (number),
    incarnation INTEGER NOT NULL CHECK (incarnation >= 1), -- of the log that is over
    size        INTEGER NOT NULL CHECK (size >= 1),        -- of its last checkpoint, as the next record 0 names it
    root        BLOB    NOT NULL CHECK (length(root) = 32) -- of that
) STRICT;
CREATE UNIQUE INDEX peer_log_of ON peer_log (peer, incarnation);
-- in: of the sender's record; 0: it came before this was kept, or is a message out
ALTER TABLE message ADD COLUMN their_incarnation INTEGER NOT NULL DEFAULT 0 CHECK (their_incarnation >= 0);
ALTER TABLE message ADD COLUMN their_index INTEGER NOT NULL DEFAULT 0 CHECK (their_index >= 0);
PRAGMA user_version = 34;
