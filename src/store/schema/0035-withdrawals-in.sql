-- Withdrawals that came are few, and looked through where the agency that sent them was put back.
CREATE INDEX message_withdrawal_in ON message (peer, number) WHERE kind = 17 AND direction = 2;
PRAGMA user_version = 35;
