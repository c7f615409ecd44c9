-- The unix day on which a court's hold of a case has ended; 0: none is set. Why it is held lies sealed.
ALTER TABLE case_end ADD COLUMN hold_ends INTEGER NOT NULL DEFAULT 0 CHECK (hold_ends >= 0);
CREATE INDEX case_end_hold_ends ON case_end (hold_ends) WHERE hold_ends <> 0;
PRAGMA user_version = 20;
