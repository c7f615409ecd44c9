-- What cases are found by, in segments, each sealed under a slot of its own: nothing of it is hashed or stands in a
-- column. The one that is open has an entry sealed for each case; a full one has all in one value. An entry that ends
-- takes its segment with it: the others are sealed anew, under another slot.
CREATE TABLE search_segment (
    number INTEGER PRIMARY KEY,
    slot   INTEGER NOT NULL CHECK (slot >= 0),
    sealed BLOB    NOT NULL                              -- its entries; empty: it is open
) STRICT;
CREATE INDEX search_segment_open ON search_segment (number) WHERE length(sealed) = 0;
CREATE TABLE search_entry (
    case_number INTEGER PRIMARY KEY,                     -- case_file.number
    segment     INTEGER NOT NULL REFERENCES search_segment (number),
    sealed      BLOB    NOT NULL                         -- empty: it is in its segment
) STRICT;
CREATE INDEX search_entry_of_segment ON search_entry (segment);

-- Slots of segments that are no more, until they are overwritten.
CREATE TABLE search_retired (
    slot INTEGER PRIMARY KEY CHECK (slot >= 0)
) STRICT;
PRAGMA user_version = 6;
