-- Every statement that refex puts to its database, by name. tools/queries.cmake makes an enum (SQL_NAME) and an
-- array of them. Parameters are named and are bound fastest in the order in which they first appear; the reader in C
-- reads the columns in this order.

-- -------------------------------------------------------------------------------------------------------- the database

-- DB_VERSION
-- Which migrations this database has seen; 0 for a new file.
PRAGMA user_version;

-- DB_TABLES
-- How many things a database without a version holds already: one that is not ours has some.
SELECT count(*) FROM sqlite_schema;

-- DB_CHECK
-- 'ok', or the first thing that is wrong with the file.
PRAGMA quick_check(1);

-- DB_COUNTERS
-- The numbers that the next rows will have, read once at the start. What still names a row that is gone must not
-- become another's.
SELECT max((SELECT coalesce(max(number), 0) + 1 FROM message),
           (SELECT coalesce(max(number), 0) + 1 FROM body),
           (SELECT coalesce(max(message), 0) + 1 FROM receipt)),
       (SELECT coalesce(max(number), 0) + 1 FROM case_section),
       max((SELECT coalesce(max(number), 0) + 1 FROM consent),
           (SELECT coalesce(max(number), 0) + 1 FROM consent_content),
           (SELECT coalesce(max(consent), 0) + 1 FROM message WHERE consent <> 0)),
       (SELECT coalesce(max(slot), -1) + 1 FROM slot);

-- DB_LOGS
-- Whether each log was made, and its size, read at the start and after a rollback.
SELECT (SELECT count(*) FROM log WHERE log = 1),
       (SELECT coalesce(max(idx), -1) + 1 FROM exchange_record),
       (SELECT count(*) FROM log WHERE log = 2),
       (SELECT coalesce(max(idx), -1) + 1 FROM house_record);

-- DB_COUNTS
-- How much there is of each kind, for a backup and its trial.
SELECT (SELECT count(*) FROM case_file), (SELECT count(*) FROM consent), (SELECT count(*) FROM referral),
       (SELECT count(*) FROM message), (SELECT count(*) FROM exchange_record), (SELECT count(*) FROM house_record),
       (SELECT count(*) FROM slot);

-- DB_BEGIN
-- Takes the writer's lock at once, so that nothing fails half-way for want of it.
BEGIN IMMEDIATE;

-- DB_READ
-- While its row is read all others read the same state, in one transaction.
SELECT 1 FROM sqlite_schema LIMIT 1;

-- DB_COMMIT
-- On the disk when it returns.
COMMIT;

-- DB_UNDO
-- As if nothing had been written since DB_BEGIN.
ROLLBACK;

-- ------------------------------------------------------------------------------------------------------ the audit logs

-- LOG_MAKE
-- A new log.
INSERT INTO log (log, origin) VALUES (:log, :origin);

-- LOG_GET
-- Its name, and where it begins.
SELECT origin, first FROM log WHERE log = :log;

-- LOG_CLOSE
-- One more that is over.
INSERT INTO closed_log (place, origin, first) VALUES (:place, :origin, :first);

-- LOG_BEGIN_ANEW
-- What takes its place.
UPDATE log SET origin = :origin, first = :first WHERE log = :log;

-- LOG_CLOSED
-- Those that are over, in their order.
SELECT place, origin, first FROM closed_log WHERE place BETWEEN :first AND :last ORDER BY place;

-- EXCHANGE_LAST
-- Index and time of the last record.
SELECT idx, time_ms FROM exchange_record ORDER BY idx DESC LIMIT 1;

-- HOUSE_LAST
-- Index and time of the last record.
SELECT idx, time_ms FROM house_record ORDER BY idx DESC LIMIT 1;

-- EXCHANGE_APPEND
-- One more record at the end.
INSERT INTO exchange_record (idx, kind, time_ms, bytes) VALUES (:index, :kind, :time_ms, :bytes);

-- HOUSE_APPEND
-- One more record at the end.
INSERT INTO house_record (idx, kind, time_ms, bytes) VALUES (:index, :kind, :time_ms, :bytes);

-- EXCHANGE_RECORD
-- The bytes of one record.
SELECT bytes FROM exchange_record WHERE idx = :index;

-- HOUSE_RECORD
-- The bytes of one record.
SELECT bytes FROM house_record WHERE idx = :index;

-- EXCHANGE_WALK
-- Records from an index on, of one kind and of a span of time where these are not 0, in their order; at most :limit,
-- -1 for all.
SELECT idx, kind, time_ms, bytes
  FROM exchange_record
 WHERE idx >= :from
   AND idx < :end
   AND (:kind = 0 OR kind = :kind)
   AND (:since_ms = 0 OR time_ms >= :since_ms)
   AND (:until_ms = 0 OR time_ms <= :until_ms)
 ORDER BY idx
 LIMIT :limit;

-- HOUSE_WALK
-- The same of the house log.
SELECT idx, kind, time_ms, bytes
  FROM house_record
 WHERE idx >= :from
   AND idx < :end
   AND (:kind = 0 OR kind = :kind)
   AND (:since_ms = 0 OR time_ms >= :since_ms)
   AND (:until_ms = 0 OR time_ms <= :until_ms)
 ORDER BY idx
 LIMIT :limit;

-- HOUSE_WALK_EXPORTED
-- What was printed from a time on; 65: RECORD_EXPORTED.
SELECT idx, kind, time_ms, bytes
  FROM house_record
 WHERE kind = 65
   AND time_ms >= :since_ms
 ORDER BY time_ms;

-- EXCHANGE_PUT_CHECKPOINT
-- The checkpoint of this commit.
INSERT INTO exchange_checkpoint (size, note) VALUES (:size, :note);

-- HOUSE_PUT_CHECKPOINT
-- The checkpoint of this commit.
INSERT INTO house_checkpoint (size, note) VALUES (:size, :note);

-- EXCHANGE_CHECKPOINT_OVER
-- The first checkpoint that covers the record with this index.
SELECT size, note FROM exchange_checkpoint WHERE size > :index ORDER BY size LIMIT 1;

-- HOUSE_CHECKPOINT_OVER
-- The first checkpoint that covers the record with this index.
SELECT size, note FROM house_checkpoint WHERE size > :index ORDER BY size LIMIT 1;

-- EXCHANGE_LAST_CHECKPOINT
-- The newest checkpoint.
SELECT size, note FROM exchange_checkpoint ORDER BY size DESC LIMIT 1;

-- HOUSE_LAST_CHECKPOINT
-- The newest checkpoint.
SELECT size, note FROM house_checkpoint ORDER BY size DESC LIMIT 1;

-- EXCHANGE_WALK_CHECKPOINTS
-- All checkpoints in their order.
SELECT size, note FROM exchange_checkpoint ORDER BY size;

-- HOUSE_WALK_CHECKPOINTS
-- All checkpoints in their order.
SELECT size, note FROM house_checkpoint ORDER BY size;

-- TILE_PUT
-- A tile that has become full.
INSERT INTO tile (place, hashes) VALUES (:place, :hashes);

-- TILE_GET
-- One tile.
SELECT hashes FROM tile WHERE place = :place;

-- TILE_WALK
-- The tiles of one log, level by level from the leaves, left to right.
SELECT place, hashes FROM tile WHERE place BETWEEN :first AND :last ORDER BY place;

-- ---------------------------------------------------------------------------------------------- messages and referrals

-- MESSAGE_ADD
-- A message, out or in.
INSERT INTO message (number, id, direction, peer, kind, referral, consent, record_index, leaf, expiry, state, outcome,
                     attempts, next_try_ms, may_have_left, missing_ms, their_incarnation, their_index)
VALUES (:number, :id, :direction, :peer, :kind, :referral, :consent, :record_index, :leaf, :expiry, :state, :outcome,
        :attempts, :next_try_ms, :may_have_left, :missing_ms, :their_incarnation, :their_index);

-- MESSAGE_GET
-- One message by its number.
SELECT number, id, direction, peer, kind, referral, consent, record_index, leaf, expiry, state, outcome, attempts,
       next_try_ms, may_have_left, missing_ms, their_incarnation, their_index
  FROM message
 WHERE number = :number;

-- MESSAGE_FIND
-- One message by what makes it one: its id, its direction and the peer.
SELECT number, id, direction, peer, kind, referral, consent, record_index, leaf, expiry, state, outcome, attempts,
       next_try_ms, may_have_left, missing_ms, their_incarnation, their_index
  FROM message
 WHERE id = :id AND direction = :direction AND peer = :peer;

-- MESSAGE_SETTLE
-- How it ended.
UPDATE message SET state = :state, outcome = :outcome WHERE number = :number;

-- MESSAGE_SET_AS_RECORDED
-- For whom it is, and of which kind, as its record says.
UPDATE message SET peer = :peer, kind = :kind WHERE number = :number;

-- MESSAGE_RETRY
-- It was tried and is to be tried again.
UPDATE message SET attempts = :attempts, next_try_ms = :next_try_ms, hold = :hold WHERE number = :number;

-- MESSAGE_SET_RECORD
-- Another record stands for a message out.
UPDATE message SET record_index = :record_index, leaf = :leaf WHERE number = :number;

-- MESSAGE_LEAVES
-- From the commit of this on it may have left; or it is known that it did not.
UPDATE message SET may_have_left = :left WHERE number = :number;

-- MESSAGE_MISSING
-- The recipient says that it has no such message.
UPDATE message SET missing_ms = :missing_ms WHERE number = :number;

-- MESSAGE_WALK_UNSETTLED
-- What may have left for one peer, does not wait any more and has no receipt; not what was said to be missing after its
-- last day. The conditions up to the peer are those of the index.
SELECT number, id, direction, peer, kind, referral, consent, record_index, leaf, expiry, state, outcome, attempts,
       next_try_ms, may_have_left, missing_ms, their_incarnation, their_index
  FROM message
 WHERE direction = 1 AND may_have_left = 1 AND state IN (3, 4) AND peer = :peer AND number > :after
   AND missing_ms / 86400000 <= expiry
 ORDER BY number
 LIMIT :limit;

-- MESSAGE_WALK_EXPIRED
-- What went past its last day without a receipt, newest first. The conditions are those of the index.
SELECT number, id, direction, peer, kind, referral, consent, record_index, leaf, expiry, state, outcome, attempts,
       next_try_ms, may_have_left, missing_ms, their_incarnation, their_index
  FROM message
 WHERE direction = 1 AND state = 4
 ORDER BY number DESC
 LIMIT :limit;

