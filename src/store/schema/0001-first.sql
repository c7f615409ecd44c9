-- The first schema of a node's database.
--
-- Times are unix milliseconds (…_ms) or unix days; ids are 16 bytes, hashes and public keys 32. Numbers are rowids:
-- local to this database, never seen outside. `sealed` is what docs/PROTOCOL.md 9 makes: r ‖ ciphertext ‖ tag,
-- useless without the slot's key. Enumerations have the numbers of the C enum that is named. The tables of the hot
-- path (message, referral, body, receipt, the records) have no foreign keys and as few indexes as their questions
-- allow: each costs a lookup for each message.

-- ------------------------------------------------------------------------------------------------------ the audit logs

-- The logs. Which incarnation of one this is stands in its origin (docs/PROTOCOL.md 2).
CREATE TABLE log (
    log    INTEGER PRIMARY KEY CHECK (log IN (1, 2)),   -- enum log_id: 1 exchange, 2 house
    origin TEXT    NOT NULL CHECK (length(origin) > 0)  -- first line of its checkpoints
) STRICT;

-- The records of the exchange log. All but `bytes` and `idx` are copies of what is in the bytes; `audit verify`
-- compares them.
CREATE TABLE exchange_record (
    idx         INTEGER PRIMARY KEY CHECK (idx >= 0),   -- index of the leaf, from 0 without gaps
    kind        INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 63), -- enum record_kind
    time_ms     INTEGER NOT NULL,                       -- time in the record
    -- AuditRecord as made: the data of the leaf, at most 2,048 bytes
    bytes       BLOB    NOT NULL
) STRICT;

-- The records of the house log, in the same form.
CREATE TABLE house_record (
    idx         INTEGER PRIMARY KEY CHECK (idx >= 0),   -- index of the leaf, from 0 without gaps
    kind        INTEGER NOT NULL CHECK (kind BETWEEN 64 AND 127), -- enum record_kind, RECORD_OPENED and after
    time_ms     INTEGER NOT NULL,                       -- time in the record
    -- AuditRecord as made: the data of the leaf, at most 2,048 bytes
    bytes       BLOB    NOT NULL
) STRICT;

-- One signed checkpoint for each commit that added to the exchange log.
CREATE TABLE exchange_checkpoint (
    size        INTEGER PRIMARY KEY CHECK (size >= 1),  -- leaves of the tree that is signed
    note        BLOB    NOT NULL                        -- the C2SP note with our one signature, at most 960 bytes
) STRICT;

-- The same for the house log.
CREATE TABLE house_checkpoint (
    size        INTEGER PRIMARY KEY CHECK (size >= 1),  -- leaves of the tree that is signed
    note        BLOB    NOT NULL                        -- the C2SP note with our one signature, at most 960 bytes
) STRICT;

-- Full tiles of both trees. Derived from the records: a cache for proofs and for a quick start.
CREATE TABLE tile (
    place       INTEGER PRIMARY KEY,                    -- log × 2^61 + level × 2^57 + number of the tile in its level
    hashes      BLOB    NOT NULL CHECK (length(hashes) = 8192) -- 256 hashes, left to right
) STRICT;

CREATE TRIGGER exchange_record_stays BEFORE UPDATE ON exchange_record
BEGIN SELECT RAISE(ABORT, 'a record of the audit log cannot be changed'); END;
CREATE TRIGGER exchange_record_remains BEFORE DELETE ON exchange_record
BEGIN SELECT RAISE(ABORT, 'a record of the audit log cannot be removed'); END;
CREATE TRIGGER house_record_stays BEFORE UPDATE ON house_record
BEGIN SELECT RAISE(ABORT, 'a record of the audit log cannot be changed'); END;
CREATE TRIGGER house_record_remains BEFORE DELETE ON house_record
BEGIN SELECT RAISE(ABORT, 'a record of the audit log cannot be removed'); END;
CREATE TRIGGER exchange_checkpoint_stays BEFORE UPDATE ON exchange_checkpoint
BEGIN SELECT RAISE(ABORT, 'a checkpoint cannot be changed'); END;
CREATE TRIGGER exchange_checkpoint_remains BEFORE DELETE ON exchange_checkpoint
BEGIN SELECT RAISE(ABORT, 'a checkpoint cannot be removed'); END;
CREATE TRIGGER house_checkpoint_stays BEFORE UPDATE ON house_checkpoint
BEGIN SELECT RAISE(ABORT, 'a checkpoint cannot be changed'); END;
CREATE TRIGGER house_checkpoint_remains BEFORE DELETE ON house_checkpoint
BEGIN SELECT RAISE(ABORT, 'a checkpoint cannot be removed'); END;

