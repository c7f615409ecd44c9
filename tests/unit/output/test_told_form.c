/* Does a result say the same to people and to programs, by one table? */
#include "output/told_form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <protobuf-c/protobuf-c.h>

#include <cmocka.h>

#include "ca/ca_cmd.h"
#include "cli/verb.h"
#include "codec/control_messages.h"
#include "codec/federation_messages.h"
#include "output/failure_view.h"

/* --- the forms of all verbs of refex and refex-ca, and that of failures --- */

static const struct told_form *forms[1 + VERB_COUNT * VERB_FORMS_MAX + CA_CMDS * CA_CMD_FORMS_MAX];
static size_t form_count;

static int gather(void **state)
{
    (void)state;
    forms[form_count++] = &failure_view;
    for (size_t i = 0; i < VERB_COUNT; i++)
        for (size_t k = 0; k < VERB_FORMS_MAX && verb_rows[i].verb->forms[k] != NULL; k++)
            forms[form_count++] = verb_rows[i].verb->forms[k];
    for (size_t i = 0; i < CA_CMDS; i++)
        for (size_t k = 0; k < CA_CMD_FORMS_MAX && ca_cmds[i]->forms[k] != NULL; k++)
            forms[form_count++] = ca_cmds[i]->forms[k];
    return form_count > 0 ? 0 : -1;
}

/* The next word of *WORDS, which moves behind it; false: there is none. NULL is no word. */
static bool next_word(const char **words, struct view *out)
{
    if (*words == NULL || **words == '\0')
        return false;
    *out = view_of(*words, strcspn(*words, " "));
    *words += out->size;
    *words += **words == ' ';
    return true;
}

static bool has_word(const char *words, struct view name)
{
    struct view word;

    while (next_word(&words, &word))
        if (view_equal(word, name))
            return true;
    return false;
}

static bool has_field(const struct contract_message *m, struct view name)
{
    for (unsigned i = 0; m != NULL && i < m->descriptor->n_fields; i++)
        if ((m->fields[i].json != NULL && view_equal(view_of_text(m->fields[i].json), name)) ||
            (m->fields[i].meaning == CONTRACT_AS_MEMBERS && has_field(m->fields[i].sub, name)))
            return true;
    return false;
}

/* Calls EACH with each field that L says. */
static void each_said(const struct told_line *l, void (*each)(void *cookie, struct view name), void *cookie)
{
    const char *says = l->says;
    const char *when = l->when;
    struct view word;

    while (next_word(&says, &word))
        each(cookie, word);
    while (next_word(&when, &word))
        each(cookie, view_of(word.at + (word.at[0] == '!'), word.size - (word.at[0] == '!')));
    for (const char *p = l->text; p != NULL && (p = strchr(p, '{')) != NULL;) {
        p++;
        each(cookie, view_of(p, strcspn(p, ":}")));
    }
}

struct said {
    const struct told_form *form;
    struct view name;
    bool found;
};

static void compare(void *cookie, struct view name)
{
    struct said *s = cookie;

    s->found = s->found || view_equal(name, s->name);
}

static bool says(const struct told_form *f, struct view name)
{
    struct said s = {.name = name};

    for (const struct told_line *l = f->lines; l->text != NULL || l->write != NULL; l++)
        each_said(l, compare, &s);
    return s.found || has_word(f->cells, name);
}

static bool holds(const struct contract_message *whole, const struct contract_message *m)
{
    for (unsigned i = 0; whole != NULL && i < whole->descriptor->n_fields; i++)
        if (whole->fields[i].meaning == CONTRACT_AS_MEMBERS && holds(whole->fields[i].sub, m))
            return true;
    return whole == m;
}

/* A form with M says NAME, or names it as one of JSON only. */
static bool is_told_to_all(const struct contract_message *m, struct view name)
{
    for (size_t i = 0; i < form_count; i++)
        if ((holds(forms[i]->answer, m) || holds(forms[i]->ask, m) || holds(forms[i]->beside, m)) &&
            (says(forms[i], name) || has_word(forms[i]->json_only, name)))
            return true;
    return false;
}

static void require_told_to_all(const struct contract_message *m)
{
    for (unsigned n = 0; m != NULL && n < m->descriptor->n_fields; n++) {
        const struct contract_field *f = &m->fields[n];

        if (f->meaning == CONTRACT_AS_MEMBERS)
            require_told_to_all(f->sub);
        else if (f->json != NULL && !is_told_to_all(m, view_of_text(f->json)))
            fail_msg("no line says %s of %s", f->json, m->descriptor->name);
    }
}

