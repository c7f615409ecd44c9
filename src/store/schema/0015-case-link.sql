-- Cases that belong together, as people here said: two rows a link, one of each case, each sealed under that case's
-- slot and gone with it. Their numbers are drawn at random and what is sealed has one length: nothing in the clear says
-- which two are one link.
CREATE TABLE case_link (
    number      INTEGER PRIMARY KEY CHECK (number >= 1),
    case_number INTEGER NOT NULL REFERENCES case_file (number) ON DELETE CASCADE,
    sealed      BLOB    NOT NULL                          -- CaseLink (proto/case_entry.proto)
) STRICT;
CREATE INDEX case_link_of_case ON case_link (case_number);
PRAGMA user_version = 15;
