-- Run when a node opens its database for writing, before anything else. The page size holds for a new file only.
PRAGMA page_size = 8192;
PRAGMA journal_mode = WAL;
