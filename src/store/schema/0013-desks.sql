-- Desks of this agency, and what belongs to each: desk.number; 0: to none. Who is at a desk lies sealed with each
-- person (staff). A referral that went out is of the desk of its case, so its own column counts for those that came in
-- alone.
CREATE TABLE desk (
    number     INTEGER PRIMARY KEY,
    id         BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    name       TEXT    NOT NULL UNIQUE,                  -- as in an address: a part of this agency's, of no person
    visibility INTEGER NOT NULL CHECK (visibility BETWEEN 1 AND 2), -- enum desk_visibility
    since_ms   INTEGER NOT NULL
) STRICT;
ALTER TABLE case_file ADD COLUMN desk INTEGER NOT NULL DEFAULT 0 CHECK (desk >= 0);
CREATE INDEX case_of_desk ON case_file (desk) WHERE desk <> 0;
ALTER TABLE referral ADD COLUMN desk INTEGER NOT NULL DEFAULT 0 CHECK (desk >= 0);
CREATE INDEX referral_of_desk ON referral (desk) WHERE desk <> 0;
PRAGMA user_version = 13;
