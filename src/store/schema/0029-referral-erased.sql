-- What came with a referral that was declined here is erased once its sender has the answer. Its row stays, and what
-- was answered; this says by which record.
CREATE TABLE referral_erased (
    referral INTEGER PRIMARY KEY,                       -- referral.number
    idx      INTEGER NOT NULL CHECK (idx >= 0),         -- of the REFERRAL_ERASED record in our exchange log
    stated   INTEGER NOT NULL CHECK (stated IN (0, 1))  -- 1: a message to its sender says so
) STRICT;
CREATE INDEX referral_unstated ON referral_erased (referral) WHERE stated = 0;
CREATE INDEX referral_declined ON referral (number) -- REFERRAL_DECLINED, and what was asked is there
    WHERE direction = 2 AND state = 9 AND length(sealed) <> 0;
PRAGMA user_version = 29;
