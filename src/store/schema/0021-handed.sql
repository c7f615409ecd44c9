-- What was given to whom, counted for each: the place of who watches and may not know how long the house log is.
CREATE TABLE handed (
    holder      INTEGER NOT NULL CHECK (holder >= 1),     -- number of the member of the staff
    number      INTEGER NOT NULL CHECK (number >= 1),     -- of his, from 1 without gaps
    record      INTEGER NOT NULL CHECK (record >= 0),     -- index in the house log: ASSIGNED, STAND_IN
    is_referral INTEGER NOT NULL CHECK (is_referral IN (0, 1)),
    object      BLOB    NOT NULL CHECK (length(object) = 16), -- id of the case, or of the referral that came in
    PRIMARY KEY (holder, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX handed_record ON handed (holder, record);
PRAGMA user_version = 21;
