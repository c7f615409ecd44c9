-- What people write down beside a case, and how its sections were before each change: a row an act, sealed under the
-- case's key and gone with it.
CREATE TABLE case_entry (
    number      INTEGER PRIMARY KEY CHECK (number >= 1),
    case_number INTEGER NOT NULL REFERENCES case_file (number),
    kind        INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 15), -- enum case_entry_kind
    sealed      BLOB    NOT NULL                          -- CaseEntry (proto/case_entry.proto)
) STRICT;
CREATE INDEX case_entry_of_case ON case_entry (case_number);
PRAGMA user_version = 9;