static void test_what_programs_read_people_read_too_or_the_form_says_that_they_do_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < form_count; i++) {
        require_told_to_all(forms[i]->answer);
        require_told_to_all(forms[i]->ask);
        require_told_to_all(forms[i]->beside);
    }
}

static void require_field(void *cookie, struct view name)
{
    const struct told_form *f = cookie;

    if (!has_field(f->answer, name) && !has_field(f->ask, name) && !has_field(f->beside, name))
        fail_msg("a line says %.*s, which is not told", (int)name.size, (const char *)name.at);
}

static void test_what_a_form_names_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < form_count; i++) {
        const char *json_only = forms[i]->json_only;

        for (const struct told_line *l = forms[i]->lines; l->text != NULL || l->write != NULL; l++)
            if (strchr(l->title, '{') != NULL)
                fail_msg("a title is printed as it is written: %s", l->title);
        const char *cells = forms[i]->cells;
        struct view word;

        for (const struct told_line *l = forms[i]->lines; l->text != NULL || l->write != NULL; l++)
            each_said(l, require_field, (void *)(uintptr_t)forms[i]);
        while (next_word(&cells, &word))
            require_field((void *)(uintptr_t)forms[i], word);
        while (next_word(&json_only, &word)) {
            require_field((void *)(uintptr_t)forms[i], word);
            if (says(forms[i], word))
                fail_msg("%.*s is said", (int)word.size, (const char *)word.at);
        }
    }
}

static bool is_told(const struct contract_message *m)
{
    for (unsigned i = 0; i < m->descriptor->n_fields; i++)
        if (m->fields[i].json != NULL || m->fields[i].meaning == CONTRACT_AS_MEMBERS)
            return true;
    return false;
}

static const struct {
    const char *verb;
    const struct contract_message *answer;
} answers[] = {
#define control_none_contract control_stop_ask_contract /* has no field */
#define VERB_ROW(number, kind, name, noun, verb, modes, again, roles, ask, answer, items)                              \
    {#name, &control_##answer##_contract},
#define CALL_ROW VERB_ROW
#include "codec/verbs.def"
};

static void test_each_answer_that_is_told_has_a_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        bool found = !is_told(answers[i].answer);

        for (size_t k = 0; k < form_count; k++)
            found = found || forms[k]->answer == answers[i].answer;
        if (!found)
            fail_msg("no form shows what %s answers", answers[i].verb);
    }
}

static bool contains(const struct contract_message *whole, const struct contract_message *m)
{
    for (unsigned i = 0; i < whole->descriptor->n_fields; i++)
        if (whole->fields[i].sub != NULL && contains(whole->fields[i].sub, m))
            return true;
    return whole == m;
}

static void test_what_a_federation_answers_has_a_form(void **state)
{
    static const struct contract_message *const told[] = {
#define MESSAGE(name, S) &name##_contract,
        FEDERATION_MESSAGES(MESSAGE, MESSAGE)
#undef MESSAGE
    };

    (void)state;
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        bool found = false;

        for (size_t k = 0; k < form_count; k++)
            found = found || (forms[k]->answer != NULL && contains(forms[k]->answer, told[i]));
        if (!found)
            fail_msg("no form shows %s", told[i]->descriptor->name);
    }
    for (size_t i = 0; i < CA_CMDS; i++) /* serve answers refexd, and no person */
        assert_true(ca_cmds[i]->forms[0] != NULL || ca_cmds[i] == &ca_cmd_serve);
}

/* --- a form --- */

static void write_agreeing(struct bytes *out, const struct told_shown *s)
{
    const struct control_clock *k = s->answer;

    if (k->agree != 0)
        bytes_printf(out, "%llu of %u", (unsigned long long)k->agree,
                     ((const struct control_imported_row *)s->beside)->row);
}

static const struct told_line lines[] = {{"clock  ", .text = "{clock}, peers {peers}"},
                                         {"doubt  ", .text = "since {since}", .when = "in_doubt"},
                                         {"sure", .text = ".", .when = "!in_doubt"},
                                         {"log    ", .text = "{log} ", write_agreeing, "agree"},
                                         {"agree  ", .write = write_agreeing, "agree"},
                                         {"day    ", .text = "{since:day}", .when = "in_doubt agree"},
                                         {"nobody", .text = ".", .when = "in_doubt !agree"},
                                         {"row    ", .text = "{row:rows}", .when = "row"},
                                         {0}};

static void put_sections(struct json_line *j, const struct told_shown *s)
{
    if (s->beside != NULL)
        json_line_bool(j, "sections", true);
}

