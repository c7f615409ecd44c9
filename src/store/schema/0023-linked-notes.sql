-- Linked notes that no receipt came with are kept for a while: those of receipts stay as long as these.
ALTER TABLE peer_note ADD COLUMN has_receipt INTEGER NOT NULL DEFAULT 0 CHECK (has_receipt IN (0, 1));
UPDATE peer_note SET has_receipt = 1 WHERE number IN (SELECT note FROM receipt);
CREATE INDEX peer_note_linked ON peer_note (peer, number) WHERE state = 2 AND has_receipt = 0;
PRAGMA user_version = 23;