-- MESSAGE_WALK_UNANSWERED_CORRECTIONS
-- The newest correction of each referral that came, newest first, but where it is the only one and was answered: of
-- several their answers say which of them they are of. The conditions up to the state are those of the index.
SELECT number, id, direction, peer, kind, referral, consent, record_index, leaf, expiry, state, outcome, attempts,
       next_try_ms, may_have_left, missing_ms, their_incarnation, their_index
  FROM message AS came
 WHERE kind = 16 AND direction = 2 AND state = 6 AND referral <> 0
   AND NOT EXISTS (SELECT 1 FROM message
                    WHERE referral = came.referral AND referral <> 0 AND number > came.number
                      AND kind = 16 AND direction = 2 AND state = 6)
   AND (EXISTS (SELECT 1 FROM message
                 WHERE referral = came.referral AND referral <> 0 AND number < came.number
                   AND kind = 16 AND direction = 2 AND state = 6)
        OR NOT EXISTS (SELECT 1 FROM message
                        WHERE referral = came.referral AND referral <> 0 AND number > came.number
                          AND kind = 20 AND direction = 1 AND state NOT IN (3, 5)))
 ORDER BY number DESC
 LIMIT :limit;

-- MESSAGE_WALK_SENT_CORRECTIONS
-- The same of those that were sent: of each referral the newest that may be there, but where it is the only one and was
-- answered.
SELECT number, id, direction, peer, kind, referral, consent, record_index, leaf, expiry, state, outcome, attempts,
       next_try_ms, may_have_left, missing_ms, their_incarnation, their_index
  FROM message AS sent
 WHERE kind = 16 AND direction = 1 AND state NOT IN (3, 4, 5) AND referral <> 0
   AND NOT EXISTS (SELECT 1 FROM message
                    WHERE referral = sent.referral AND referral <> 0 AND number > sent.number
                      AND kind = 16 AND direction = 1 AND state NOT IN (3, 4, 5))
   AND (EXISTS (SELECT 1 FROM message
                 WHERE referral = sent.referral AND referral <> 0 AND number < sent.number
                   AND kind = 16 AND direction = 1 AND state NOT IN (3, 4, 5))
        OR NOT EXISTS (SELECT 1 FROM message
                        WHERE referral = sent.referral AND referral <> 0 AND number > sent.number
                          AND kind = 20 AND direction = 2 AND state = 6))
 ORDER BY number DESC
 LIMIT :limit;

-- MESSAGE_WALK_CORRECTION_ANSWERS
-- The newest answer to a correction that came of each referral, newest first. The conditions up to the direction are
-- those of the index.
SELECT number, id, direction, peer, kind, referral, consent, record_index, leaf, expiry, state, outcome, attempts,
       next_try_ms, may_have_left, missing_ms, their_incarnation, their_index
  FROM message AS answer
 WHERE kind = 20 AND direction = 2 AND state = 6 AND referral <> 0
   AND NOT EXISTS (SELECT 1 FROM message
                    WHERE referral = answer.referral AND referral <> 0 AND number > answer.number
                      AND kind = 20 AND direction = 2 AND state = 6)
 ORDER BY number DESC
 LIMIT :limit;

-- MESSAGE_WALK_WAITING
-- What waits for one peer, oldest first, behind the number given.
SELECT number, id, direction, peer, kind, referral, consent, record_index, leaf, expiry, state, outcome, attempts,
       next_try_ms, may_have_left, missing_ms, their_incarnation, their_index
  FROM message
 WHERE state = 1 AND direction = 1 AND peer = :peer AND number > :after
 ORDER BY number
 LIMIT :limit;

-- MESSAGE_WALK_CONSENT
-- Everything that went or came under one consent, oldest first.
SELECT number, id, direction, peer, kind, referral, consent, record_index, leaf, expiry, state, outcome, attempts,
       next_try_ms, may_have_left, missing_ms, their_incarnation, their_index
  FROM message
 WHERE consent = :consent AND consent <> 0
 ORDER BY number;

-- MESSAGE_WALK_REFERRAL
-- Everything that belongs to one referral, oldest first.
SELECT number, id, direction, peer, kind, referral, consent, record_index, leaf, expiry, state, outcome, attempts,
       next_try_ms, may_have_left, missing_ms, their_incarnation, their_index
  FROM message
 WHERE referral = :referral AND referral <> 0
 ORDER BY number;

-- MESSAGE_WAITING_COUNT
-- How many wait, and the number of the oldest; 0 for none.
SELECT count(*), coalesce(min(number), 0) FROM message WHERE state = 1 AND direction = 1;

-- MESSAGE_WAITING_FOR
-- How many wait for one peer.
SELECT count(*) FROM message WHERE state = 1 AND direction = 1 AND peer = :peer;

-- MESSAGE_WALK_HOLDS
-- Why what waits was refused last.
SELECT peer, hold FROM message WHERE state = 1 AND direction = 1 AND hold <> 0 ORDER BY peer, number;

-- MESSAGE_WAITING_PEERS
-- For whom how many wait.
SELECT peer, count(*) FROM message WHERE state = 1 AND direction = 1 GROUP BY peer ORDER BY peer;

-- OBLIGATION_ADD
-- Something owed to an agency.
INSERT INTO obligation (what, subject, peer, step, record_index, since_ms, message, tries, next_ms, settled, result,
                        settled_by, answered_by, closed_by, refused_at, refused_why, refused_ms)
VALUES (:what, :subject, :peer, :step, :record_index, :since_ms, :message, :tries, :next_ms, :settled, :result,
        :settled_by, :answered_by, :closed_by, :refused_at, :refused_why, :refused_ms);

-- OBLIGATION_MOVE
-- How far it has come.
UPDATE obligation
   SET peer = :peer, step = :step, record_index = :record_index, message = :message, tries = :tries, next_ms = :next_ms,
       settled = :settled, result = :result, settled_by = :settled_by, answered_by = :answered_by,
       closed_by = :closed_by, refused_at = :refused_at, refused_why = :refused_why, refused_ms = :refused_ms
 WHERE number = :number;

-- OBLIGATION_REMOVE
-- A row that no record of the log asks for.
DELETE FROM obligation WHERE number = :number;

-- OBLIGATION_FIND
-- What is or was owed about one consent or referral, the newest row.
SELECT number, what, subject, peer, step, record_index, since_ms, message, tries, next_ms, settled, result, settled_by,
       answered_by, closed_by, refused_at, refused_why, refused_ms
  FROM obligation
 WHERE what = :what AND subject = :subject
 ORDER BY number DESC
 LIMIT 1;

-- OBLIGATION_WALK_OPEN
-- Everything that is owed.
SELECT number, what, subject, peer, step, record_index, since_ms, message, tries, next_ms, settled, result, settled_by,
       answered_by, closed_by, refused_at, refused_why, refused_ms
  FROM obligation
 WHERE settled = 0
 ORDER BY number;

-- OBLIGATION_WALK_DUE
-- What is owed and has no message, or one that was finally refused.
SELECT number, what, subject, peer, step, record_index, since_ms, message, tries, next_ms, settled, result, settled_by,
       answered_by, closed_by, refused_at, refused_why, refused_ms
  FROM obligation
 WHERE settled = 0 AND (message = 0 OR (SELECT m.state FROM message m WHERE m.number = obligation.message) = 5)
 ORDER BY number;

-- OBLIGATION_WALK_PEER
-- What is owed to a peer, and the withdrawals that it answered.
SELECT o.number, o.what, o.subject, o.peer, o.step, o.record_index, o.since_ms, o.message, o.tries, o.next_ms,
       o.settled, o.result, o.settled_by, o.answered_by, o.closed_by, o.refused_at, o.refused_why, o.refused_ms
  FROM obligation o
 WHERE o.peer = :peer AND (o.settled = 0 OR (o.what = 1 AND o.settled = 1))
   AND NOT EXISTS (SELECT 1 FROM obligation l
                    WHERE l.subject = o.subject AND l.what = o.what AND l.number > o.number)
 ORDER BY o.number;

-- OBLIGATION_WALK_DOUBTED
-- Withdrawals that were answered with "nothing held" by an agency that signed that it had received something, and not
-- before that it erased it; but for those that a person closed.
SELECT o.number, o.what, o.subject, o.peer, o.step, o.record_index, o.since_ms, o.message, o.tries, o.next_ms,
       o.settled, o.result, o.settled_by, o.answered_by, o.closed_by, o.refused_at, o.refused_why, o.refused_ms
  FROM obligation o
 WHERE o.what = 1 AND o.settled = 1 AND o.result = 2 AND o.closed_by = -1
   AND EXISTS (SELECT 1 FROM message m
                WHERE m.consent = o.subject AND m.consent <> 0 AND m.direction = 1 AND m.state = 2 AND m.kind <> 17)
   AND NOT EXISTS (SELECT 1 FROM obligation e
                    WHERE e.subject = o.subject AND e.what = 1 AND e.number < o.number AND e.settled = 1
                      AND (e.result = 1 OR e.closed_by >= 0))
 ORDER BY o.number;

-- OBLIGATION_WALK_LOST
-- Answers whose recipient does not know any more what they answer, and that no person has told outside refex. One under
-- what is erased here is told to nobody.
SELECT o.number, o.what, o.subject, o.peer, o.step, o.record_index, o.since_ms, o.message, o.tries, o.next_ms,
       o.settled, o.result, o.settled_by, o.answered_by, o.closed_by, o.refused_at, o.refused_why, o.refused_ms
  FROM obligation o
 WHERE o.settled = 6 AND o.what IN (3, 4) AND o.closed_by = -1
   AND NOT EXISTS (SELECT 1 FROM referral r WHERE r.number = o.subject AND r.state = 19)
 ORDER BY o.number;

-- OBLIGATION_WALK_CLOSED
-- What a person closed of what was owed to a peer.
SELECT number, what, subject, peer, step, record_index, since_ms, message, tries, next_ms, settled, result, settled_by,
       answered_by, closed_by, refused_at, refused_why, refused_ms
  FROM obligation
 WHERE peer = :peer AND (settled = 3 OR closed_by >= 0)
 ORDER BY number;

-- RECEIPT_PUT
-- The receipt a message got. It has one already where somebody changed its row so that it was sent again.
INSERT INTO receipt (message, note, record, path) VALUES (:message, :note, :record, :path)
    ON CONFLICT (message) DO UPDATE SET note = excluded.note, record = excluded.record, path = excluded.path;

-- RECEIPT_GET
-- The receipt with the checkpoint that came with it.
SELECT r.record, r.path, n.note FROM receipt r JOIN peer_note n ON n.number = r.note WHERE r.message = :message;

-- RECEIPT_INCARNATION
-- Of the log that the receipt is from.
SELECT n.incarnation FROM receipt r JOIN peer_note n ON n.number = r.note WHERE r.message = :message;

