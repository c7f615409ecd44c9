-- What a supervisor is to see to by a day: notes that wait for that, by the day alone.
ALTER TABLE case_entry ADD COLUMN due INTEGER NOT NULL DEFAULT 0 CHECK (due >= 0); -- unix day; 0: nobody is to, or did
CREATE INDEX case_entry_due ON case_entry (due) WHERE due <> 0;
PRAGMA user_version = 10;
