/* Notes beside a case: sealed, in order, and what a supervisor is to see to waits until he has. */
#include "fixture.h"

#include "base/file.h"
#include "codec/control_codec.h"
#include "exchange/cases/case_notes.h"
#include "exchange/tick.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool try_note(struct fixture *s, const char *text, uint32_t by, struct control_case_note *out)
{
    const struct control_case_note_ask ask = {.case_id = s->person, .text = view_of_text(text), .by = by};
    bool ok = exchange_case_note(s->ngo, &ask, out, &s->err);

    world_tick(s->w, NGO);
    return ok;
}

static uint32_t note(struct fixture *s, const char *text, uint32_t by)
{
    struct control_case_note out;

    world_must(try_note(s, text, by, &out), &s->err, "write a note");
    return out.note;
}

struct told {
    unsigned count;
    struct control_case_note last; /* without its text */
    struct control_case_task task; /* the first */
    char texts[128];
};

static bool keep_note(void *cookie, const struct control_case_note *n, struct error *err)
{
    struct told *t = cookie;

    (void)err;
    assert_int_equal(n->note, ++t->count);
    t->last = *n;
    (void)snprintf(t->texts + strlen(t->texts), sizeof t->texts - strlen(t->texts), "%.*s;", (int)n->text.size,
                   (const char *)n->text.at);
    return true;
}

static struct told notes(struct fixture *s)
{
    struct told t = {0};

    world_must(exchange_case_notes(s->ngo, &(struct control_case_notes_ask){s->person}, NULL, keep_note, &t, &s->err),
               &s->err, "list notes");
    world_tick(s->w, NGO);
    return t;
}

static bool keep_task(void *cookie, const struct control_case_task *task, struct error *err)
{
    struct told *t = cookie;

    (void)err;
    if (t->count++ == 0)
        t->task = *task;
    return true;
}

static struct told tasks(struct fixture *s)
{
    struct told t = {0};

    world_must(exchange_case_tasks(s->ngo, keep_task, &t, &s->err), &s->err, "list tasks");
    return t;
}

static bool try_done(struct fixture *s, uint32_t which, struct control_case_note *out)
{
    bool ok = exchange_case_done(s->ngo, &(struct control_case_done_ask){s->person, which}, out, &s->err);

    world_tick(s->w, NGO);
    return ok;
}

static void test_notes_are_told_in_their_order(void **state)
{
    struct fixture s;
    struct told t;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    assert_int_equal(note(&s, "first", 0), 1);
    assert_int_equal(note(&s, "second", 0), 2);
    t = notes(&s);
    assert_true(t.count == 2 && t.last.time_ms > 0 && t.last.by == 0);
    assert_string_equal(t.texts, "first;second;");
    assert_int_equal(tasks(&s).count, 0);
    fixture_end(&s);
}

static void test_what_a_supervisor_is_to_see_to_waits_until_he_has(void **state)
{
    struct control_case_note out;
    struct control_case_note again;
    struct fixture s;
    struct told t;
    uint32_t today;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    today = tick_record_day(s.ngo);
    (void)note(&s, "for nobody", 0);
    (void)note(&s, "later", today + 3);
    (void)note(&s, "sooner", today + 1);
    t = tasks(&s);
    assert_true(t.count == 2 && t.task.note == 3 && t.task.by == today + 1 && !t.task.late);
    world_run_ms(s.w, 49 * HOURS);
    assert_true(tasks(&s).task.late);
    assert_true(try_done(&s, 3, &out) && out.done_ms > 0);
    t = tasks(&s);
    assert_true(t.count == 1 && t.task.note == 2);
    assert_true(try_done(&s, 3, &again)); /* said again it changes nothing */
    assert_int_equal(again.done_ms, out.done_ms);
    t = notes(&s);
    assert_true(t.count == 3 && t.last.done_ms == out.done_ms);
    assert_false(try_done(&s, 1, &out));
    assert_int_equal(s.err.code, E_CAS_26);
    assert_false(try_done(&s, 4, &out));
    assert_int_equal(s.err.code, E_CAS_26);
    fixture_end(&s);
}

