-- Run after the others on a connection that only reads.
PRAGMA query_only = ON;
