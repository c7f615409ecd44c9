-- What was referred of a case says itself whose that is, and of which desk: lists by holder read an index, as those of
-- cases do, and not the case of each row. Only whoever changes the case's changes it, in the same transaction.
UPDATE referral
   SET holder = (SELECT holder FROM case_file WHERE number = referral.case_number),
       desk = (SELECT desk FROM case_file WHERE number = referral.case_number)
 WHERE direction = 1 AND case_number IN (SELECT number FROM case_file);
DROP INDEX referral_of_holder;
CREATE INDEX referral_of_holder ON referral (holder);
CREATE INDEX referral_held_alone ON referral (holder) WHERE holder <> 0 AND direction = 2 AND case_number = 0;
DROP INDEX referral_that_came_of_case;
CREATE INDEX referral_of_case ON referral (case_number, direction) WHERE case_number <> 0;
PRAGMA user_version = 30;
