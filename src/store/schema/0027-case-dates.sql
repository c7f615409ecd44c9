-- Notes and dates wait for a day: each kind by its own.
DROP INDEX case_entry_due;
CREATE INDEX case_entry_due ON case_entry (kind, due) WHERE due <> 0;
PRAGMA user_version = 27;
