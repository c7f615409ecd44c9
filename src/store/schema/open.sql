-- Run on each connection.
PRAGMA synchronous = FULL;        -- a commit is on the disk before anything is acknowledged
PRAGMA wal_autocheckpoint = 0;    -- db_checkpoint_wal copies the WAL back when the node has time
PRAGMA foreign_keys = ON;
PRAGMA recursive_triggers = ON;   -- so that INSERT OR REPLACE meets the trigger that refuses DELETE
PRAGMA secure_delete = ON;        -- what is deleted is overwritten; the WAL keeps ciphertext only
PRAGMA temp_store = MEMORY;       -- no temporary files
PRAGMA mmap_size = 0;             -- a disk error is an error, not a signal
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