-- -------------------------------------------------------------------------------------------- peers and what is signed

-- Other agencies as this node remembers them.
CREATE TABLE peer (
    number          INTEGER PRIMARY KEY,
    agency          TEXT    NOT NULL UNIQUE CHECK (length(agency) > 0), -- agency@federation
    fid             BLOB    NOT NULL CHECK (length(fid) = 32), -- id of its federation
    incarnation     INTEGER NOT NULL CHECK (incarnation >= 0), -- newest known of its exchange log; 0 none seen
    -- size of our exchange log when that one took the place of another; 0 it did not
    begun_index     INTEGER NOT NULL CHECK (begun_index >= 0),
    -- size of their log up to which growth is proven; 0 none
    linked_size     INTEGER NOT NULL CHECK (linked_size >= 0),
    linked_root     BLOB    NOT NULL CHECK (length(linked_root) = 32), -- of that size; zeros: none
    -- peer_note.number: notes up to it were known when a person last closed a finding about their log; 0 none
    put_aside       INTEGER NOT NULL CHECK (put_aside >= 0),
    last_receipt_ms INTEGER NOT NULL,                    -- time of their last receipt; 0 none
    -- fingerprint of the identity key that counts, kept for ever; zeros: no directory has listed it yet
    known_key       BLOB    NOT NULL CHECK (length(known_key) = 32),
    -- the same of the one that the directory lists and that is held; zeros: none
    held_key        BLOB    NOT NULL CHECK (length(held_key) = 32),
    held_since_ms   INTEGER NOT NULL CHECK (held_since_ms >= 0), -- when that was first seen; 0 none
    -- 1: it was suspended, so only a person lifts the hold
    held_by_person  INTEGER NOT NULL CHECK (held_by_person IN (0, 1))
) STRICT;
CREATE INDEX peer_begun ON peer (number) WHERE begun_index > 0;
CREATE INDEX peer_held ON peer (number) WHERE held_since_ms > 0;

-- Checkpoint notes of peers, each kept once, with what came first under it: half of a proof that a log forked.
CREATE TABLE peer_note (
    number      INTEGER PRIMARY KEY,
    peer        INTEGER NOT NULL REFERENCES peer (number),
    incarnation INTEGER NOT NULL CHECK (incarnation >= 1), -- of the log
    size        INTEGER NOT NULL CHECK (size >= 1),      -- leaves of the tree that is signed
    -- enum note_state: 1 unlinked, 2 linked, 3 contradicts another, 4 unlinked and a finding
    state       INTEGER NOT NULL CHECK (state BETWEEN 1 AND 4),
    asked       INTEGER NOT NULL CHECK (asked >= 0),     -- how often the peer was asked in vain to prove it
    since_ms    INTEGER NOT NULL,                        -- when it came
    note        BLOB    NOT NULL,                        -- as it came, at most 960 bytes
    idx         INTEGER NOT NULL CHECK (idx >= -1),      -- of the record that came with it; -1 none did
    leaf        BLOB    NOT NULL,                        -- that record's, 32 bytes; empty: none
    path        BLOB    NOT NULL                         -- 32 bytes a hash, from that leaf to the root of the note
) STRICT;
CREATE INDEX peer_note_by_size ON peer_note (peer, size);
CREATE INDEX peer_note_by_index ON peer_note (peer, idx);
CREATE INDEX peer_note_unlinked ON peer_note (peer, state) WHERE state IN (1, 4);

