-- Corrections that came: few, and looked through for those that nobody has answered.
CREATE INDEX message_correction ON message (number) WHERE kind = 16 AND direction = 2;
PRAGMA user_version = 31;