-- MESSAGE_RECEIPTED_IN
-- Messages out, of a range of numbers, that have a receipt of one of these logs of :peer; but for withdrawals (17:
-- MESSAGE_WITHDRAWAL), which are owed anew.
SELECT m.number
  FROM message m
  JOIN receipt r ON r.message = m.number
  JOIN peer_note n ON n.number = r.note
 WHERE m.number > :after AND m.number <= :last AND m.peer = :peer AND m.direction = 1 AND m.state = 2
   AND m.kind <> 17 AND n.incarnation >= :first AND n.incarnation < :end
 ORDER BY m.number;

-- MESSAGE_OPEN_AGAIN
-- Its receipt counts no more.
UPDATE message SET state = 1, outcome = 0, next_try_ms = 0, attempts = 0, hold = 0, missing_ms = 0
 WHERE number = :number;

-- MESSAGE_WITHDRAWALS_FROM
-- Withdrawals that came from :peer; 17: MESSAGE_WITHDRAWAL.
SELECT number, id, direction, peer, kind, referral, consent, record_index, leaf, expiry, state, outcome, attempts,
       next_try_ms, may_have_left, missing_ms, their_incarnation, their_index
  FROM message
 WHERE peer = :peer AND kind = 17 AND direction = 2 AND state = 6 AND number > :after
 ORDER BY number
 LIMIT :limit;

-- MESSAGE_CAME_IN
-- Messages in, of a range of numbers, that came from :peer by records of these of its logs.
SELECT number, id, direction, peer, kind, referral, consent, record_index, leaf, expiry, state, outcome, attempts,
       next_try_ms, may_have_left, missing_ms, their_incarnation, their_index
  FROM message
 WHERE number > :after AND number <= :last AND peer = :peer AND direction = 2 AND state = 6
   AND their_incarnation >= :first AND their_incarnation < :end
 ORDER BY number;

-- MESSAGE_CAME_FROM
-- Messages in, of a range of numbers, that came from :peer.
SELECT number, id, direction, peer, kind, referral, consent, record_index, leaf, expiry, state, outcome, attempts,
       next_try_ms, may_have_left, missing_ms, their_incarnation, their_index
  FROM message
 WHERE number > :after AND number <= :last AND peer = :peer AND direction = 2
 ORDER BY number;

-- PEER_LOG_DROP
-- What was known of this log, and of those after it.
DELETE FROM peer_log WHERE peer = :peer AND incarnation >= :incarnation;

-- PEER_LOG_FIRST
-- The oldest whose end is known.
SELECT incarnation, size, root FROM peer_log WHERE peer = :peer ORDER BY incarnation LIMIT 1;

-- PEER_LOG_ADD
-- A log that is over.
INSERT INTO peer_log (peer, incarnation, size, root) VALUES (:peer, :incarnation, :size, :root);

-- PEER_LOG_GET
-- How far it goes.
SELECT size, root FROM peer_log WHERE peer = :peer AND incarnation = :incarnation;

-- BODY_PUT
-- What a message carries.
INSERT INTO body (number, slot, sealed) VALUES (:number, :slot, :sealed);

-- BODY_GET
-- What a message carries.
SELECT slot, sealed FROM body WHERE number = :number;

-- BODY_MOVE
-- The same under another slot.
UPDATE body SET slot = :slot, sealed = :sealed WHERE number = :number;

-- BODY_DROP
-- What it carried is erased.
DELETE FROM body WHERE number = :number;

-- REFERRAL_ERASED_ADD
-- What came with a referral was erased.
INSERT INTO referral_erased (referral, idx, stated) VALUES (:referral, :idx, 0);

-- REFERRAL_ERASED_FIND
-- By which record.
SELECT idx FROM referral_erased WHERE referral = :referral;

-- REFERRAL_ERASED_WALK
-- Those of which no message says so.
SELECT referral FROM referral_erased WHERE referral > 0 AND stated = 0 ORDER BY referral LIMIT :limit;

-- REFERRAL_ERASED_STATED
-- A message says so.
UPDATE referral_erased SET stated = 1 WHERE referral = :referral;

-- REFERRAL_ADD
-- A referral, out or in. What is of a case is whose that is, and of its desk.
INSERT INTO referral (id, direction, peer, case_number, consent, made_ms, state, message, holder, desk, sealed)
VALUES (:id, :direction, :peer, :case_number, :consent, :made_ms, :state, :message,
        coalesce((SELECT holder FROM case_file WHERE number = :case_number), 0),
        coalesce((SELECT desk FROM case_file WHERE number = :case_number), :desk), :sealed);

-- REFERRAL_GET
-- One referral by its number.
SELECT number, id, direction, peer, case_number, consent, made_ms, state, message, holder, answers, desk, sealed
  FROM referral
 WHERE number = :number;

-- REFERRAL_FIND
-- One referral by its id; the first that had it.
SELECT number, id, direction, peer, case_number, consent, made_ms, state, message, holder, answers, desk, sealed
  FROM referral
 WHERE id = :id
 ORDER BY number
 LIMIT 1;

-- REFERRAL_IDS
-- Ids of referrals in a range, ascending.
SELECT DISTINCT id FROM referral WHERE id BETWEEN :first AND :last ORDER BY id LIMIT :limit;

-- REFERRAL_IS_BETWEEN
-- A row where one has an id in this range.
SELECT 1 FROM referral WHERE id BETWEEN :first AND :last LIMIT 1;

-- REFERRAL_MOVE
-- Its new state, and what was asked, sealed again.
UPDATE referral SET state = :state, answers = :answers, sealed = :sealed WHERE number = :number;

-- REFERRAL_HOLD
-- Who holds it from now on.
UPDATE referral SET holder = :holder WHERE number = :number;

-- REFERRAL_MOVE_DESK
-- The desk that it belongs to from now on.
UPDATE referral SET desk = :desk WHERE number = :number;

-- REFERRAL_SET_CASE
-- Which case here it is of, from now on.
UPDATE referral SET case_number = :case_number WHERE number = :number;

-- REFERRAL_HOLD_OF_CASE
-- Who holds what is of a case, and of which desk it is; the second condition is that of the index.
UPDATE referral SET holder = :holder, desk = :desk WHERE case_number = :case_number AND case_number <> 0;

-- REFERRAL_WALK_CAME
-- What came in of a case, oldest first; the conditions as above.
SELECT number, id, direction, peer, case_number, consent, made_ms, state, message, holder, answers, desk, sealed
  FROM referral
 WHERE case_number = :case_number AND case_number <> 0 AND direction = 2
 ORDER BY number;

-- REFERRAL_WALK_HELD
-- Those that one person holds, of those that came in and are of no case; the other conditions are those of the index.
SELECT number, id, direction, peer, case_number, consent, made_ms, state, message, holder, answers, desk, sealed
  FROM referral
 WHERE holder = :holder AND holder <> 0 AND direction = 2 AND case_number = 0
 ORDER BY number
 LIMIT :limit;

-- REFERRAL_WALK_DECLINED
-- Those that came in, were declined and hold what was asked; the conditions are those of the index.
SELECT number, id, direction, peer, case_number, consent, made_ms, state, message, holder, answers, desk, sealed
  FROM referral
 WHERE number > :after AND direction = 2 AND state = 9 AND length(sealed) <> 0
 ORDER BY number
 LIMIT :limit;

-- REFERRAL_WALK
-- All referrals.
SELECT number, id, direction, peer, case_number, consent, made_ms, state, message, holder, answers, desk, sealed
  FROM referral
 ORDER BY number;

-- REFERRAL_LAST
-- The highest number.
SELECT coalesce(max(number), 0) FROM referral;

-- REFERRAL_LIST
-- Of a window of numbers those that a list is of, with what became of their first message; 1: it is saved.
SELECT r.number, r.id, r.direction, r.peer, r.case_number, r.consent, r.made_ms, r.state, r.message, r.holder,
       r.answers, r.desk, r.sealed, coalesce(m.state, 0)
  FROM referral r
  LEFT JOIN message m ON m.number = r.message
 WHERE r.number BETWEEN :first AND :last
   AND (:states = 0 OR (:states >> r.state & 1) = 1 OR (r.state = 1 AND :messages <> 0)) -- before more is read
   AND (:direction = 0 OR r.direction = :direction) AND (:peer = 0 OR r.peer = :peer)
   AND r.made_ms >= :since_ms AND r.made_ms < :until_ms
   AND (:states = 0 OR (:states >> r.state & 1) = 1 OR (r.state = 1 AND (:messages >> coalesce(m.state, 0) & 1) = 1))
   AND (:desk = 0 OR r.desk = :desk)
 ORDER BY r.number;

-- REFERRAL_LIST_NEWEST
-- The same, newest first.
SELECT r.number, r.id, r.direction, r.peer, r.case_number, r.consent, r.made_ms, r.state, r.message, r.holder,
       r.answers, r.desk, r.sealed, coalesce(m.state, 0)
  FROM referral r
  LEFT JOIN message m ON m.number = r.message
 WHERE r.number BETWEEN :first AND :last
   AND (:states = 0 OR (:states >> r.state & 1) = 1 OR (r.state = 1 AND :messages <> 0)) -- before more is read
   AND (:direction = 0 OR r.direction = :direction) AND (:peer = 0 OR r.peer = :peer)
   AND r.made_ms >= :since_ms AND r.made_ms < :until_ms
   AND (:states = 0 OR (:states >> r.state & 1) = 1 OR (r.state = 1 AND (:messages >> coalesce(m.state, 0) & 1) = 1))
   AND (:desk = 0 OR r.desk = :desk)
 ORDER BY r.number DESC;

-- REFERRAL_LIST_HELD
-- The same of those that one person or another holds, 0: nobody.
SELECT r.number, r.id, r.direction, r.peer, r.case_number, r.consent, r.made_ms, r.state, r.message, r.holder,
       r.answers, r.desk, r.sealed, coalesce(m.state, 0)
  FROM referral r
  LEFT JOIN message m ON m.number = r.message
 WHERE r.number BETWEEN :first AND :last AND (:direction = 0 OR r.direction = :direction)
   AND (:peer = 0 OR r.peer = :peer) AND r.made_ms >= :since_ms AND r.made_ms < :until_ms
   AND (:states = 0 OR (:states >> r.state & 1) = 1 OR (r.state = 1 AND :messages <> 0)) -- before it is looked up
   AND (:states = 0 OR (:states >> r.state & 1) = 1 OR (r.state = 1 AND (:messages >> coalesce(m.state, 0) & 1) = 1))
   AND (:desk = 0 OR r.desk = :desk)
   AND r.holder = :holder
