-- What came in and was accepted is a case here: referral.case_number names it, and those of a case are found by it.
CREATE INDEX referral_that_came_of_case ON referral (case_number) WHERE direction = 2 AND case_number <> 0;
PRAGMA user_version = 17;