-- What else came under one of them while it was not linked.
CREATE TABLE peer_leaf (
    note INTEGER NOT NULL REFERENCES peer_note (number),
    idx  INTEGER NOT NULL CHECK (idx >= 0),              -- of the record
    peer INTEGER NOT NULL,                               -- that of the note
    leaf BLOB    NOT NULL CHECK (length(leaf) = 32),     -- the record's
    path BLOB    NOT NULL,                               -- 32 bytes a hash, from that leaf to the root of the note
    PRIMARY KEY (note, idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX peer_leaf_by_index ON peer_leaf (peer, idx);

-- What a peer's log proved against it, or failed to prove: one row each, as its record says; later ones are counted.
CREATE TABLE peer_finding (
    peer        INTEGER NOT NULL REFERENCES peer (number),
    incarnation INTEGER NOT NULL CHECK (incarnation >= 1), -- of its log
    which       INTEGER NOT NULL CHECK (which IN (1, 2)), -- enum finding: 1 fork, 2 unlinked
    since_ms    INTEGER NOT NULL,                        -- when it was recorded
    later       INTEGER NOT NULL CHECK (later >= 0),     -- as many more like it
    -- enum finding_closing, by a person: 1 explained, 2 replaced, 3 parted; 0 it stands
    closed      INTEGER NOT NULL CHECK (closed BETWEEN 0 AND 3),
    PRIMARY KEY (peer, incarnation, which)
) STRICT, WITHOUT ROWID;

-- What each of them has used up of its shares (exchange/traffic/meter.h), written ahead in blocks.
CREATE TABLE share (
    peer INTEGER PRIMARY KEY,
    day  INTEGER NOT NULL CHECK (day >= 0),              -- unix day of what was used
    used BLOB    NOT NULL                                -- u64 for each row of model/resources.def, in their order
) STRICT;

-- Texts kept by name and agency, the newest of each: bundles, directory, membership.
CREATE TABLE note (
    what     TEXT    NOT NULL CHECK (length(what) > 0),  -- 'bundle', 'directory', 'membership' …
    agency   TEXT    NOT NULL,                           -- whose: agency@federation; '' where it is nobody's own
    sequence INTEGER NOT NULL CHECK (sequence >= 0),     -- its own number, 0 where it has none
    note     BLOB    NOT NULL,                           -- as it came
    PRIMARY KEY (what, agency)
) STRICT;

-- Small numbers by name: 'directory_logged', 'bundle_sequence' …
CREATE TABLE number (
    name  TEXT    NOT NULL PRIMARY KEY CHECK (length(name) > 0),
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Slots of the `keys` file that were ever in use. None is used twice.
CREATE TABLE slot (
    slot  INTEGER PRIMARY KEY CHECK (slot >= 0),         -- number in the file, from 0
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3) -- enum slot_state: 1 used, 2 to erase, 3 erased
) STRICT;
CREATE INDEX slot_to_erase ON slot (slot) WHERE state = 2;

-- Our sealing keys: the public halves. The private halves lie in files named for the id.
CREATE TABLE sealing_key (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16), -- key id (docs/PROTOCOL.md 6)
    public_key BLOB    NOT NULL CHECK (length(public_key) = 32), -- X25519
    use_from   INTEGER NOT NULL CHECK (use_from >= 0),   -- unix day: others seal to it from here
    use_until  INTEGER NOT NULL CHECK (use_until > use_from), -- unix day: to the day before
    keep_until INTEGER NOT NULL CHECK (keep_until >= use_until) -- unix day: we open to here, this day included
) STRICT;

-- -------------------------------------------------------------------------------------------------- cases and consents

-- Cases. What is known of the person is in the sections, sealed.
CREATE TABLE case_file (
    number    INTEGER PRIMARY KEY,
    id        BLOB    NOT NULL UNIQUE CHECK (length(id) = 16), -- seen by people here, never sent
    slot      INTEGER NOT NULL CHECK (slot >= 0),        -- of the `keys` file: opens the sections
    opened_ms INTEGER NOT NULL                           -- when it was made
) STRICT;

-- A case's sections, one row each. A new content takes a new number, for its sealing is bound to that.
CREATE TABLE case_section (
    number      INTEGER PRIMARY KEY CHECK (number >= 1),
    case_number INTEGER NOT NULL REFERENCES case_file (number),
    section     INTEGER NOT NULL CHECK (section BETWEEN 1 AND 31), -- enum section: a bit of a set
    sealed      BLOB    NOT NULL,                        -- that section's message
    UNIQUE (case_number, section)
) STRICT;

-- By what a case is found to be here already, one row for each mark of it: an HMAC under a key of this node, of names
-- and birth date, of a phone number; of the file, with its first case. The mark is sealed under the case's key and goes
-- with it; 16 bits of it stand open, to be looked up.
CREATE TABLE case_likeness (
    number      INTEGER PRIMARY KEY,
    case_number INTEGER NOT NULL REFERENCES case_file (number),
    bucket      INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 65535),
    sealed      BLOB    NOT NULL                         -- enum likeness u8, mark
) STRICT;
CREATE INDEX case_likeness_by_bucket ON case_likeness (bucket);
CREATE INDEX case_likeness_of_case ON case_likeness (case_number);

