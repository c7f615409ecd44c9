-- What other agencies say of corrections: few, and looked through for those that they contest.
CREATE INDEX message_correction_answer ON message (number) WHERE kind = 20 AND direction = 2;
PRAGMA user_version = 33;
