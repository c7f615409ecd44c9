/* Is a referral on paper in the order of the form, within its columns and pages, whatever people wrote? */

#include "cli/rendering/referral_paper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/rendering/paper.h"
#include "codec/case_codec.h"
#include "model/codes.h"
#include "model/referral.h"

static const struct address own = {.text = "ngo@nrm.example"};

struct fixture {
    struct control_referral_detail d;
    struct case_view view;
    struct bytes out;
};

static void begin(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    f->d.summary = (struct control_referral){.referral = {{1}},
                                             .direction = DIRECTION_IN,
                                             .peer = {.text = "mission@nrm.example"},
                                             .urgency = URGENCY_EMERGENCY,
                                             .purpose = PURPOSE_SERVICES,
                                             .state = REFERRAL_DELIVERED,
                                             .services = 1U << SERVICE_SHELTER,
                                             .shared = SECTION_BIT(SECTION_IDENTITY)};
    f->d.reach.phone = view_of_text("+420123456789");
    case_view_init(&f->view);
}

static void set(struct fixture *f, const char *field, const char *text)
{
    struct error err;

    assert_true(case_set_text(&f->view.data, case_field_find(view_of_text(field)), 0, view_of_text(text), &err));
}

static void set_code(struct fixture *f, const char *field, uint32_t code)
{
    struct error err;

    assert_true(case_set_numbers(&f->view.data, case_field_find(view_of_text(field)), 0, &code, 1, &err));
}

static const char *write_paper(struct fixture *f)
{
    referral_paper_write(&f->d, &f->view, &own, &f->out);
    bytes_append_u8(&f->out, '\0');
    return (const char *)f->out.at;
}

static void end(struct fixture *f)
{
    case_view_fini(&f->view);
    bytes_fini(&f->out);
}

static void test_it_is_in_the_order_of_the_form(void **state)
{
    static const char *const order[] = {"Priority",
                                        "REFERRING AGENCY",
                                        "mission@nrm.example",
                                        "+420123456789",
                                        "RECEIVING AGENCY",
                                        "ngo@nrm.example",
                                        "CLIENT INFORMATION",
                                        "Nova",
                                        "BACKGROUND INFORMATION, REASON FOR REFERRAL",
                                        "came on Tuesday",
                                        "SERVICES REQUESTED",
                                        "SHELTER",
                                        "CONSENT",
                                        "identity",
                                        "DETAILS OF REFERRAL",
                                        "Received by"};
    struct fixture f;
    const char *at;

    (void)state;
    begin(&f);
    set(&f, "cco_CaseComment", "came on Tuesday");
    set(&f, "prs_FirstName", "Nova");
    at = write_paper(&f);
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        at = strstr(at, order[i]);
        if (at == NULL)
            fail_msg("%s is not behind what comes before it", order[i]);
    }
    end(&f);
}

static void test_codes_are_written_as_people_read_them(void **state)
{
    struct fixture f;
    const char *paper;

    (void)state;
    begin(&f);
    set_code(&f, "ext_AgeBand", AGE_BAND_FROM27_TO29);
    paper = write_paper(&f);
    assert_non_null(strstr(paper, "27 to 29"));
    assert_null(strstr(paper, "From27To29"));
    end(&f);
}

/* Columns are counted, not bytes; a word that is longer than a line is cut; line feeds stay. */
static void test_whatever_is_written_stays_within_columns_and_pages(void **state)
{
    struct bytes text = {0};
    struct fixture f;
    const char *at;
    size_t columns = 0;
    size_t lines = 0;
    unsigned pages = 0;

    (void)state;
    begin(&f);
    for (unsigned i = 0; i < 100; i++)
        bytes_append_text(&text, "\xd0\x9d\xd0\xbe\xd0\xb2\xd0\xb0 came and a word ");
    bytes_append_text(&text, "\n\n");
    for (unsigned i = 0; i < 200; i++)
        bytes_append_text(&text, "\xd0\x9d");
    bytes_append_u8(&text, '\0');
    set(&f, "cco_CaseComment", (const char *)text.at);
    at = write_paper(&f);
    for (; *at != '\0'; at++) {
        if (*at == '\f') {
            assert_int_equal(columns, 0);
            pages++;
            lines = 0;
        } else if (*at == '\n') {
            assert_true(columns <= PAPER_COLUMNS && ++lines <= PAPER_LINES);
            columns = 0;
        } else {
            columns += ((unsigned char)*at & 0xC0) != 0x80;
        }
    }
    assert_int_equal(pages, 2);
    assert_non_null(strstr((const char *)f.out.at, "page 2 of 2"));
    bytes_fini(&text);
    end(&f);
}

static void test_what_somebody_wrote_sends_a_printer_no_command(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f);
    f.d.reach.phone = view_of_text("");
    set(&f, "cco_CaseComment", "one\ttwo");
    assert_null(strchr(write_paper(&f), '\t'));
    assert_null(strchr((const char *)f.out.at, 27));
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_in_the_order_of_the_form),
        cmocka_unit_test(test_codes_are_written_as_people_read_them),
        cmocka_unit_test(test_whatever_is_written_stays_within_columns_and_pages),
        cmocka_unit_test(test_what_somebody_wrote_sends_a_printer_no_command),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