-- The import under way, at most one: its cases are stored in several commits, and none is a case before this row is
-- gone. While `recorded` is -1 not all are stored, and if it ends so none stays.
CREATE TABLE case_import (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    first    INTEGER NOT NULL CHECK (first >= 1),        -- case_file.number of its first; those behind are its own
    count    INTEGER NOT NULL CHECK (count >= 1),        -- cases that it will have
    recorded INTEGER NOT NULL CHECK (recorded BETWEEN -1 AND count), -- of them are in the house log
    mark     BLOB    NOT NULL CHECK (length(mark) = 32)  -- HMAC of the other columns under a key of this node
) STRICT;

-- Request ids of imports and of consents that were recorded, so that a retry adds nothing. A caller may put a name into
-- one.
CREATE TABLE case_request (
    mark        BLOB    NOT NULL PRIMARY KEY CHECK (length(mark) = 32), -- its HMAC under a key of this node
    case_number INTEGER NOT NULL REFERENCES case_file (number), -- whose consents; the first that was imported
    count       INTEGER NOT NULL CHECK (count >= 1),     -- consents; cases, numbered one after the other
    asked       BLOB    NOT NULL                         -- sealed under the case's key: a mark of what was asked
) STRICT, WITHOUT ROWID;
CREATE INDEX case_request_of_case ON case_request (case_number);

-- Consents: those taken here and those that came with data.
CREATE TABLE consent (
    number          INTEGER PRIMARY KEY CHECK (number >= 1),
    id              BLOB    NOT NULL CHECK (length(id) = 16), -- consent id, in records and messages
    case_number     INTEGER REFERENCES case_file (number), -- NULL: it came with data from another agency
    agency          TEXT    NOT NULL CHECK (length(agency) > 0), -- that took it: agency@federation
    recipient       TEXT    NOT NULL CHECK (length(recipient) > 0), -- agency@federation
    -- of the `keys` file: opens its content and the bodies under it
    slot            INTEGER NOT NULL CHECK (slot >= 0),
    -- CONSENT record in our exchange log; 0 where case_number is NULL
    record_index    INTEGER NOT NULL CHECK (record_index >= 0),
    until           INTEGER NOT NULL CHECK (until >= 0), -- unix day, last one included
    -- enum consent_progress: 1 stands, 2 stopped, 3 erasing, 4 erased, 5 said no
    progress        INTEGER NOT NULL CHECK (progress BETWEEN 1 AND 5),
    changed_ms      INTEGER NOT NULL,                    -- when progress changed
    erase_from      INTEGER NOT NULL CHECK (erase_from >= 0), -- unix day from which it is to be erased; 0 none set
    withdrawn_index INTEGER NOT NULL CHECK (withdrawn_index >= -1), -- WITHDRAWN record in our exchange log; -1 none
    -- 1: a withdrawal or a statement is still to be made into a message
    to_tell         INTEGER NOT NULL CHECK (to_tell IN (0, 1)),
    UNIQUE (id, agency)                                  -- an id is its taker's: another agency may use the same
) STRICT;
CREATE INDEX consent_of_case ON consent (case_number) WHERE case_number IS NOT NULL;
CREATE INDEX consent_tombstone ON consent (agency) WHERE slot = 0 AND case_number IS NULL;
CREATE INDEX consent_work ON consent (number) WHERE to_tell = 1 OR progress IN (2, 3);

