-- Run after the others on a connection that only reads.
PRAGMA query_only = ON;
BEGIN; -- one snapshot for as long as it is open, whatever a node that starts meanwhile writes
