-- What was answered to requests under a request id, so that asking again does nothing more. The answers of one day lie
-- under one slot, which is erased with whatever else is erased at this node: no copy of what they tell outlives it.
CREATE TABLE kept_slot (
    slot INTEGER PRIMARY KEY CHECK (slot >= 1),
    day  INTEGER NOT NULL CHECK (day >= 0)               -- unix day of what lies under it
) STRICT;
CREATE TABLE kept_answer (
    number INTEGER PRIMARY KEY,
    -- of who asked and his id: an HMAC under a key of this node
    mark   BLOB    NOT NULL UNIQUE CHECK (length(mark) = 32),
    day    INTEGER NOT NULL CHECK (day >= 0),            -- unix day on which it was asked
    slot   INTEGER NOT NULL CHECK (slot >= 1),
    sealed BLOB    NOT NULL                              -- who asked, a mark of what, and the answer
) STRICT;
CREATE INDEX kept_answer_by_day ON kept_answer (day);
-- The ids of referrals, imports and consents are forgotten as these are. Of those before, the day is not known: it is
-- that of the newest record.
ALTER TABLE request ADD COLUMN day INTEGER NOT NULL DEFAULT 0 CHECK (day >= 0);
UPDATE request SET day = (SELECT coalesce(max(time_ms), 0) FROM exchange_record) / 86400000;
CREATE INDEX request_by_day ON request (day);
ALTER TABLE case_request ADD COLUMN day INTEGER NOT NULL DEFAULT 0 CHECK (day >= 0);
UPDATE case_request SET day = (SELECT coalesce(max(time_ms), 0) FROM exchange_record) / 86400000;
CREATE INDEX case_request_by_day ON case_request (day);
PRAGMA user_version = 5;
