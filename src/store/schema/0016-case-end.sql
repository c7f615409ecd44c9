-- That a case is closed, and from which day on it is deleted. Why, and who said so, lie sealed under the case's key
-- with the days, which count: the columns only find the row.
CREATE TABLE case_end (
    case_number INTEGER PRIMARY KEY REFERENCES case_file (number),
    due         INTEGER NOT NULL CHECK (due >= 0),        -- unix day from which it is deleted; 0: none is set
    closed      INTEGER NOT NULL CHECK (closed IN (0, 1)),
    sealed      BLOB    NOT NULL                          -- CaseEnd (proto/case_entry.proto)
) STRICT;
CREATE INDEX case_end_due ON case_end (due) WHERE due <> 0;
PRAGMA user_version = 16;