UNION ALL
SELECT r.number, r.id, r.direction, r.peer, r.case_number, r.consent, r.made_ms, r.state, r.message, r.holder,
       r.answers, r.desk, r.sealed, coalesce(m.state, 0)
  FROM referral r
  LEFT JOIN message m ON m.number = r.message
 WHERE r.number BETWEEN :first AND :last AND (:direction = 0 OR r.direction = :direction)
   AND (:peer = 0 OR r.peer = :peer) AND r.made_ms >= :since_ms AND r.made_ms < :until_ms
   AND (:states = 0 OR (:states >> r.state & 1) = 1 OR (r.state = 1 AND :messages <> 0)) -- before it is looked up
   AND (:states = 0 OR (:states >> r.state & 1) = 1 OR (r.state = 1 AND (:messages >> coalesce(m.state, 0) & 1) = 1))
   AND (:desk = 0 OR r.desk = :desk)
   AND r.holder = :other
 ORDER BY r.number;

-- REFERRAL_LIST_HELD_NEWEST
-- The same, newest first.
SELECT r.number, r.id, r.direction, r.peer, r.case_number, r.consent, r.made_ms, r.state, r.message, r.holder,
       r.answers, r.desk, r.sealed, coalesce(m.state, 0)
  FROM referral r
  LEFT JOIN message m ON m.number = r.message
 WHERE r.number BETWEEN :first AND :last AND (:direction = 0 OR r.direction = :direction)
   AND (:peer = 0 OR r.peer = :peer) AND r.made_ms >= :since_ms AND r.made_ms < :until_ms
   AND (:states = 0 OR (:states >> r.state & 1) = 1 OR (r.state = 1 AND :messages <> 0)) -- before it is looked up
   AND (:states = 0 OR (:states >> r.state & 1) = 1 OR (r.state = 1 AND (:messages >> coalesce(m.state, 0) & 1) = 1))
   AND (:desk = 0 OR r.desk = :desk)
   AND r.holder = :holder
UNION ALL
SELECT r.number, r.id, r.direction, r.peer, r.case_number, r.consent, r.made_ms, r.state, r.message, r.holder,
       r.answers, r.desk, r.sealed, coalesce(m.state, 0)
  FROM referral r
  LEFT JOIN message m ON m.number = r.message
 WHERE r.number BETWEEN :first AND :last AND (:direction = 0 OR r.direction = :direction)
   AND (:peer = 0 OR r.peer = :peer) AND r.made_ms >= :since_ms AND r.made_ms < :until_ms
   AND (:states = 0 OR (:states >> r.state & 1) = 1 OR (r.state = 1 AND :messages <> 0)) -- before it is looked up
   AND (:states = 0 OR (:states >> r.state & 1) = 1 OR (r.state = 1 AND (:messages >> coalesce(m.state, 0) & 1) = 1))
   AND (:desk = 0 OR r.desk = :desk)
   AND r.holder = :other
 ORDER BY r.number DESC;

-- REFERRAL_WALK_LOST
-- What was accepted by agencies whose log began anew after it was sent, under consents that stand on a day.
SELECT r.number, r.id, r.direction, r.peer, r.case_number, r.consent, r.made_ms, r.state, r.message, r.holder,
       r.answers, r.desk, r.sealed
  FROM peer p
 CROSS JOIN referral r ON r.peer = p.number
 CROSS JOIN message m ON m.number = r.message
 CROSS JOIN consent c ON c.number = r.consent
 WHERE p.begun_index > 0 AND r.direction = 1 AND r.state IN (6, 11, 15, 20, 21, 22, 24)
   AND m.record_index < p.begun_index AND c.progress = 1 AND c.until >= :day;

-- REQUEST_ADD
-- A caller's request id and the referral that was made for it.
INSERT INTO request (mark, referral, asked, day) VALUES (:mark, :referral, :asked, :day);

-- REQUEST_FIND
-- The referral that was made for a request id.
SELECT referral, asked FROM request WHERE mark = :mark;

-- REQUEST_DROP_OF
-- Those that made a referral.
DELETE FROM request WHERE referral = :referral;

-- REQUEST_DROP_BEFORE
-- Forgets request ids of referrals that are older than some day.
DELETE FROM request WHERE mark IN (SELECT mark FROM request WHERE day < :day ORDER BY day LIMIT :most) RETURNING day;

-- -------------------------------------------------------------------------------------------------- cases and consents

-- CASE_ADD
-- A new case.
INSERT INTO case_file (id, slot, opened_ms, holder, desk) VALUES (:id, :slot, :opened_ms, :holder, :desk);

-- CASE_GET
-- One case by its number; none of an import under way.
SELECT number, id, slot, opened_ms, holder, desk, ended_ms FROM case_file
 WHERE number = :number AND number < coalesce((SELECT first FROM case_import WHERE one = 1), 9223372036854775807);

-- CASE_FIND
-- One case by its id; the same.
SELECT number, id, slot, opened_ms, holder, desk, ended_ms FROM case_file
 WHERE id = :id AND number < coalesce((SELECT first FROM case_import WHERE one = 1), 9223372036854775807)
   AND ended_ms = 0;

-- CASE_IDS
-- Ids of cases in a range, ascending; the same.
SELECT id FROM case_file
 WHERE id BETWEEN :first AND :last AND number < coalesce(
           (SELECT first FROM case_import WHERE one = 1), 9223372036854775807)
   AND ended_ms = 0
 ORDER BY id LIMIT :limit;

-- CASE_IS_BETWEEN
-- A row where one has an id in this range, of an import under way, too.
SELECT 1 FROM case_file WHERE id BETWEEN :first AND :last LIMIT 1;

-- CASE_WALK
-- All cases behind one of them, oldest first; the same.
SELECT number, id, slot, opened_ms, holder, desk, ended_ms FROM case_file
 WHERE number > :after AND number < coalesce((SELECT first FROM case_import WHERE one = 1), 9223372036854775807)
 ORDER BY number LIMIT :limit;

-- CASE_WALK_HELD
-- Those that one person or another holds, 0: nobody; the same.
SELECT number, id, slot, opened_ms, holder, desk, ended_ms FROM case_file
 WHERE number > :after AND number < coalesce((SELECT first FROM case_import WHERE one = 1), 9223372036854775807)
   AND ended_ms = 0
   AND holder = :holder
UNION ALL
SELECT number, id, slot, opened_ms, holder, desk, ended_ms FROM case_file
 WHERE number > :after AND number < coalesce((SELECT first FROM case_import WHERE one = 1), 9223372036854775807)
   AND ended_ms = 0
   AND holder = :other
 ORDER BY number LIMIT :limit;

-- CASE_WALK_DESK
-- Those that belong to a desk; the same. The second condition is that of the index.
SELECT number, id, slot, opened_ms, holder, desk, ended_ms FROM case_file
 WHERE desk = :desk AND desk <> 0 AND number > :after
   AND number < coalesce((SELECT first FROM case_import WHERE one = 1), 9223372036854775807)
   AND ended_ms = 0
 ORDER BY number LIMIT :limit;

-- CASE_LAST
-- The highest number, of an import under way, too.
SELECT coalesce(max(number), 0) FROM case_file;

-- CASE_LIST
-- Of a window of numbers those made in a span of time; none of an import under way.
SELECT number, id, slot, opened_ms, holder, desk, ended_ms FROM case_file
 WHERE number BETWEEN :first AND :last AND opened_ms >= :since_ms AND opened_ms < :until_ms
   AND number < coalesce((SELECT first FROM case_import WHERE one = 1), 9223372036854775807)
   AND ended_ms = 0
 ORDER BY number;

-- CASE_LIST_NEWEST
-- The same, newest first.
SELECT number, id, slot, opened_ms, holder, desk, ended_ms FROM case_file
 WHERE number BETWEEN :first AND :last AND opened_ms >= :since_ms AND opened_ms < :until_ms
   AND number < coalesce((SELECT first FROM case_import WHERE one = 1), 9223372036854775807)
   AND ended_ms = 0
 ORDER BY number DESC;

-- CASE_LIST_HELD
-- The same of those that one person or another holds, 0: nobody.
SELECT number, id, slot, opened_ms, holder, desk, ended_ms FROM case_file
 WHERE number BETWEEN :first AND :last AND opened_ms >= :since_ms AND opened_ms < :until_ms
   AND number < coalesce((SELECT first FROM case_import WHERE one = 1), 9223372036854775807)
   AND ended_ms = 0
   AND holder = :holder
UNION ALL
SELECT number, id, slot, opened_ms, holder, desk, ended_ms FROM case_file
 WHERE number BETWEEN :first AND :last AND opened_ms >= :since_ms AND opened_ms < :until_ms
   AND number < coalesce((SELECT first FROM case_import WHERE one = 1), 9223372036854775807)
   AND ended_ms = 0
   AND holder = :other
 ORDER BY number;

-- CASE_LIST_HELD_NEWEST
-- The same, newest first.
SELECT number, id, slot, opened_ms, holder, desk, ended_ms FROM case_file
 WHERE number BETWEEN :first AND :last AND opened_ms >= :since_ms AND opened_ms < :until_ms
   AND number < coalesce((SELECT first FROM case_import WHERE one = 1), 9223372036854775807)
   AND ended_ms = 0
   AND holder = :holder
UNION ALL
SELECT number, id, slot, opened_ms, holder, desk, ended_ms FROM case_file
 WHERE number BETWEEN :first AND :last AND opened_ms >= :since_ms AND opened_ms < :until_ms
   AND number < coalesce((SELECT first FROM case_import WHERE one = 1), 9223372036854775807)
   AND ended_ms = 0
   AND holder = :other
 ORDER BY number DESC;

-- CASE_COUNT_BEHIND
-- How many stand behind a number; none of an import under way.
SELECT count(*) FROM case_file
 WHERE number > :after AND number < coalesce((SELECT first FROM case_import WHERE one = 1), 9223372036854775807)
   AND ended_ms = 0;

-- CASE_HOLD
-- Who holds it from now on.
UPDATE case_file SET holder = :holder WHERE number = :number;

-- CASE_MOVE_DESK
-- The desk that it belongs to from now on.
UPDATE case_file SET desk = :desk WHERE number = :number;

-- CASE_WALK_IMPORTED
-- Cases from one of them on, of an import under way, too.
SELECT number, id, slot, opened_ms, holder, desk, ended_ms FROM case_file
 WHERE number >= :number ORDER BY number LIMIT :limit;

-- CASE_DROP
-- A case of an import that ended; nothing names it any more.
DELETE FROM case_file WHERE number = :number;

-- CASE_ENDED
-- It was deleted.
UPDATE case_file SET ended_ms = :ended_ms WHERE number = :number;

-- ACCESS_NEXT
-- The number of the row that is added next.
SELECT coalesce(max(number), 0) + 1 FROM case_access;

