/* What cases and referrals are called, so that it means one: drawn anew where it is taken, and found by it. */
#include "fixture.h"

#include "exchange/cases/case_staging.h"
#include "exchange/cases/name_draw.h"
#include "exchange/search/id_find.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "model/spoken_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct people_consent granted = {.sections = BIT(TRIAGE)};

/* Begins as TAKEN as often as is said, then otherwise. */
struct repeating {
    struct random_source source;
    struct random_source *real;
    struct ident taken;
    int times;
};

static void fill_as_taken(struct random_source *self, uint8_t *at, size_t size)
{
    struct repeating *r = (struct repeating *)(void *)self;

    r->real->fill(r->real, at, size);
    if (r->times-- > 0)
        memcpy(at, r->taken.at, 4);
}

/* The id of a case or a referral that is drawn after TIMES ids that begin as TAKEN. */
static struct ident draw(struct fixture *s, bool (*name_draw)(struct exchange *, struct ident *, struct error *),
                         const struct ident *taken, int times)
{
    struct repeating r = {{fill_as_taken}, s->ngo->random, *taken, times};
    struct ident out;

    s->ngo->random = &r.source;
    assert_true(name_draw(s->ngo, &out, &s->err));
    s->ngo->random = r.real;
    return out;
}

static void test_an_id_is_drawn_until_nobody_is_called_so(void **state)
{
    struct fixture s;
    struct ident id;

    (void)state;
    fixture_begin(&s, 1, 2, &granted);
    fixture_deliver(&s);
    id = draw(&s, name_draw_case, &s.person, 63);
    assert_memory_not_equal(id.at, s.person.at, 3);
    id = draw(&s, name_draw_case, &s.person, 64); /* it is given up: who says it is shown both */
    assert_memory_equal(id.at, s.person.at, 4);
    id = draw(&s, name_draw_referral, &s.sent.referral, 63);
    assert_memory_not_equal(id.at, s.sent.referral.at, 3);
    fixture_end(&s);
}

/* Two cases of one import, too. */
static void test_an_id_of_an_import_under_way_is_taken(void **state)
{
    struct case_row row;
    struct fixture s;
    struct ident id;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    assert_true(tick_begin(s.ngo, &s.err) && case_staging_put(s.ngo, 0, 2, &row, &s.err));
    id = draw(&s, name_draw_case, &row.id, 1);
    assert_memory_not_equal(id.at, row.id.at, 3);
    fixture_end(&s);
}

struct found {
    size_t count;
    struct control_id_found last;
    struct address agency;
};

static bool keep_found(void *cookie, const struct control_id_found *line, struct error *err)
{
    struct found *f = cookie;

    (void)err;
    f->count++;
    f->last = *line;
    assert_true(line->agency.size == 0 || address_read(line->agency, &f->agency));
    return true;
}

static struct found find(struct exchange *x, struct fixture *s, enum id_of of, const char *spoken)
{
    struct control_id_find_ask ask = {.of = 1U << of};
    struct found f = {0};

    assert_true(spoken_id_read(view_of_text(spoken), &ask.first, &ask.last, &s->err));
    assert_true(exchange_id_find(x, &ask, keep_found, &f, &s->err));
    return f;
}

static void test_a_case_is_found_by_its_label_and_a_referral_by_its_code_name_at_both(void **state)
{
    char text[BOUND_SPOKEN_ID];
    struct fixture s;
    struct found f;

    (void)state;
    fixture_begin(&s, 1, 2, &granted);
    fixture_deliver(&s);
    case_label_write(&s.person, text);
    f = find(s.ngo, &s, ID_OF_CASE, text);
    assert_int_equal(f.count, 1);
    assert_true(ident_equal(&f.last.id, &s.person));
    assert_string_equal(f.agency.text, "");
    assert_int_equal(find(s.mission, &s, ID_OF_CASE, text).count, 0);
    code_name_write(&s.sent.referral, text);
    f = find(s.ngo, &s, ID_OF_REFERRAL, text);
    assert_true(f.count == 1 && ident_equal(&f.last.id, &s.sent.referral));
    assert_string_equal(f.agency.text, world_address(s.w, MISSION)->text);
    f = find(s.mission, &s, ID_OF_REFERRAL, text);
    assert_true(f.count == 1 && ident_equal(&f.last.id, &s.sent.referral));
    assert_string_equal(f.agency.text, world_address(s.w, NGO)->text);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_id_is_drawn_until_nobody_is_called_so),
        cmocka_unit_test(test_an_id_of_an_import_under_way_is_taken),
        cmocka_unit_test(test_a_case_is_found_by_its_label_and_a_referral_by_its_code_name_at_both),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
