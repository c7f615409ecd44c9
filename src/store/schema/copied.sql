-- Run on a copy of the database when all of it is there: one file, which needs no other beside it.
PRAGMA journal_mode = DELETE;