-- ACCESS_ADD
-- Somebody opened a case that he does not hold.
INSERT INTO case_access (number, id, case_number, staff, since_ms, until_ms, review, sealed)
VALUES (:number, :id, :case_number, :staff, :since_ms, :until_ms, 0, :sealed);

-- ACCESS_REVIEW
-- It was reviewed.
UPDATE case_access SET review = :review, sealed = :sealed WHERE number = :number;

-- ACCESS_WALK
-- All of them, oldest first.
SELECT number, id, case_number, staff, since_ms, until_ms, review, sealed FROM case_access
 WHERE number > :after ORDER BY number LIMIT :limit;

-- ACCESS_FIND
-- One by its id.
SELECT number, id, case_number, staff, since_ms, until_ms, review, sealed FROM case_access WHERE id = :id;

-- ACCESS_IS_OPEN
-- A row where one person reads a case so now.
SELECT number FROM case_access
 WHERE case_number = :case_number AND staff = :staff AND until_ms > :now_ms AND since_ms <= :now_ms LIMIT 1;

-- ACCESS_COUNT
-- How many from before a time are not reviewed.
SELECT count(*) FROM case_access WHERE review = 0 AND since_ms < :before_ms;

-- ACCESS_WAITS
-- A row where one of a case is not reviewed.
SELECT number FROM case_access WHERE case_number = :case_number AND review = 0 LIMIT 1;

-- ACCESS_DROP_OF
-- Those of a case.
DELETE FROM case_access WHERE case_number = :case_number;

-- INCIDENT_NEXT
-- The number of the row that is added next.
SELECT coalesce(max(number), 0) + 1 FROM incident;

-- INCIDENT_ADD
-- A referral went to the wrong agency.
INSERT INTO incident (number, id, referral, peer, made_ms) VALUES (:number, :id, :referral, :peer, :made_ms);

-- INCIDENT_CLOSE
-- A person saw to it.
UPDATE incident SET ending = :ending, told = :told WHERE number = :number;

-- INCIDENT_FIND
-- One by its id.
SELECT number, id, referral, peer, made_ms, ending, told FROM incident WHERE id = :id;

-- INCIDENT_OF
-- That of a referral.
SELECT number, id, referral, peer, made_ms, ending, told FROM incident WHERE referral = :referral;

-- INCIDENT_OPEN
-- How many are open.
SELECT count(*) FROM incident WHERE ending = 0;

-- INCIDENT_WALK
-- All of them, oldest first.
SELECT number, id, referral, peer, made_ms, ending, told FROM incident
 WHERE number > :after ORDER BY number LIMIT :limit;

-- INQUIRY_NEXT
-- The number of the row that is added next.
SELECT coalesce(max(number), 0) + 1 FROM inquiry;

-- INQUIRY_ADD
-- Something is asked or told about nobody.
INSERT INTO inquiry (number, kind, direction, peer, id, message, together, made_ms, until_ms)
VALUES (:number, :kind, :direction, :peer, :id, :message, :together, :made_ms, :until_ms);

-- INQUIRY_ANSWER
-- It was answered.
UPDATE inquiry SET answer = :answer WHERE number = :number;

-- INQUIRY_GET
-- One by its number.
SELECT number, kind, direction, peer, id, message, together, answer, made_ms, until_ms FROM inquiry
 WHERE number = :number;

-- INQUIRY_FIND
-- One by the id of its message.
SELECT number, kind, direction, peer, id, message, together, answer, made_ms, until_ms FROM inquiry
 WHERE direction = :direction AND peer = :peer AND id = :id;

-- INQUIRY_COUNT
-- How many of a peer wait for an answer of ours.
SELECT count(*) FROM inquiry
 WHERE :now_ms < until_ms AND direction = 2 AND answer = 0 AND peer = :peer AND kind = :kind;

-- INQUIRY_WAITING
-- How many of a kind wait for an answer of ours, of all agencies.
SELECT count(*) FROM inquiry WHERE :now_ms < until_ms AND direction = 2 AND answer = 0 AND kind = :kind;

-- INQUIRY_WALK
-- All of them, oldest first.
SELECT number, kind, direction, peer, id, message, together, answer, made_ms, until_ms FROM inquiry
 WHERE number > :after ORDER BY number LIMIT :limit;

-- INQUIRY_DROP_BODIES
-- What was said in those that ended before a time.
DELETE FROM body WHERE number IN (SELECT message FROM inquiry WHERE until_ms < :before_ms
                                  UNION ALL SELECT answer FROM inquiry WHERE until_ms < :before_ms);

-- INQUIRY_DROP
-- And they.
DELETE FROM inquiry WHERE until_ms < :before_ms;

-- NEVER_COUNT
-- How many are kept from cases, of all cases.
SELECT count(*) FROM case_never;

-- NEVER_NEXT
-- The number of the row that is added next.
SELECT coalesce(max(number), 0) + 1 FROM case_never;

-- NEVER_ADD
-- Somebody is kept from a case.
INSERT INTO case_never (number, case_number, sealed) VALUES (:number, :case_number, :sealed);

-- NEVER_DROP
-- And no more.
DELETE FROM case_never WHERE number = :number;

-- NEVER_CASES
-- The cases from which somebody is kept.
SELECT DISTINCT case_number FROM case_never;

-- NEVER_WALK
-- Those of one case.
SELECT number, sealed FROM case_never WHERE case_number = :case_number ORDER BY number;

-- CASE_LINK_ADD
-- A row of one of two cases that belong together.
INSERT INTO case_link (number, case_number, sealed) VALUES (:number, :case_number, :sealed);

-- CASE_LINK_DROP
-- And no more.
DELETE FROM case_link WHERE number = :number;

-- CASE_LINK_WALK
-- Those of one case.
SELECT number, sealed FROM case_link WHERE case_number = :case_number;

-- HANDED_ADD
-- What was given to him, as his next.
INSERT INTO handed (holder, number, record, is_referral, object, day)
VALUES (:holder, coalesce((SELECT max(number) FROM handed WHERE holder = :holder), 0) + 1, :record, :is_referral,
        :object, :day);

-- HANDED_DROP_OLD
--- What was given before a day, but for the newest of each, which his numbers go on from.
DELETE FROM handed WHERE day < :day AND number < (SELECT max(n.number) FROM handed n WHERE n.holder = handed.holder);

-- HANDED_COUNT_DROPPED
--- How many of his were dropped.
SELECT coalesce(min(number) - 1, 0) FROM handed WHERE holder = :holder;

-- HANDED_COUNT
-- How many of his are said before a place in the house log.
SELECT number FROM handed WHERE holder = :holder AND record < :end ORDER BY record DESC, number DESC LIMIT 1;

-- HANDED_GET
-- The one with this number of his.
SELECT record, is_referral, object FROM handed WHERE holder = :holder AND number = :number;

-- HANDED_FIND
-- The first of his that this record says.
SELECT record, is_referral, object FROM handed WHERE holder = :holder AND record = :record ORDER BY number LIMIT 1;

-- CASE_IMPORT_GET
-- The import under way.
SELECT first, count, recorded, mark FROM case_import WHERE one = 1;

-- CASE_IMPORT_PUT
-- It begins, or goes on.
INSERT INTO case_import (one, first, count, recorded, mark) VALUES (1, :first, :count, :recorded, :mark)
ON CONFLICT (one) DO UPDATE SET first = excluded.first, count = excluded.count, recorded = excluded.recorded,
       mark = excluded.mark;

-- CASE_IMPORT_DROP
-- It is over: what is left of it are cases like all others.
DELETE FROM case_import;
-- SECTION_PUT
-- The content of a section, in place of the one it had.
INSERT INTO case_section (number, case_number, section, sealed)
VALUES (:number, :case_number, :section, :sealed)
ON CONFLICT (case_number, section) DO UPDATE SET number = excluded.number, sealed = excluded.sealed;

-- SECTION_WALK
-- The sections of a case in their order.
SELECT number, section, sealed FROM case_section WHERE case_number = :case_number ORDER BY section;

-- SECTION_DROP
-- All of a case.
DELETE FROM case_section WHERE case_number = :case_number;

-- LIKENESS_ADD
-- A mark of a case.
INSERT INTO case_likeness (case_number, bucket, sealed) VALUES (:case_number, :bucket, :sealed);

-- LIKENESS_WALK
-- The marks in a bucket, those of the newest cases first.
SELECT case_number, sealed FROM case_likeness WHERE bucket = :bucket ORDER BY number DESC;

-- LIKENESS_OF_CASE
-- The marks of a case.
SELECT case_number, sealed FROM case_likeness WHERE case_number = :case_number ORDER BY number;

-- LIKENESS_DROP
-- All marks of a case.
DELETE FROM case_likeness WHERE case_number = :case_number;

-- SECTION_DROP_ONE
-- A section that the case does not have any more.
DELETE FROM case_section WHERE case_number = :case_number AND section = :section;

-- CASE_ENTRY_NEXT
-- The number of the next one; each is sealed with its number, and those of a case are deleted with it.
SELECT coalesce(max(number), 0) + 1 FROM case_entry;

-- CASE_ENTRY_ADD
-- What was written down of a case.
INSERT INTO case_entry (number, case_number, kind, sealed, due) VALUES (:number, :case_number, :kind, :sealed, :due);

-- CASE_ENTRY_SET_DUE
-- By when it is to be seen to, or from when it is told; 0: not any more.
UPDATE case_entry SET due = :due WHERE number = :number;

-- CASE_ENTRY_WALK_DUE
-- Those of one kind that have a day, the most urgent first.
SELECT number, case_number, due FROM case_entry WHERE kind = :kind AND due <> 0 ORDER BY due, number;

-- CASE_ENTRY_WALK_NEAR
-- Those of one kind whose day has come, in steps.
SELECT number, case_number, due FROM case_entry
 WHERE kind = :kind AND due <> 0 AND due <= :day AND number > :after ORDER BY number LIMIT :limit;

-- CASE_ENTRY_PLACE
-- How many of its kind its case had with it.
SELECT count(*) FROM case_entry WHERE case_number = :case_number AND kind = :kind AND number <= :number;

-- CASE_ENTRY_COUNT
-- How many of a kind a case has.
SELECT count(*) FROM case_entry WHERE case_number = :case_number AND kind = :kind;

-- CASE_ENTRY_WALK
-- Those of a case, oldest first.
SELECT number, kind, sealed FROM case_entry WHERE case_number = :case_number ORDER BY number;

-- CASE_ENTRY_WALK_KIND
-- Those of one kind, oldest first.
SELECT number, kind, sealed FROM case_entry WHERE case_number = :case_number AND kind = :kind ORDER BY number;

