/* Checkpoint notes of peers, linked and not, and the findings about their logs. */
#include "fixture.h"
#include "store/evidence_store.h"

static struct peer_note note_of(int64_t peer, uint64_t size, const char *text, int64_t index)
{
    struct peer_note n = {.peer = peer,
                          .incarnation = 1,
                          .size = size,
                          .state = NOTE_UNLINKED,
                          .since_ms = 1000,
                          .note = view_of_text(text),
                          .index = index};

    n.leaf.at[0] = (uint8_t)index;
    return n;
}

static int64_t add(struct db *db, struct peer_note n)
{
    int64_t number;

    assert_done(evidence_store_add(db, &n, &number, &err));
    return number;
}

static bool write_note(void *cookie, const struct peer_note *n, struct error *e)
{
    (void)e;
    bytes_printf(cookie, "%d:%d:%d:", (int)n->size, (int)n->state, (int)n->asked);
    bytes_append_view(cookie, n->note);
    bytes_append_u8(cookie, ' ');
    return true;
}

static void test_notes_are_found_by_size_and_by_index_of_their_own_incarnation(void **state)
{
    struct db *db = in_memory();
    int64_t peer = make_peer(db, "shelter@nrm.example");
    int64_t other = make_peer(db, "mission@nrm.example");
    struct peer_note later = note_of(peer, 5, "later", 4);
    struct bytes out = {0};

    (void)state;
    later.incarnation = 2;
    (void)add(db, note_of(peer, 5, "five", 4));
    (void)add(db, note_of(peer, 5, "fork", 3));
    (void)add(db, note_of(peer, 9, "nine", 4));
    (void)add(db, note_of(other, 5, "other", 4));
    (void)add(db, note_of(peer, 5, "alone", NOTE_NO_INDEX));
    (void)add(db, later);

    assert_done(evidence_store_walk_size(db, peer, 1, 5, write_note, &out, &err));
    assert_bytes(&out, "5:1:0:five 5:1:0:fork 5:1:0:alone ");
    bytes_clear(&out);
    assert_done(evidence_store_walk_index(db, peer, 1, 4, write_note, &out, &err));
    assert_bytes(&out, "5:1:0:five 9:1:0:nine ");
    bytes_fini(&out);
    db_close(db);
}

static void test_what_is_unlinked_is_listed_oldest_first_and_counted_with_what_was_found(void **state)
{
    struct db *db = in_memory();
    int64_t peer = make_peer(db, "shelter@nrm.example");
    int64_t numbers[4];
    struct bytes out = {0};
    uint64_t count;

    (void)state;
    for (int i = 0; i < 4; i++)
        numbers[i] = add(db, note_of(peer, (uint64_t)(9 - i), "n", i));
    assert_done(evidence_store_move(db, numbers[0], NOTE_UNLINKED, 7, &err));
    assert_done(evidence_store_move(db, numbers[1], NOTE_LINKED, 0, &err));
    assert_done(evidence_store_move(db, numbers[2], NOTE_FOUND, 2, &err));
    assert_done(evidence_store_walk_unlinked(db, peer, 64, write_note, &out, &err));
    assert_bytes(&out, "9:1:7:n 6:1:0:n ");
    bytes_clear(&out);
    assert_done(evidence_store_walk_unlinked(db, peer, 1, write_note, &out, &err));
    assert_bytes(&out, "9:1:7:n ");
    assert_done(evidence_store_count_unlinked(db, peer, &count, &err));
    assert_int_equal(count, 3);
    assert_refused(E_STO_07, evidence_store_move(db, 99, NOTE_LINKED, 0, &err));
    bytes_fini(&out);
    db_close(db);
}

static int64_t add_linked(struct db *db, int64_t peer, uint64_t size, const char *text)
{
    struct peer_note n = note_of(peer, size, text, (int64_t)size - 1);

    n.state = NOTE_LINKED;
    return add(db, n);
}

static unsigned notes_of_size(struct db *db, int64_t peer, uint64_t size)
{
    struct bytes out = {0};
    unsigned count = 0;

    assert_done(evidence_store_walk_size(db, peer, 1, size, write_note, &out, &err));
    for (size_t i = 0; i < out.size; i++)
        count += out.at[i] == ' ';
    bytes_fini(&out);
    return count;
}

