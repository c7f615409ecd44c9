-- What referrals ask for, 256 that follow one another sealed together under a slot of their own, so that a list that is
-- chosen by it opens few rows: nothing of it is hashed or stands in a column. Of what is erased its segment is sealed
-- anew, under another slot.
CREATE TABLE asked_segment (
    number INTEGER PRIMARY KEY CHECK (number >= 0),      -- of the referrals 256 * number and on
    slot   INTEGER NOT NULL CHECK (slot >= 0),
    sealed BLOB    NOT NULL
) STRICT;
PRAGMA user_version = 25;