-- CASE_ENTRY_LAST
-- The newest of one kind.
SELECT number, kind, sealed FROM case_entry
 WHERE case_number = :case_number AND kind = :kind ORDER BY number DESC LIMIT 1;

-- CASE_ENTRY_WALK_MERGED
-- Cases that were merged into another, by now or before (CASE_ENTRY_MERGED).
SELECT DISTINCT case_number FROM case_entry WHERE kind = 7 ORDER BY case_number;

-- CASE_ENTRY_LIST
-- Some of a case, oldest first: those whose kind is a bit of a set.
SELECT number, kind, sealed FROM case_entry
 WHERE case_number = :case_number AND number > :after AND (:kinds >> kind & 1) = 1
 ORDER BY number LIMIT :limit;

-- CASE_ENTRY_SET_SEALED
-- What one says is another thing now.
UPDATE case_entry SET sealed = :sealed WHERE number = :number;

-- CASE_ENTRY_DROP
-- All of a case.
DELETE FROM case_entry WHERE case_number = :case_number;

-- CASE_LINK_DROP_OF
-- Those of a case.
DELETE FROM case_link WHERE case_number = :case_number;

-- CASE_END_PUT
-- That a case is closed or held, and from which day it is deleted; in place of what was said before.
INSERT INTO case_end (case_number, due, closed, asked_ms, asked_by, hold_ends, sealed)
VALUES (:case_number, :due, :closed, :asked_ms, :asked_by, :hold_ends, :sealed)
    ON CONFLICT (case_number) DO UPDATE SET due = excluded.due, closed = excluded.closed,
           asked_ms = excluded.asked_ms, asked_by = excluded.asked_by, hold_ends = excluded.hold_ends,
           sealed = excluded.sealed;

-- CASE_END_DROP
-- Neither any more.
DELETE FROM case_end WHERE case_number = :case_number;

-- CASE_END_GET
-- The same of one case.
SELECT case_number, due, closed, sealed FROM case_end WHERE case_number = :case_number;

-- CASE_END_WALK_DUE
-- Cases that are deleted from a day on, or before it.
SELECT case_number, due, closed FROM case_end WHERE due <> 0 AND due <= :day AND case_number > :after
 ORDER BY case_number LIMIT :limit;

-- CASE_END_WALK_HELD
-- Cases whose hold has ended by a day.
SELECT case_number, due, closed FROM case_end WHERE hold_ends <> 0 AND hold_ends <= :day
 ORDER BY hold_ends LIMIT :limit;

-- CASE_END_COUNT_ASKED
-- How many deletions somebody asked for since a moment.
SELECT count(*) FROM case_end WHERE asked_ms <> 0 AND asked_by = :asked_by AND asked_ms > :since_ms;

-- CASE_SLOT_ADD
-- A slot of a case that was deleted.
INSERT INTO case_slot (slot) VALUES (:slot);

-- CASE_SLOT_WALK
-- All of them.
SELECT slot FROM case_slot ORDER BY slot;

-- CASE_SLOT_DROP
-- It is overwritten.
DELETE FROM case_slot WHERE slot = :slot;

-- CASE_REQUEST_ADD
-- A caller's request id, and what was added for it: cases, or consents of a case.
INSERT INTO case_request (mark, case_number, count, asked, day)
VALUES (:mark, :case_number, :count, :asked, :day);

-- CASE_REQUEST_FIND
-- What was added for a request id.
SELECT case_number, count, asked FROM case_request WHERE mark = :mark;

-- CASE_REQUEST_DROP_OF
-- Those of a case.
DELETE FROM case_request WHERE case_number = :case_number;

-- CASE_REQUEST_DROP_BEFORE
-- Forgets those that are older than some day.
DELETE FROM case_request WHERE mark IN (SELECT mark FROM case_request WHERE day < :day ORDER BY day LIMIT :most)
RETURNING day;

-- KEPT_ANSWER_NEXT
-- The number that the next row will have.
SELECT coalesce(max(number), 0) + 1 FROM kept_answer;

-- KEPT_ANSWER_ADD
-- What was answered to a request under a request id.
INSERT INTO kept_answer (number, mark, day, slot, sealed) VALUES (:number, :mark, :day, :slot, :sealed);

-- KEPT_ANSWER_FIND
-- The same, by the mark of the id.
SELECT number, day, slot, sealed FROM kept_answer WHERE mark = :mark;

-- KEPT_ANSWER_DROP_BEFORE
-- Forgets those that are older than some day.
DELETE FROM kept_answer WHERE number IN (SELECT number FROM kept_answer WHERE day < :day ORDER BY day LIMIT :most)
RETURNING day;

-- KEPT_SLOT_FIND
-- The newest slot in use under which the answers of a day lie.
SELECT k.slot, k.day, k.mark FROM kept_slot AS k JOIN slot AS s ON s.slot = k.slot WHERE k.day = :day AND s.state = 1
ORDER BY k.slot DESC LIMIT 1;

-- KEPT_SLOT_ADD
-- A slot for the answers of a day.
INSERT INTO kept_slot (slot, day, mark) VALUES (:slot, :day, :mark);

-- KEPT_SLOT_WALK
-- Those in use of days before one.
SELECT k.slot, k.day, k.mark FROM kept_slot AS k JOIN slot AS s ON s.slot = k.slot WHERE k.day < :day AND s.state = 1
ORDER BY k.slot;

-- KEPT_SLOT_WALK_TO_ERASE
-- Those that are to be erased.
SELECT k.slot FROM kept_slot AS k JOIN slot AS s ON s.slot = k.slot WHERE s.state = 2 ORDER BY k.slot;

-- KEPT_SLOT_DROP
-- One that is erased.
DELETE FROM kept_slot WHERE slot = :slot;

-- ---------------------------------------------------------------------------------------------------------- searching

-- SEARCH_SEGMENT_ADD
-- An open one.
INSERT INTO search_segment (slot, sealed) VALUES (:slot, x'');

-- SEARCH_SEGMENT_OPEN
-- The one that is open; the condition is that of the index.
SELECT number, slot, (SELECT count(*) FROM search_entry WHERE segment = search_segment.number), sealed
  FROM search_segment
 WHERE length(sealed) = 0
 ORDER BY number
 LIMIT 1;

-- SEARCH_SEGMENT_GET
-- One by its number.
SELECT number, slot, (SELECT count(*) FROM search_entry WHERE segment = search_segment.number), sealed
  FROM search_segment
 WHERE number = :number;

-- SEARCH_SEGMENT_NEXT
-- The first behind a number that is full.
SELECT number, slot, 0, sealed FROM search_segment
 WHERE number > :after AND length(sealed) > 0
 ORDER BY number
 LIMIT 1;

-- SEARCH_SEGMENT_PUT
-- It has other entries, or all in one value.
UPDATE search_segment SET slot = :slot, sealed = :sealed WHERE number = :number;

-- SEARCH_SEGMENT_DROP
-- It has no entry any more.
DELETE FROM search_segment WHERE number = :number;

-- SEARCH_ENTRY_PUT
-- What a case is found by.
INSERT INTO search_entry (case_number, segment, sealed) VALUES (:case_number, :segment, :sealed)
    ON CONFLICT (case_number) DO UPDATE SET segment = excluded.segment, sealed = excluded.sealed;

-- SEARCH_ENTRY_FIND
-- In which segment a case stands.
SELECT segment FROM search_entry WHERE case_number = :case_number;

-- SEARCH_ENTRY_WALK
-- The entries of a segment.
SELECT case_number, sealed FROM search_entry WHERE segment = :segment ORDER BY case_number;

-- SEARCH_ENTRY_FOLD
-- They are in their segment's value.
UPDATE search_entry SET sealed = x'' WHERE segment = :segment;

-- SEARCH_ENTRY_DROP
-- A case is not found any more.
DELETE FROM search_entry WHERE case_number = :case_number;

-- SEARCH_ENTRY_DROP_ALL
-- All of a segment.
DELETE FROM search_entry WHERE segment = :segment;

-- SEARCH_RETIRE
-- A slot that is to be overwritten.
INSERT INTO search_retired (slot) VALUES (:slot);

-- SEARCH_RETIRED_WALK
-- Those that are not known to be.
SELECT slot FROM search_retired ORDER BY slot LIMIT 64;

-- SEARCH_RETIRED_DROP
-- It is.
DELETE FROM search_retired WHERE slot = :slot;

-- ASKED_SEGMENT_GET
-- One by its number.
SELECT number, slot, sealed FROM asked_segment WHERE number = :number;

-- ASKED_SEGMENT_PUT
-- A new one, or one with other entries.
INSERT INTO asked_segment (number, slot, sealed) VALUES (:number, :slot, :sealed)
    ON CONFLICT (number) DO UPDATE SET slot = excluded.slot, sealed = excluded.sealed;

-- ASKED_SEGMENT_DROP
-- It does not open, or what it is made of is to be read again.
DELETE FROM asked_segment WHERE number = :number;

-- ASKED_SEGMENT_WALK
-- Which there are.
SELECT number FROM asked_segment WHERE number >= :from ORDER BY number;

-- CONSENT_ADD
-- A consent, taken here or come with data.
INSERT INTO consent (number, id, case_number, agency, recipient, slot, record_index, until, progress, changed_ms,
       erase_from, withdrawn_index, to_tell)
VALUES (:number, :id, :case_number, :agency, :recipient, :slot, :record_index, :until, :progress, :changed_ms,
       :erase_from, :withdrawn_index, :to_tell);

-- CONSENT_GET
-- One consent by its number.
SELECT number, id, coalesce(case_number, 0), agency, recipient, slot, record_index, until, progress, changed_ms,
       erase_from, withdrawn_index, to_tell
  FROM consent
 WHERE number = :number;

-- CONSENT_FIND
-- One consent by its id and the agency that took it.
SELECT number, id, coalesce(case_number, 0), agency, recipient, slot, record_index, until, progress, changed_ms,
       erase_from, withdrawn_index, to_tell
  FROM consent
 WHERE id = :id AND agency = :agency;

-- CONSENT_FIND_NAMED
-- The consents with one id, as people name it: each of another agency.
SELECT number, id, coalesce(case_number, 0), agency, recipient, slot, record_index, until, progress, changed_ms,
       erase_from, withdrawn_index, to_tell
  FROM consent
 WHERE id = :id;

-- CONSENT_IDS
-- Ids of consents in a range, ascending.
SELECT DISTINCT id FROM consent WHERE id BETWEEN :first AND :last ORDER BY id LIMIT :limit;

-- CONSENT_MOVE
-- The new progress of a withdrawal, and all that it sets right.
UPDATE consent
   SET until = :until, progress = :progress, changed_ms = :changed_ms, erase_from = :erase_from,
       withdrawn_index = :withdrawn_index, to_tell = :to_tell, recipient = :recipient, slot = :slot
 WHERE number = :number;

