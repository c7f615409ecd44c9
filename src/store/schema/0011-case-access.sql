-- Cases that somebody opened who does not hold them, for a reason that is reviewed. The reason, and what the review
-- says, lie sealed under the case's slot and go with it.
CREATE TABLE case_access (
    number      INTEGER PRIMARY KEY,
    id          BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    case_number INTEGER NOT NULL REFERENCES case_file (number) ON DELETE CASCADE,
    staff       INTEGER NOT NULL,                        -- staff.number of who opened it
    since_ms    INTEGER NOT NULL,
    until_ms    INTEGER NOT NULL,                        -- he reads it until then
    review      INTEGER NOT NULL CHECK (review BETWEEN 0 AND 2), -- enum access_review; 0: not yet
    sealed      BLOB    NOT NULL
) STRICT;
CREATE INDEX case_access_of ON case_access (case_number, staff);
CREATE INDEX case_access_to_review ON case_access (since_ms) WHERE review = 0;
PRAGMA user_version = 11;