static void test_a_note_is_taken_at_its_bounds_and_not_over_them(void **state)
{
    struct control_case_note_ask ask = {.case_id = {{1}}};
    struct control_case_note_ask back;
    struct bytes text = {0};
    struct bytes message = {0};
    struct arena arena = {0};
    struct control_case_note out;
    struct fixture s;
    struct error err;
    uint32_t today;
    uint8_t *size;

    (void)state;
    for (unsigned i = 0; i < BOUND_CASE_NOTE; i++)
        bytes_append_u8(&text, 'a');
    ask.text = bytes_view(&text);
    control_case_note_ask_encode(&ask, &message);
    assert_true(control_case_note_ask_decode(bytes_view(&message), &arena, &back, &err));
    size = memmem(message.at, message.size, "\x12\x80\x80\x01", 4); /* field 2, of BOUND_CASE_NOTE bytes, the last */
    assert_non_null(size);
    size[1]++;
    bytes_append_u8(&message, 'a');
    assert_false(control_case_note_ask_decode(bytes_view(&message), &arena, &back, &err));
    bytes_fini(&text);
    bytes_fini(&message);
    arena_fini(&arena);
    fixture_begin(&s, 1, 1, NULL);
    today = tick_record_day(s.ngo);
    assert_true(try_note(&s, "today", today, &out));
    assert_true(try_note(&s, "far", today + BOUND_NOTE_DAYS, &out));
    assert_false(try_note(&s, "too far", today + BOUND_NOTE_DAYS + 1, &out));
    assert_int_equal(s.err.code, E_CAS_25);
    assert_false(try_note(&s, "past", today - 1, &out));
    assert_int_equal(s.err.code, E_CAS_25);
    fixture_end(&s);
}

static bool write_one(struct fixture *s)
{
    const struct control_case_note_ask ask = {
        .case_id = s->person, .text = view_of_text("one more"), .by = tick_record_day(s->ngo) + 1};
    struct control_case_note out;

    return exchange_case_note(s->ngo, &ask, &out, &s->err);
}

static bool end_first(struct fixture *s)
{
    struct control_case_note out;

    return exchange_case_done(s->ngo, &(struct control_case_done_ask){s->person, 1}, &out, &s->err);
}

static void test_a_note_is_there_whole_or_not_at_all(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    assert_in_range(fixture_at_each_statement(&s, NGO, write_one, MINUTES), 5, 500);
    assert_true(notes(&s).count > 0);
    assert_int_equal(tasks(&s).count, notes(&s).count);
    assert_in_range(fixture_at_each_statement(&s, NGO, end_first, MINUTES), 3, 500);
    assert_int_equal(tasks(&s).count + 1, notes(&s).count);
    fixture_end(&s);
}

static void test_a_note_stands_nowhere_in_the_clear(void **state)
{
    static const char *const files[] = {"refex.db", "refex.db-wal"};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    (void)note(&s, "Zorislava called", 0);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct bytes all = {0};
        char path[FILE_PATH_MAX];

        assert_true(file_join_path(path, world_home(s.w, NGO), files[i], &s.err));
        if (file_read(path, 64 << 20, &all, &s.err))
            assert_null(memmem(all.at, all.size, "Zorislava", 9));
        bytes_fini(&all);
    }
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_notes_are_told_in_their_order),
        cmocka_unit_test(test_what_a_supervisor_is_to_see_to_waits_until_he_has),
        cmocka_unit_test(test_a_note_is_taken_at_its_bounds_and_not_over_them),
        cmocka_unit_test(test_a_note_is_there_whole_or_not_at_all),
        cmocka_unit_test(test_a_note_stands_nowhere_in_the_clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
