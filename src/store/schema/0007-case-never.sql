-- Who never sees a case, and which agency never gets anything of it: a row each. Whom it names lies sealed under the
-- case's slot and goes with it.
CREATE TABLE case_never (
    number      INTEGER PRIMARY KEY,
    case_number INTEGER NOT NULL REFERENCES case_file (number) ON DELETE CASCADE,
    sealed      BLOB    NOT NULL
) STRICT;
CREATE INDEX case_never_of_case ON case_never (case_number);
PRAGMA user_version = 7;
