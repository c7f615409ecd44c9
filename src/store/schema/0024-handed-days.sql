-- What was given is told for a while. Of what was given before this was noted the day is long ago.
ALTER TABLE handed ADD COLUMN day INTEGER NOT NULL DEFAULT 0 CHECK (day >= 0); -- unix day on which it was given
CREATE INDEX handed_day ON handed (day);
PRAGMA user_version = 24;
