-- What a dialogue has been told so far, a row a draft; the answers lie sealed under a slot of the draft's own.
CREATE TABLE draft (
    number     INTEGER PRIMARY KEY,
    id         BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    maker      INTEGER NOT NULL CHECK (maker >= 0),       -- the staff.number of who began it; 0: none of the staff
    slot       INTEGER NOT NULL CHECK (slot >= 1),
    version    INTEGER NOT NULL CHECK (version >= 1),     -- grows with each change
    changed_ms INTEGER NOT NULL,
    sealed     BLOB    NOT NULL
) STRICT;
CREATE INDEX draft_of_maker ON draft (maker);
CREATE INDEX draft_by_change ON draft (changed_ms);
-- Slots that drafts have given up, until they are overwritten.
CREATE TABLE draft_slot (
    slot INTEGER PRIMARY KEY CHECK (slot >= 1)
) STRICT;
PRAGMA user_version = 4;