-- The content of a consent, apart, so that its row stays small.
CREATE TABLE consent_content (
    number INTEGER PRIMARY KEY REFERENCES consent (number),
    sealed BLOB    NOT NULL                              -- salt, header, grants; or the receipt as it came
) STRICT;

-- What the exchange log says of all consents at the newest record CONSENTS, whose index is the number
-- 'consents_record' (docs/PROTOCOL.md 12). A copy, for a quick start; believed only if it has that record's root.
CREATE TABLE consent_snapshot (
    chunk   INTEGER PRIMARY KEY CHECK (chunk >= 0),      -- entries from 256 × chunk on
    entries BLOB    NOT NULL                             -- at most 256, in the order of their first records
) STRICT;

-- ---------------------------------------------------------------------------------------------- messages and referrals

-- Messages out and in. Small; changed by its receipt, by a retry, never otherwise.
CREATE TABLE message (
    number       INTEGER PRIMARY KEY CHECK (number >= 1),
    id           BLOB    NOT NULL CHECK (length(id) = 16), -- 48 bits of time, 80 of chance: the index grows at its edge
    direction    INTEGER NOT NULL CHECK (direction IN (1, 2)), -- enum direction: 1 out, 2 in
    peer         INTEGER NOT NULL,                       -- peer.number: recipient (out), sender (in)
    kind         INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 63), -- enum message_kind
    referral     INTEGER NOT NULL,                       -- referral.number; 0 none
    consent      INTEGER NOT NULL,                       -- consent.number; 0 none
    -- of its record in our exchange log: DISCLOSED (out), RECEIVED or REFUSED (in)
    record_index INTEGER NOT NULL,
    leaf         BLOB    NOT NULL CHECK (length(leaf) = 32), -- leaf hash of the sender's record
    expiry       INTEGER NOT NULL,                       -- out: last unix day on which it is accepted; in: 0
    -- enum message_state: 1 waiting, 2 receipted, 3 withheld, 4 expired, 5 refused, 6 stored
    state        INTEGER NOT NULL CHECK (state BETWEEN 1 AND 6),
    -- enum outcome, of the receipt (out) or of our answer (in); 0 none
    outcome      INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,                       -- out: how often it was tried
    next_try_ms  INTEGER NOT NULL,                       -- out: not before
    -- out: 1 from the commit on after which it may have left
    may_have_left INTEGER NOT NULL CHECK (may_have_left IN (0, 1)),
    -- out: when the recipient last said that it has no such message; 0 it did not
    missing_ms   INTEGER NOT NULL,
    -- out: enum hold that the recipient gave with its last refusal; 0 none
    hold         INTEGER NOT NULL DEFAULT 0 CHECK (hold BETWEEN 0 AND 23)
) STRICT;
CREATE UNIQUE INDEX message_by_id ON message (id, direction, peer);
CREATE INDEX message_waiting ON message (peer) WHERE state = 1 AND direction = 1;
CREATE INDEX message_of_consent ON message (consent) WHERE consent <> 0;
CREATE INDEX message_of_referral ON message (referral) WHERE referral <> 0;
CREATE INDEX message_expired ON message (number) WHERE direction = 1 AND state = 4;

CREATE INDEX message_unsettled ON message (peer, number) WHERE direction = 1 AND may_have_left = 1 AND state IN (3, 4);