static const struct told_form form = {.answer = &control_clock_contract,
                                      .ask = &control_audit_verify_ask_contract,
                                      .beside = &control_imported_row_contract,
                                      .lines = lines,
                                      .sections = put_sections};

static void assert_written(const struct control_clock *k, uint32_t row, const char *expected)
{
    const struct control_audit_verify_ask ask = {2};
    const struct control_imported_row beside = {row};
    struct bytes out = {0};

    told_form_write(&form, &(struct told_shown){k, &ask, &beside}, &out);
    bytes_append_u8(&out, 0);
    assert_string_equal((const char *)out.at, expected);
    bytes_fini(&out);
}

#define NOON INT64_C(1795003200123) /* 2026-11-18T12:00:00.123Z */

static void test_a_line_says_its_fields_where_there_is_something_to_say(void **state)
{
    (void)state;
    assert_written(&(struct control_clock){.clock_ms = NOON, .peers = 7}, 0,
                   "clock  2026-11-18 12:00 UTC, peers 7\nsure.\nlog    house ");
    assert_written(&(struct control_clock){.in_doubt = true, .since_ms = NOON, .agree = 3}, 9,
                   "clock  -, peers 0\ndoubt  since 2026-11-18 12:00 UTC\nlog    house 3 of 9\nagree  3 of 9\n"
                   "day    2026-11-18\nrow    9 rows");
    assert_written(&(struct control_clock){.in_doubt = true, .since_ms = NOON}, 0,
                   "clock  -, peers 0\ndoubt  since 2026-11-18 12:00 UTC\nlog    house \nnobody.");
    assert_written(&(struct control_clock){.clock_ms = NOON}, 1,
                   "clock  2026-11-18 12:00 UTC, peers 0\nsure.\nlog    house \nrow    1 row");
}

static void test_columns_say_a_dash_where_there_is_nothing_to_say(void **state)
{
    const struct control_clock k = {.clock_ms = NOON};
    const struct control_audit_verify_ask ask = {1};
    const struct control_imported_row beside = {0};
    static const char cells[] = "2026-11-18 12:00 UTC, peers 0\0-\0.\0exchange \0-\0-\0-\0-";
    const char *titles[RENDER_COLUMNS_MAX];
    struct render_table t;

    (void)state;
    told_form_table(&form, titles, &t);
    assert_int_equal(t.columns, 8);
    assert_string_equal(titles[4], "agree  ");
    told_form_row(&form, &(struct told_shown){&k, &ask, &beside}, &t);
    assert_int_equal(t.count, 8);
    assert_int_equal(t.cells.size, sizeof cells);
    assert_memory_equal(t.cells.at, cells, sizeof cells);
    bytes_fini(&t.cells);
}

static void assert_members_of(const struct told_form *f, const struct told_shown *s, const char *expected)
{
    struct bytes line = {0};
    struct json_line j;

    json_line_begin(&j, &line);
    told_form_members(f, s, &j);
    json_line_end(&j);
    bytes_append_u8(&line, 0);
    assert_string_equal((const char *)line.at, expected);
    bytes_fini(&line);
}

static void assert_members(const struct told_shown *s, const char *expected)
{
    assert_members_of(&form, s, expected);
}

static void test_json_has_the_fields_of_both_messages_and_what_stands_beside_them(void **state)
{
    const struct control_clock k = {.clock_ms = NOON, .trusted_ms = NOON};
    const struct control_audit_verify_ask ask = {1};
    const struct control_imported_row beside = {9};

    (void)state;
    assert_members(&(struct told_shown){&k, &ask, &beside},
                   "{\"log\":\"exchange\",\"row\":9,\"sections\":true,\"in_doubt\":false,\"behind\":false,"
                   "\"clock\":\"2026-11-18T12:00:00.123Z\",\"trusted\":\"2026-11-18T12:00:00.123Z\",\"since\":"
                   "null,\"peers\":0,\"answered\":0,"
                   "\"agree\":0,\"confirmed\":false}\n");
    assert_members(&(struct told_shown){&k, &ask, NULL},
                   "{\"log\":\"exchange\",\"in_doubt\":false,\"behind\":false,"
                   "\"clock\":\"2026-11-18T12:00:00.123Z\",\"trusted\":\"2026-11-18T12:00:00.123Z\",\"since\":"
                   "null,\"peers\":0,\"answered\":0,"
                   "\"agree\":0,\"confirmed\":false}\n");
}

