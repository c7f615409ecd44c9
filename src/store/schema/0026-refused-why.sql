-- Why an agency refuses what it is owed: there is one reason more.
ALTER TABLE obligation ADD COLUMN refused_for INTEGER NOT NULL CHECK (refused_for BETWEEN 0 AND 7) DEFAULT 0;
UPDATE obligation SET refused_for = refused_why;
ALTER TABLE obligation DROP COLUMN refused_why;
ALTER TABLE obligation RENAME COLUMN refused_for TO refused_why; -- enum refusal_reason; 0 none
PRAGMA user_version = 26;
