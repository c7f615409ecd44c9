-- What was printed of a person, from a time on, is found without a look at each record of the house log.
CREATE INDEX house_exported ON house_record (time_ms) WHERE kind = 65; -- RECORD_EXPORTED
PRAGMA user_version = 28;
