-- The slots of the answers under request ids are erased with whatever else is: a row that was changed would have
-- another's key destroyed, so each has a mark. Those before have none, and are erased once.
ALTER TABLE kept_slot ADD COLUMN mark BLOB NOT NULL CHECK (length(mark) = 32) -- HMAC of slot and day under a node's key
    DEFAULT x'0000000000000000000000000000000000000000000000000000000000000000';
UPDATE slot SET state = 2 WHERE state = 1 AND slot IN (SELECT slot FROM kept_slot);
PRAGMA user_version = 12;