/* Of triage, identity and contact the first knows the last two and has erased the first two. */
static const struct control_demo_holdings holdings[] = {
    {.agency = {(const uint8_t *)"bridge", 6}, .sections = 0x0E, .knows = 0x0C, .erased = 0x06},
    {.agency = {(const uint8_t *)"police", 6}, .sections = 0x0E, .knows = 0x02},
};

static const struct told_form *holdings_form(void)
{
    size_t i = 0;

    while (i < form_count && forms[i]->answer != &control_demo_holdings_contract)
        i++;
    assert_true(i < form_count);
    return forms[i];
}

static void test_a_cell_is_a_member_of_json(void **state)
{
    const struct told_form *f = holdings_form();

    (void)state;
    assert_members_of(f, &(struct told_shown){.answer = &holdings[0]},
                      "{\"agency\":\"bridge\",\"sections\":[\"triage\",\"identity\",\"contact\"],"
                      "\"knows\":[\"identity\",\"contact\"],\"erased\":[\"triage\",\"identity\"],"
                      "\"triage\":\"erased\",\"identity\":\"knows\",\"contact\":\"knows\"}\n");
    assert_members_of(
        f, &(struct told_shown){.answer = &holdings[1]},
        "{\"agency\":\"police\",\"sections\":[\"triage\",\"identity\",\"contact\"],\"knows\":[\"triage\"],"
        "\"erased\":[],\"triage\":\"knows\",\"identity\":\"-\",\"contact\":\"-\"}\n");
}

static void test_people_read_each_cell_in_the_column_of_its_struct(void **state)
{
    const struct control_demo_holdings most = {
        .agency = view_of_text("br\xc3\xbc\x63ke"), .sections = 0x0E, .knows = 0x0C, .erased = 0x06};
    const struct told_shown shown[] = {{.answer = &most}, {.answer = &holdings[1]}};
    struct bytes out = {0};

    (void)state;
    told_form_columns(holdings_form(), shown, 2, "  ", &out);
    bytes_append_u8(&out, 0);
    assert_string_equal((const char *)out.at, "  section    br\xc3\xbc\x63ke   police\n"
                                              "  triage     erased   knows\n"
                                              "  identity   knows    -\n"
                                              "  contact    knows    -");
    bytes_fini(&out);
}

static void test_a_line_says_nothing_of_what_is_left_out(void **state)
{
    static const struct told_line until[] = {
        {"until ", .text = "{until}"}, {"is ", .text = "told", .when = "until"}, {"", .text = "{state}"}, {0}};
    static const struct told_form f = {.answer = &control_consent_contract, .lines = until};
    struct control_consent s = {.progress = CONSENT_ERASED, .until = 19726};
    struct bytes out = {0};

    (void)state;
    told_form_write(&f, &(struct told_shown){.answer = &s}, &out);
    assert_true(view_equal(bytes_view(&out), view_of_text("erased")));
    s.progress = CONSENT_STANDS;
    bytes_clear(&out);
    told_form_write(&f, &(struct told_shown){.answer = &s}, &out);
    assert_true(view_equal(bytes_view(&out), view_of_text("until 2024-01-04\nis told\nstands")));
    bytes_fini(&out);
}

static void test_a_form_without_lines_prints_nothing(void **state)
{
    static const struct told_line none[] = {{0}};
    static const struct told_form f = {.beside = &control_node_state_contract, .lines = none};
    const struct control_node_state unread = {0};
    size_t size;
    char *text;
    FILE *to = open_memstream(&text, &size);

    (void)state;
    assert_non_null(to);
    told_form_show(to, false, &f, &(struct told_shown){.beside = &unread});
    assert_int_equal(fclose(to), 0);
    assert_int_equal(size, 0);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_programs_read_people_read_too_or_the_form_says_that_they_do_not),
        cmocka_unit_test(test_what_a_form_names_is_told),
        cmocka_unit_test(test_each_answer_that_is_told_has_a_form),
        cmocka_unit_test(test_what_a_federation_answers_has_a_form),
        cmocka_unit_test(test_a_line_says_its_fields_where_there_is_something_to_say),
        cmocka_unit_test(test_a_line_says_nothing_of_what_is_left_out),
        cmocka_unit_test(test_a_cell_is_a_member_of_json),
        cmocka_unit_test(test_people_read_each_cell_in_the_column_of_its_struct),
        cmocka_unit_test(test_columns_say_a_dash_where_there_is_nothing_to_say),
        cmocka_unit_test(test_a_form_without_lines_prints_nothing),
        cmocka_unit_test(test_json_has_the_fields_of_both_messages_and_what_stands_beside_them),
    };

    return cmocka_run_group_tests(tests, gather, NULL);
}
