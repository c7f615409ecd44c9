-- What is asked and told about nobody. What it says lies in the bodies of its messages.
CREATE TABLE inquiry (
    number    INTEGER PRIMARY KEY,
    kind      INTEGER NOT NULL,                                   -- enum message_kind
    direction INTEGER NOT NULL CHECK (direction IN (1, 2)),
    peer      INTEGER NOT NULL,                                   -- peer.number
    id        BLOB    NOT NULL CHECK (length(id) = 16),           -- of its message
    message   INTEGER NOT NULL,                                   -- message.number
    together  BLOB    NOT NULL CHECK (length(together) = 16),     -- of what was asked in one act; zeros: it came
    answer    INTEGER NOT NULL DEFAULT 0,                         -- message.number; 0: none
    made_ms   INTEGER NOT NULL,
    until_ms  INTEGER NOT NULL,
    UNIQUE (direction, peer, id)
) STRICT;
CREATE INDEX inquiry_until ON inquiry (until_ms);
CREATE INDEX inquiry_open ON inquiry (peer, until_ms) WHERE direction = 2 AND answer = 0;
PRAGMA user_version = 18;
