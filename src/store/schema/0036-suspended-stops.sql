-- Consents of other agencies that were stopped by their agency while it was suspended: whoever had its keys may have
-- said so. A row goes when the agency, admitted again, says it again, or what came under the consent is erased.
CREATE TABLE suspended_stop (
    consent  INTEGER PRIMARY KEY,                                 -- consent.number
    peer     INTEGER NOT NULL,                                    -- peer.number: the agency that took it
    since_ms INTEGER NOT NULL,
    seen     INTEGER NOT NULL DEFAULT 0 CHECK (seen IN (0, 1))    -- a person has looked after it
) STRICT;
CREATE INDEX suspended_stop_open ON suspended_stop (peer, consent) WHERE seen = 0;
PRAGMA user_version = 36;
