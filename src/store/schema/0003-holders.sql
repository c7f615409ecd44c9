-- Whose a case is: the staff.number of who holds it; 0: nobody. A referral that went out is whose its case is, so its
-- own column counts for those that came in alone; there it is who accepted it.
ALTER TABLE case_file ADD COLUMN holder INTEGER NOT NULL DEFAULT 0 CHECK (holder >= 0);
CREATE INDEX case_of_holder ON case_file (holder);
ALTER TABLE referral ADD COLUMN holder INTEGER NOT NULL DEFAULT 0 CHECK (holder >= 0);
CREATE INDEX referral_of_holder ON referral (holder) WHERE holder <> 0;
PRAGMA user_version = 3;