/* Of five linked notes two are kept beside the one of the linked size and that of a receipt, whoever has others. */
static void test_the_oldest_linked_notes_without_a_receipt_are_forgotten(void **state)
{
    struct db *db = in_memory();
    int64_t peer = make_peer(db, "shelter@nrm.example");
    int64_t other = make_peer(db, "mission@nrm.example");
    struct peer_note leaf = note_of(peer, 3, "3", 0);

    (void)state;
    (void)add_linked(db, peer, 9, "9");
    assert_done(evidence_store_hold(db, add_linked(db, peer, 2, "2"), &err));
    (void)add(db, note_of(peer, 1, "1", 0));
    leaf.number = add_linked(db, peer, 3, "3");
    assert_done(evidence_store_add_leaf(db, &leaf, &err));
    for (uint64_t size = 4; size < 7; size++)
        (void)add_linked(db, peer, size, "n");
    (void)add_linked(db, other, 3, "other");
    assert_done(evidence_store_drop_linked(db, peer, 9, 5, 9, &err));
    assert_int_equal(notes_of_size(db, peer, 3), 1);
    assert_done(evidence_store_drop_linked(db, peer, 9, 2, 2, &err));
    assert_true(notes_of_size(db, peer, 3) == 0 && notes_of_size(db, peer, 4) == 1); /* two at most */
    assert_done(evidence_store_drop_linked(db, peer, 9, 2, 9, &err));
    assert_true(notes_of_size(db, peer, 4) == 0 && notes_of_size(db, peer, 5) == 1 && notes_of_size(db, peer, 6) == 1);
    assert_true(notes_of_size(db, peer, 9) == 1 && notes_of_size(db, peer, 2) == 1 && notes_of_size(db, peer, 1) == 1);
    assert_int_equal(notes_of_size(db, other, 3), 1);
    db_close(db);
}

static void test_what_came_later_under_a_note_is_found_by_index_and_counts_with_it(void **state)
{
    struct db *db = in_memory();
    int64_t peer = make_peer(db, "shelter@nrm.example");
    struct peer_note five = note_of(peer, 5, "five", 4);
    struct peer_note nine = note_of(peer, 9, "nine", 3);
    struct bytes out = {0};
    uint64_t count;

    (void)state;
    five.number = add(db, five);
    nine.number = add(db, nine);
    nine.index = 4;
    nine.leaf.at[0] = 4;
    assert_done(evidence_store_add_leaf(db, &nine, &err));
    assert_false(evidence_store_add_leaf(db, &nine, &err));
    nine.index = 8;
    assert_done(evidence_store_add_leaf(db, &nine, &err));

    assert_done(evidence_store_walk_index(db, peer, 1, 4, write_note, &out, &err));
    assert_bytes(&out, "5:1:0:five 9:1:0:nine ");
    bytes_clear(&out);
    assert_done(evidence_store_walk_index(db, peer, 2, 4, write_note, &out, &err));
    assert_bytes(&out, "");
    assert_done(evidence_store_count_leaves(db, nine.number, &count, &err));
    assert_int_equal(count, 2);
    assert_done(evidence_store_count_unlinked(db, peer, &count, &err));
    assert_int_equal(count, 4);
    assert_done(evidence_store_move(db, nine.number, NOTE_LINKED, 0, &err));
    assert_done(evidence_store_count_unlinked(db, peer, &count, &err));
    assert_int_equal(count, 1);
    bytes_fini(&out);
    db_close(db);
}

static bool write_finding(void *cookie, const struct finding_row *f, struct error *e)
{
    (void)e;
    bytes_printf(cookie, "%s:%u:%s:%d:%d ", f->agency.text, f->incarnation, finding_name(f->which), (int)f->later,
                 (int)f->closed);
    return true;
}

static void test_findings_are_one_row_each_counted_and_closed(void **state)
{
    struct db *db = in_memory();
    struct finding_row f = {.peer = make_peer(db, "shelter@nrm.example"), .incarnation = 1, .which = FINDING_FORK};
    struct bytes out = {0};

    (void)state;
    assert_done(evidence_store_add_finding(db, &f, &err));
    assert_false(evidence_store_add_finding(db, &f, &err));
    f.later = 3;
    f.closed = FINDING_EXPLAINED;
    assert_done(evidence_store_move_finding(db, &f, &err));
    f.which = FINDING_UNLINKED;
    assert_refused(E_STO_07, evidence_store_move_finding(db, &f, &err));
    f.peer = make_peer(db, "mission@nrm.example");
    assert_done(evidence_store_add_finding(db, &f, &err));

    assert_done(evidence_store_walk_findings(db, 0, write_finding, &out, &err));
    assert_bytes(&out, "shelter@nrm.example:1:fork:3:1 mission@nrm.example:1:unlinked:0:0 ");
    bytes_clear(&out);
    assert_done(evidence_store_walk_findings(db, f.peer, write_finding, &out, &err));
    assert_bytes(&out, "mission@nrm.example:1:unlinked:0:0 ");
    bytes_fini(&out);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_notes_are_found_by_size_and_by_index_of_their_own_incarnation),
        cmocka_unit_test(test_what_is_unlinked_is_listed_oldest_first_and_counted_with_what_was_found),
        cmocka_unit_test(test_the_oldest_linked_notes_without_a_receipt_are_forgotten),
        cmocka_unit_test(test_what_came_later_under_a_note_is_found_by_index_and_counts_with_it),
        cmocka_unit_test(test_findings_are_one_row_each_counted_and_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
