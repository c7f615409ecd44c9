-- Cases that were merged into others are found without a look at each entry there is.
CREATE INDEX case_entry_merged ON case_entry (case_number) WHERE kind = 7; -- CASE_ENTRY_MERGED
PRAGMA user_version = 22;
