-- Who uses this node, a row a person; what each is called, and may, lies sealed under a slot of that person's own. Rows
-- stay, since records name their ids for ever.
CREATE TABLE staff (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    slot INTEGER NOT NULL,
    since_ms INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;
PRAGMA user_version = 2;
