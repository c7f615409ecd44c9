-- A case that was deleted: its row stays, since consents and referrals name it, and opens nothing. Who asked for a
-- deletion, and when, is counted; the day itself lies sealed.
ALTER TABLE case_file ADD COLUMN ended_ms INTEGER NOT NULL DEFAULT 0 CHECK (ended_ms >= 0); -- 0: it was not
ALTER TABLE case_end ADD COLUMN asked_ms INTEGER NOT NULL DEFAULT 0 CHECK (asked_ms >= 0);  -- 0: nobody asked
ALTER TABLE case_end ADD COLUMN asked_by INTEGER NOT NULL DEFAULT 0 CHECK (asked_by >= 0);  -- staff.number
CREATE INDEX case_end_asked ON case_end (asked_by, asked_ms) WHERE asked_ms <> 0;
-- Slots of cases that were deleted, and of what was sent of them, until they are overwritten.
CREATE TABLE case_slot (
    slot INTEGER PRIMARY KEY CHECK (slot >= 1)
) STRICT;
PRAGMA user_version = 19;
