-- Corrections that were sent: few, and looked through for those that have no answer, or are contested.
CREATE INDEX message_sent_correction ON message (number) WHERE kind = 16 AND direction = 1;
PRAGMA user_version = 32;