-- CONSENT_WALK
-- All consents behind one of them, oldest first.
SELECT number, id, coalesce(case_number, 0), agency, recipient, slot, record_index, until, progress, changed_ms,
       erase_from, withdrawn_index, to_tell
  FROM consent
 WHERE number > :after
 ORDER BY number
 LIMIT :limit;

-- CONSENT_LAST
-- The highest number.
SELECT coalesce(max(number), 0) FROM consent;

-- CONSENT_LIST
-- Of a window of numbers those that a list is of; 1: taken here, 2: come with data.
SELECT number, id, coalesce(case_number, 0), agency, recipient, slot, record_index, until, progress, changed_ms,
       erase_from, withdrawn_index, to_tell
  FROM consent
 WHERE number BETWEEN :first AND :last AND (:direction = 0 OR :direction = 2 - (case_number IS NOT NULL))
   AND (:agency = '' OR agency = :agency OR recipient = :agency) AND (:states = 0 OR (:states >> progress & 1) = 1)
   AND changed_ms >= :since_ms AND changed_ms < :until_ms
 ORDER BY number;

-- CONSENT_LIST_NEWEST
-- The same, newest first.
SELECT number, id, coalesce(case_number, 0), agency, recipient, slot, record_index, until, progress, changed_ms,
       erase_from, withdrawn_index, to_tell
  FROM consent
 WHERE number BETWEEN :first AND :last AND (:direction = 0 OR :direction = 2 - (case_number IS NOT NULL))
   AND (:agency = '' OR agency = :agency OR recipient = :agency) AND (:states = 0 OR (:states >> progress & 1) = 1)
   AND changed_ms >= :since_ms AND changed_ms < :until_ms
 ORDER BY number DESC;

-- CONSENT_LIST_ENDING
-- Of a window of numbers those taken here that stand and have their last day in a span of days.
SELECT number, id, coalesce(case_number, 0), agency, recipient, slot, record_index, until, progress, changed_ms,
       erase_from, withdrawn_index, to_tell
  FROM consent
 WHERE number BETWEEN :first AND :last AND case_number IS NOT NULL AND progress = 1
   AND until BETWEEN :first_day AND :last_day
 ORDER BY number;

-- CONSENT_WALK_CASE
-- The consents of one case, oldest first.
SELECT number, id, coalesce(case_number, 0), agency, recipient, slot, record_index, until, progress, changed_ms,
       erase_from, withdrawn_index, to_tell
  FROM consent
 WHERE case_number = :case_number
 ORDER BY number;

-- CONSENT_WALK_WORK
-- What the next tick has to do: send, erase now, erase because the day has come. The first condition is that of the
-- index.
SELECT number, id, coalesce(case_number, 0), agency, recipient, slot, record_index, until, progress, changed_ms,
       erase_from, withdrawn_index, to_tell
  FROM consent
 WHERE (to_tell = 1 OR progress IN (2, 3))
   AND (to_tell = 1 OR progress = 3 OR (progress = 2 AND erase_from BETWEEN 1 AND :today))
 ORDER BY number;

-- CONSENT_TOMBSTONES
-- How many consents of an agency are known by their withdrawal only. Slot 0 opens nothing of a consent.
SELECT count(*) FROM consent WHERE slot = 0 AND case_number IS NULL AND agency = :agency AND record_index = 0;

-- CONSENT_DROP_TOMBSTONE_CONTENTS
-- The empty contents of those that CONSENT_DROP_TOMBSTONES removes next.
DELETE FROM consent_content
 WHERE number IN (SELECT c.number FROM consent c
                   WHERE c.slot = 0 AND c.case_number IS NULL AND c.record_index = 0 AND c.changed_ms < :before_ms
                     AND c.number < (SELECT max(number) FROM consent)
                     AND NOT EXISTS (SELECT 1 FROM obligation o
                                      WHERE o.subject = c.number AND o.what = 2 AND o.settled = 0));

-- CONSENT_DROP_TOMBSTONES
-- Those that are older than data under way can be, and whose statement is not owed any more; none that was taken here,
-- which has a record. The last row stays: no number is used twice.
DELETE FROM consent
 WHERE slot = 0 AND case_number IS NULL AND record_index = 0 AND changed_ms < :before_ms
   AND number < (SELECT max(number) FROM consent)
   AND NOT EXISTS (SELECT 1 FROM obligation o WHERE o.subject = consent.number AND o.what = 2 AND o.settled = 0);

-- STOP_ADD
-- A consent was stopped by its agency while that was suspended.
INSERT INTO suspended_stop (consent, peer, since_ms) VALUES (:consent, :peer, :since_ms)
    ON CONFLICT (consent) DO NOTHING;

-- STOP_DROP
-- Its agency said it again, or it is erased.
DELETE FROM suspended_stop WHERE consent = :consent;

-- STOP_HAS
-- A row where it was.
SELECT 1 FROM suspended_stop WHERE consent = :consent;

-- STOP_SEE
-- A person has looked after it.
UPDATE suspended_stop SET seen = 1 WHERE consent = :consent;

-- STOP_WALK_OPEN
-- Those that nobody has looked after, by their agency.
SELECT consent, peer, since_ms FROM suspended_stop WHERE seen = 0 ORDER BY peer, consent;

-- CONSENT_SET_CONTENT
-- The sealed content of a consent, in place of the one it had.
INSERT INTO consent_content (number, sealed) VALUES (:number, :sealed)
ON CONFLICT (number) DO UPDATE SET sealed = excluded.sealed;

-- CONSENT_CONTENT
-- The sealed content of a consent.
SELECT sealed FROM consent_content WHERE number = :number;

-- CONSENT_WALK_CONTENTS_ALONE
-- The contents whose consent has no row any more.
SELECT number FROM consent_content WHERE number NOT IN (SELECT number FROM consent) ORDER BY number;

-- -------------------------------------------------------------------------------------------- peers and what is signed

-- PEER_ADD
-- An agency that was not known.
INSERT INTO peer (agency, fid, incarnation, begun_index, linked_size, linked_root, put_aside,
                  last_receipt_ms, known_key, held_key, held_since_ms, held_by_person)
VALUES (:agency, :fid, 0, 0, 0, zeroblob(32), 0, 0, zeroblob(32), zeroblob(32), 0, 0);

-- PEER_FIND
-- One peer by its name.
SELECT number, agency, fid, incarnation, begun_index, linked_size, linked_root, put_aside,
       last_receipt_ms, known_key, held_key, held_since_ms, held_by_person
  FROM peer WHERE agency = :agency;

-- PEER_GET
-- One peer by its number.
SELECT number, agency, fid, incarnation, begun_index, linked_size, linked_root, put_aside,
       last_receipt_ms, known_key, held_key, held_since_ms, held_by_person
  FROM peer WHERE number = :number;

-- PEER_ALL
-- All peers.
SELECT number, agency, fid, incarnation, begun_index, linked_size, linked_root, put_aside,
       last_receipt_ms, known_key, held_key, held_since_ms, held_by_person
  FROM peer ORDER BY number;

-- PEER_HELD
-- Peers whose identity key is held.
SELECT number, agency, fid, incarnation, begun_index, linked_size, linked_root, put_aside,
       last_receipt_ms, known_key, held_key, held_since_ms, held_by_person
  FROM peer WHERE held_since_ms > 0 ORDER BY number;

-- PEER_MOVE
-- What is stored of a peer.
UPDATE peer
   SET incarnation = :incarnation, begun_index = :begun_index, linked_size = :linked_size,
       linked_root = :linked_root, put_aside = :put_aside,
       last_receipt_ms = :last_receipt_ms, known_key = :known_key, held_key = :held_key,
       held_since_ms = :held_since_ms, held_by_person = :held_by_person
 WHERE number = :number;

-- PEER_NOTES_OF_SIZE
-- The checkpoints a peer signed for one size: one, unless its log forked.
SELECT number, incarnation, size, state, asked, since_ms, note, idx, leaf, path
  FROM peer_note WHERE peer = :peer AND size = :size AND incarnation = :incarnation ORDER BY number;

-- PEER_NOTES_OF_INDEX
-- Those under which a record of this index came, first or later.
SELECT number, incarnation, size, state, asked, since_ms, note, idx, leaf, path
  FROM peer_note WHERE peer = :peer AND idx = :idx AND incarnation = :incarnation
UNION ALL
SELECT n.number, n.incarnation, n.size, n.state, n.asked, n.since_ms, n.note, l.idx, l.leaf, l.path
  FROM peer_leaf l JOIN peer_note n ON n.number = l.note
 WHERE l.peer = :peer AND l.idx = :idx AND n.incarnation = :incarnation;

-- PEER_NOTES_UNLINKED
-- Some that are not linked, the oldest first.
SELECT number, incarnation, size, state, asked, since_ms, note, idx, leaf, path
  FROM peer_note WHERE peer = :peer AND state = 1 AND state IN (1, 4) ORDER BY number LIMIT :limit;

-- PEER_NOTES_PUT_ASIDE
-- All that are not linked.
UPDATE peer_note SET state = 3 WHERE peer = :peer AND state IN (1, 4);

-- PEER_NOTES_NEWEST
-- The newest of any peer.
SELECT coalesce(max(number), 0) FROM peer_note;

-- PEER_NOTES_COUNT
-- How many are not linked, each with what else came under it.
SELECT coalesce(sum(1 + (SELECT count(*) FROM peer_leaf l WHERE l.note = n.number)), 0)
  FROM peer_note n WHERE n.peer = :peer AND n.state IN (1, 4);

-- PEER_NOTES_WAITING
-- How many of any peer are to be asked for.
SELECT count(*) FROM peer_note WHERE state = 1 AND state IN (1, 4);

-- PEER_LEAVES_COUNT
-- What else came under one.
SELECT count(*) FROM peer_leaf WHERE note = :note;

-- PEER_PUT_LEAF
-- What else came under one.
INSERT INTO peer_leaf (note, idx, peer, leaf, path) VALUES (:note, :idx, :peer, :leaf, :path);

-- PEER_PUT_NOTE
-- A checkpoint of a peer.
INSERT INTO peer_note (peer, incarnation, size, state, asked, since_ms, note, idx, leaf, path)
VALUES (:peer, :incarnation, :size, :state, 0, :since_ms, :note, :idx, :leaf, :path);

-- PEER_NOTE_MOVE
-- What came of one.
UPDATE peer_note SET state = :state, asked = :asked WHERE number = :number;

-- PEER_NOTE_HOLD
--- A receipt came with it.
UPDATE peer_note SET has_receipt = 1 WHERE number = :number AND has_receipt = 0;

