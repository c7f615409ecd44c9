-- How many answers were given to a referral, and room for what goes with its newest; states have numbers up to 63. A
-- CHECK is changed by a new table only, and `request` refers to the old one, so it is made anew, too.
CREATE TABLE request_kept AS SELECT mark, referral, asked, day FROM request;
DROP TABLE request;
CREATE TABLE referral_kept AS SELECT * FROM referral;
DROP TABLE referral;
CREATE TABLE referral (
    number      INTEGER PRIMARY KEY,
    id          BLOB    NOT NULL CHECK (length(id) = 16), -- chosen by its sender, so two agencies could choose the same
    direction   INTEGER NOT NULL CHECK (direction IN (1, 2)), -- enum direction: 1 out, 2 in
    peer        INTEGER NOT NULL,                        -- peer.number: recipient (out), sender (in)
    case_number INTEGER NOT NULL,                        -- out: case_file.number; in: 0
    consent     INTEGER NOT NULL,                        -- consent.number
    made_ms     INTEGER NOT NULL,                        -- when it was saved here
    state       INTEGER NOT NULL CHECK (state BETWEEN 1 AND 63), -- enum referral_state
    message     INTEGER NOT NULL,                        -- message.number of its first message
    -- urgency, purpose, services, times, sections shared and offered; empty once erased
    sealed      BLOB    NOT NULL CHECK (length(sealed) <= 256),
    holder      INTEGER NOT NULL DEFAULT 0 CHECK (holder >= 0), -- as in case_file
    -- number of the newest answer: out: that was taken; in: that was given; 0 none
    answers     INTEGER NOT NULL DEFAULT 0 CHECK (answers >= 0)
) STRICT;
INSERT INTO referral (number, id, direction, peer, case_number, consent, made_ms, state, message, sealed, holder,
                      answers)
SELECT number, id, direction, peer, case_number, consent, made_ms, state, message, sealed, holder, state IN (6, 9)
  FROM referral_kept;
DROP TABLE referral_kept;
CREATE INDEX referral_by_id ON referral (id);
CREATE INDEX referral_accepted ON referral (peer) WHERE direction = 1 AND state IN (6, 11, 15, 20, 21, 22, 24);
CREATE INDEX referral_of_holder ON referral (holder) WHERE holder <> 0;
CREATE TABLE request (
    mark     BLOB    NOT NULL PRIMARY KEY CHECK (length(mark) = 32), -- its HMAC under a key of this node
    referral INTEGER NOT NULL REFERENCES referral (number),
    asked    BLOB    NOT NULL,                           -- sealed: what of the ask its referral does not hold
    day      INTEGER NOT NULL DEFAULT 0 CHECK (day >= 0) -- unix day on which it was asked
) STRICT, WITHOUT ROWID;
INSERT INTO request (mark, referral, asked, day) SELECT mark, referral, asked, day FROM request_kept;
DROP TABLE request_kept;
CREATE INDEX request_by_day ON request (day);
PRAGMA user_version = 8;
