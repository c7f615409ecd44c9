-- Referrals that went to the wrong agency. Of whom, and what, stands in none of it: the referral names its case.
CREATE TABLE incident (
    number   INTEGER PRIMARY KEY,
    id       BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    referral INTEGER NOT NULL UNIQUE,                             -- referral.number
    peer     INTEGER NOT NULL,                                    -- peer.number: where it went
    made_ms  INTEGER NOT NULL,
    ending   INTEGER NOT NULL DEFAULT 0 CHECK (ending BETWEEN 0 AND 3), -- enum incident_ending; 0: it is open
    told     INTEGER NOT NULL DEFAULT 0 CHECK (told BETWEEN 0 AND 3)    -- enum incident_told
) STRICT;
CREATE INDEX incident_open ON incident (number) WHERE ending = 0;
PRAGMA user_version = 14;