-- PEER_NOTES_BEHIND
--- The first of the linked ones without a receipt behind so many newer ones.
SELECT number FROM peer_note WHERE peer = :peer AND state = 2 AND has_receipt = 0
 ORDER BY number DESC LIMIT 1 OFFSET :newer;

-- PEER_LEAVES_DROP
--- What else came under the oldest of these.
DELETE FROM peer_leaf WHERE note IN (
    SELECT number FROM peer_note WHERE peer = :peer AND state = 2 AND has_receipt = 0 AND number <= :up_to
     ORDER BY number LIMIT :limit);

-- PEER_NOTES_DROP
--- The oldest of these; not the one to which their log is proven.
DELETE FROM peer_note WHERE size <> :linked_size AND number IN (
    SELECT number FROM peer_note WHERE peer = :peer AND state = 2 AND has_receipt = 0 AND number <= :up_to
     ORDER BY number LIMIT :limit);

-- FINDING_PUT
-- The first of its kind.
INSERT INTO peer_finding (peer, incarnation, which, since_ms, later, closed)
VALUES (:peer, :incarnation, :which, :since_ms, 0, 0);

-- FINDING_MOVE
-- One more like it, or a person closed it.
UPDATE peer_finding SET later = :later, closed = :closed
 WHERE peer = :peer AND incarnation = :incarnation AND which = :which;

-- FINDINGS_OF
-- All of one peer.
SELECT f.peer, p.agency, f.incarnation, f.which, f.since_ms, f.later, f.closed
  FROM peer_finding f JOIN peer p ON p.number = f.peer
 WHERE f.peer = :peer ORDER BY f.peer, f.incarnation, f.which;

-- FINDINGS
-- All; few ever.
SELECT f.peer, p.agency, f.incarnation, f.which, f.since_ms, f.later, f.closed
  FROM peer_finding f JOIN peer p ON p.number = f.peer
 ORDER BY f.peer, f.incarnation, f.which;

-- NOTE_PUT
-- A signed text, in place of the one there was.
INSERT INTO note (what, agency, sequence, note) VALUES (:what, :agency, :sequence, :note)
ON CONFLICT (what, agency) DO UPDATE SET sequence = excluded.sequence, note = excluded.note;

-- NOTE_GET
-- A signed text.
SELECT sequence, note FROM note WHERE what = :what AND agency = :agency;

-- NOTE_WALK
-- All texts of one name, by agency.
SELECT agency, sequence, note FROM note WHERE what = :what ORDER BY agency;

-- NUMBER_PUT
-- A small number, in place of the one there was.
INSERT INTO number (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- NUMBER_GET
-- A small number.
SELECT value FROM number WHERE name = :name;

-- SNAPSHOT_PUT
-- Some of the entries of all consents, in place of what there was.
INSERT INTO consent_snapshot (chunk, entries) VALUES (:chunk, :entries)
    ON CONFLICT (chunk) DO UPDATE SET entries = excluded.entries;

-- SNAPSHOT_DROP
-- What lies behind the last chunk: none of it was stored by this node.
DELETE FROM consent_snapshot WHERE chunk >= :chunks;

-- SNAPSHOT_GET
-- The same.
SELECT entries FROM consent_snapshot WHERE chunk = :chunk;

-- SLOT_TAKE
-- A slot comes into use.
INSERT INTO slot (slot, state) VALUES (:slot, 1);

-- SLOT_END
-- One more than the highest slot that any row names.
SELECT max(coalesce((SELECT max(slot) FROM slot), -1), coalesce((SELECT max(slot) FROM case_file), -1),
           coalesce((SELECT max(slot) FROM case_slot), -1),
           coalesce((SELECT max(slot) FROM consent), -1), coalesce((SELECT max(slot) FROM body), -1),
           coalesce((SELECT max(slot) FROM staff), -1), coalesce((SELECT max(slot) FROM draft), -1),
           coalesce((SELECT max(slot) FROM kept_slot), -1), coalesce((SELECT max(slot) FROM search_segment), -1),
           coalesce((SELECT max(slot) FROM asked_segment), -1)) + 1;

-- SLOT_MOVE
-- The new state of a slot. One whose row is gone gets it again, or what it opens could not be erased any more.
INSERT INTO slot (slot, state) VALUES (:slot, :state) ON CONFLICT (slot) DO UPDATE SET state = excluded.state;

-- SLOT_MAY_END
-- A row where a slot is in use, and is that of no case, consent or member of the staff.
SELECT slot FROM slot WHERE slot = :slot AND state = 1 AND NOT EXISTS (SELECT 1 FROM case_file WHERE slot = :slot)
   AND NOT EXISTS (SELECT 1 FROM consent WHERE slot = :slot) AND NOT EXISTS (SELECT 1 FROM staff WHERE slot = :slot);

-- SLOT_IS_USED
-- A row where a slot is in use.
SELECT slot FROM slot WHERE slot = :slot AND state = 1;

-- SLOT_WALK
-- The slots in one state.
SELECT slot FROM slot WHERE state = :state ORDER BY slot;

-- SLOT_WALK_TO_ERASE
-- The slots that are to be overwritten; read at each start, so it has an index.
SELECT slot FROM slot WHERE state = 2 ORDER BY slot;

-- SLOT_ANY_TO_ERASE
-- One of them that answers may tell something of: not of these themselves, no draft, and not of what cases are found
-- by, which lies under another slot after each change of one.
SELECT slot FROM slot WHERE state = 2 AND slot NOT IN (SELECT slot FROM kept_slot)
AND slot NOT IN (SELECT slot FROM draft_slot) AND slot NOT IN (SELECT slot FROM search_retired) LIMIT 1;

-- SEALING_KEY_ADD
-- The public half of a sealing key of ours.
INSERT INTO sealing_key (id, public_key, use_from, use_until, keep_until)
VALUES (:id, :public_key, :use_from, :use_until, :keep_until);

-- SEALING_KEY_DROP
-- A sealing key whose private half was destroyed.
DELETE FROM sealing_key WHERE id = :id;

-- SEALING_KEY_WALK
-- Our sealing keys, the oldest first.
SELECT id, public_key, use_from, use_until, keep_until FROM sealing_key ORDER BY use_from, id;

-- SHARE_PUT
-- What an agency has used up of its shares.
INSERT INTO share (peer, day, used) VALUES (:peer, :day, :used)
ON CONFLICT (peer) DO UPDATE SET day = excluded.day, used = excluded.used;

-- SHARE_GET
-- The same of one agency.
SELECT day, used FROM share WHERE peer = :peer;

-- DRAFT_NEXT
-- The number that the next draft's row will have.
SELECT coalesce(max(number), 0) + 1 FROM draft;

-- DRAFT_ADD
-- What a dialogue has been told so far.
INSERT INTO draft (number, id, maker, slot, version, changed_ms, sealed)
VALUES (:number, :id, :maker, :slot, :version, :changed_ms, :sealed);

-- DRAFT_CHANGE
-- It was told more.
UPDATE draft SET slot = :slot, version = :version, changed_ms = :changed_ms, sealed = :sealed WHERE number = :number;

-- DRAFT_FIND
-- The draft of an id.
SELECT number, id, maker, slot, version, changed_ms, sealed FROM draft WHERE id = :id;

-- DRAFT_COUNT
-- How many somebody has.
SELECT count(*) FROM draft WHERE maker = :maker;

-- DRAFT_WALK
-- All of them behind one, in the order in which they came.
SELECT number, id, maker, slot, version, changed_ms, sealed FROM draft WHERE number > :after
ORDER BY number LIMIT :limit;

-- DRAFT_WALK_OLD
-- Those that were not changed for long.
SELECT number, id, maker, slot, version, changed_ms, sealed FROM draft WHERE changed_ms < :before_ms
ORDER BY changed_ms LIMIT :limit;

-- DRAFT_DROP
-- It became a case, was given up, or is too old.
DELETE FROM draft WHERE number = :number;

-- DRAFT_SLOT_ADD
-- A draft has given up this slot.
INSERT INTO draft_slot (slot) VALUES (:slot);

-- DRAFT_SLOT_WALK
-- All of them.
SELECT slot FROM draft_slot ORDER BY slot;

-- DRAFT_SLOT_DROP
-- It is overwritten.
DELETE FROM draft_slot WHERE slot = :slot;

-- DESK_NEXT
-- The number that the next desk will have.
SELECT coalesce(max(number), 0) + 1 FROM desk;

-- DESK_ADD
-- A desk of this agency.
INSERT INTO desk (number, id, name, visibility, since_ms) VALUES (:number, :id, :name, :visibility, :since_ms);

-- DESK_SET
-- What who is at it sees.
UPDATE desk SET visibility = :visibility WHERE number = :number;

-- DESK_DROP
-- A desk to which nothing belongs.
DELETE FROM desk WHERE number = :number;

-- DESK_WALK
-- All desks.
SELECT number, id, name, visibility, since_ms FROM desk ORDER BY number;

-- DESK_IS_USED
-- A row where a case or a referral belongs to it; the other conditions are those of the indexes.
SELECT 1 FROM case_file WHERE desk = :desk AND desk <> 0
UNION ALL
SELECT 1 FROM referral WHERE desk = :desk AND desk <> 0
 LIMIT 1;

-- STAFF_NEXT
-- The number that the next person's row will have.
SELECT coalesce(max(number), 0) + 1 FROM staff;

-- STAFF_ADD
-- A person who uses this node.
INSERT INTO staff (number, id, slot, since_ms, sealed) VALUES (:number, :id, :slot, :since_ms, :sealed);

-- STAFF_SEAL
-- What is said of that person from now on.
UPDATE staff SET sealed = :sealed WHERE number = :number;

-- STAFF_ERASE
-- Nothing is known of a person any more; slot 0: what it was sealed under is overwritten.
UPDATE staff SET sealed = x'', slot = :slot WHERE number = :number;

-- STAFF_WALK
-- All of them behind one, in the order in which they came.
SELECT number, id, slot, since_ms, sealed FROM staff WHERE number > :after ORDER BY number LIMIT :limit;

-- SIZE_WALK
-- The tables that grow, and the number of the last row of each: about how many it has.
SELECT 'case_file' AS name, coalesce(max(number), 0) AS rows FROM case_file
UNION ALL
SELECT 'consent', coalesce(max(number), 0) FROM consent
UNION ALL
SELECT 'referral', coalesce(max(number), 0) FROM referral
UNION ALL
SELECT 'message', coalesce(max(number), 0) FROM message
UNION ALL
SELECT 'exchange_record', coalesce(max(idx), 0) FROM exchange_record
UNION ALL
SELECT 'house_record', coalesce(max(idx), 0) FROM house_record;