-- What is owed to another agency until it is answered: one row a fact. The newest row of a subject counts.
CREATE TABLE obligation (
    number       INTEGER PRIMARY KEY,
    -- enum owed: 1 withdrawal, 2 erasure statement, 3 reply, 4 cancellation
    what         INTEGER NOT NULL CHECK (what BETWEEN 1 AND 4),
    subject      INTEGER NOT NULL,                       -- consent.number (1, 2) or referral.number (3, 4)
    peer         INTEGER NOT NULL,                       -- peer.number: to whom
    step         INTEGER NOT NULL,                       -- enum consent_state (1, 2) or enum referral_state (3, 4)
    record_index INTEGER NOT NULL,                       -- of the fact: WITHDRAWN, ERASED, DISCLOSED of the reply
    since_ms     INTEGER NOT NULL,                       -- when it was first owed
    message      INTEGER NOT NULL,                       -- message.number that carries it; 0 none now
    tries        INTEGER NOT NULL,                       -- messages that were finally refused
    next_ms      INTEGER NOT NULL,                       -- where message is 0: none before
    settled      INTEGER NOT NULL CHECK (settled IN (0, 1, 2, 3, 4, 6)), -- enum settled; 0 open
    result       INTEGER NOT NULL CHECK (result BETWEEN 0 AND 3),  -- enum erasure, of a withdrawal answered
    settled_by   INTEGER NOT NULL CHECK (settled_by >= -1), -- SETTLED record in our exchange log; -1 none
    -- record that answered it, in the peer's log; -1 none, or not known
    answered_by  INTEGER NOT NULL CHECK (answered_by >= -1),
    -- record by which a person closed what the end left to do: SETTLED, a second one; -1 none
    closed_by    INTEGER NOT NULL CHECK (closed_by >= -1),
    -- its message was refused without a receipt, for what does not pass: enum admission_step; 0 it was not
    refused_at   INTEGER NOT NULL CHECK (refused_at BETWEEN 0 AND 13),
    refused_why  INTEGER NOT NULL CHECK (refused_why BETWEEN 0 AND 6), -- enum refusal_reason; 0 none
    refused_ms   INTEGER NOT NULL                        -- since when
) STRICT;
CREATE INDEX obligation_of ON obligation (subject, what);
CREATE INDEX obligation_of_peer ON obligation (peer);
CREATE INDEX obligation_open ON obligation (number) WHERE settled = 0;
CREATE INDEX obligation_doubted ON obligation (number) WHERE what = 1 AND settled = 1 AND result = 2 AND closed_by = -1;
CREATE INDEX obligation_lost ON obligation (number) WHERE settled = 6 AND what IN (3, 4) AND closed_by = -1;

-- What a message carries. Apart, so that it is written once and never moved.
CREATE TABLE body (
    number INTEGER PRIMARY KEY,                          -- message.number
    slot   INTEGER NOT NULL CHECK (slot >= 0),           -- of the `keys` file
    sealed BLOB    NOT NULL                              -- salt, body
) STRICT;

-- The receipt that a message of ours got.
CREATE TABLE receipt (
    message INTEGER PRIMARY KEY,                         -- message.number
    note    INTEGER NOT NULL,                            -- peer_note.number: the checkpoint that came with it
    record  BLOB    NOT NULL,                            -- the peer's RECEIVED or REFUSED record, as it came
    path    BLOB    NOT NULL                             -- 32 bytes a hash, leaf to root; empty for a tree of one
) STRICT;

-- Referrals out and in. One row for each recipient, with an id of its own. Ids, states, peers and times of acts stand
-- here; what was asked lies sealed under the slot of the consent, and is erased with it.
CREATE TABLE referral (
    number      INTEGER PRIMARY KEY,
    id          BLOB    NOT NULL CHECK (length(id) = 16), -- chosen by its sender, so two agencies could choose the same
    direction   INTEGER NOT NULL CHECK (direction IN (1, 2)), -- enum direction: 1 out, 2 in
    peer        INTEGER NOT NULL,                        -- peer.number: recipient (out), sender (in)
    case_number INTEGER NOT NULL,                        -- out: case_file.number; in: 0
    consent     INTEGER NOT NULL,                        -- consent.number
    made_ms     INTEGER NOT NULL,                        -- when it was saved here
    state       INTEGER NOT NULL CHECK (state BETWEEN 1 AND 19), -- enum referral_state
    message     INTEGER NOT NULL,                        -- message.number of its first message
    -- urgency, purpose, services, due, sections shared and offered; empty once erased
    sealed      BLOB    NOT NULL CHECK (length(sealed) <= 128)
) STRICT;
CREATE INDEX referral_by_id ON referral (id);
CREATE INDEX referral_accepted ON referral (peer) WHERE direction = 1 AND state = 6;

-- Request ids of callers, so that a retry is the same referral. A caller may put a name into one.
CREATE TABLE request (
    mark     BLOB    NOT NULL PRIMARY KEY CHECK (length(mark) = 32), -- its HMAC under a key of this node
    referral INTEGER NOT NULL REFERENCES referral (number),
    asked    BLOB    NOT NULL                            -- sealed: what of the ask its referral does not hold
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 1;
