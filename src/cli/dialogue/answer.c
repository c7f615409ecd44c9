#include "cli/dialogue/answer.h"

#include <string.h>

#include "base/text.h"
#include "formats/code_words.h"
#include "formats/import.h"
#include "formats/loose_text.h"
#include "model/case.h"
#include "model/ident.h"

/* The field whose codes the choices are; NULL: they are words of another list, or there are none. */
static const struct case_field *coded_field(enum question q)
{
    if (question_kind(q) == ANSWER_KIND_SERVICES)
        return case_field_find(view_of_text("ext_ServicesGiven"));
    return question_field(q);
}

const char *answer_label(enum question q, uint32_t n)
{
    const struct case_field *f = coded_field(q);

    if (question_choice(q, n) == NULL)
        return NULL;
    return f != NULL && f->codes != NULL ? code_words_label(f->codes, n) : question_choice(q, n);
}

/* --- one of a list --- */

static uint32_t count_choices(enum question q)
{
    uint32_t n = 1;

    while (question_choice(q, n) != NULL)
        n++;
    return n - 1;
}

/* By its number, its word, what people call it, or how both begin where that is one alone; 0: it is none. */
static uint32_t find_choice(enum question q, struct view part)
{
    uint32_t count = count_choices(q);
    uint32_t number;
    uint32_t found = 0;

    if (text_read_u32(part, &number))
        return number <= count ? number : 0;
    for (uint32_t n = 1; n <= count; n++)
        if (loose_text_is(part, question_choice(q, n)) || loose_text_is(part, answer_label(q, n)))
            return n;
    for (uint32_t n = 1; n <= count; n++) {
        char begin[64];

        if (part.size < 3 || part.size >= sizeof begin || strlen(answer_label(q, n)) < part.size)
            continue;
        memcpy(begin, answer_label(q, n), part.size);
        begin[part.size] = '\0';
        if (loose_text_is(part, begin) && found != 0)
            return 0;
        if (loose_text_is(part, begin))
            found = n;
    }
    return found;
}

/* The words are said, those of a long list as far as an error has room for them: a file has no list in sight. */
#define WORDS_SAID_MAX 240

static bool refuse_choice(enum question q, struct error *err)
{
    struct bytes words = {0};
    uint32_t n;

    for (n = 1; question_choice(q, n) != NULL && words.size + strlen(question_choice(q, n)) < WORDS_SAID_MAX; n++) {
        bytes_append_text(&words, n > 1 ? ", " : "");
        bytes_append_text(&words, question_choice(q, n));
    }
    (void)error_set(err, E_USE_04, "that is none of the list: %.*s%s; or its number, 1 to %u", (int)words.size,
                    (const char *)words.at, question_choice(q, n) != NULL ? " \xe2\x80\xa6" : "",
                    (unsigned)count_choices(q));
    bytes_fini(&words);
    return false;
}

static bool read_choice(enum question q, struct view typed, struct bytes *out, struct error *err)
{
    uint32_t n = find_choice(q, loose_text_trim(typed));

    if (n == 0)
        return refuse_choice(q, err);
    bytes_append_text(out, question_choice(q, n));
    return true;
}

/* Ascending, each once, with SEPARATOR between. */
static bool read_choices(enum question q, struct view typed, char separator, struct bytes *out, struct error *err)
{
    struct bytes commas = {0};
    struct view rest;
    struct view part;
    uint64_t chosen = 0;
    bool ok = true;

    for (size_t i = 0; i < typed.size; i++)
        bytes_append_u8(&commas, typed.at[i] == ';' ? ',' : typed.at[i]);
    rest = bytes_view(&commas);
    while (ok && loose_text_split(&rest, ',', &part)) {
        uint32_t n = find_choice(q, part);

        ok = n > 0 && n < 64;
        chosen |= ok ? UINT64_C(1) << n : 0;
    }
    for (uint32_t n = 1; ok && question_choice(q, n) != NULL; n++)
        if ((chosen & UINT64_C(1) << n) != 0) {
            if (out->size > 0)
                bytes_append_u8(out, (uint8_t)separator);
            bytes_append_text(out, question_choice(q, n));
        }
    bytes_fini(&commas);
    return (ok && chosen != 0) || refuse_choice(q, err);
}

/* --- what a field takes --- */

static bool read_value(const struct case_field *f, struct view typed, struct bytes *out, struct error *err)
{
    struct bytes semicolons = {.wiping = true};
    struct arena arena = {.wiping = true};
    struct case_data scratch;
    const char *alias;
    bool ok;

    case_init(&scratch, &arena);
    typed = loose_text_trim(typed);
    for (size_t i = 0; case_field_is_list(f) && i < typed.size; i++)
        bytes_append_u8(&semicolons, typed.at[i] == ',' ? ';' : typed.at[i]);
    if (case_field_is_list(f))
        typed = bytes_view(&semicolons);
    if (f->type == FIELD_TEXT || f->type == FIELD_LONG_TEXT)
        ok = import_normalise(typed, out, err);
    else
        ok = written_value_read(f, typed, DATE_ORDER_UNKNOWN, out, &alias, err);
    ok = ok && case_read_value(&scratch, f, 0, bytes_view(out), err);
    bytes_fini(&semicolons);
    arena_fini(&arena);
    return ok;
}

/* --- all --- */

bool answer_is_yes(struct view typed)
{
    return loose_text_is(loose_text_trim(typed), "yes") || loose_text_is(loose_text_trim(typed), "y");
}

static bool read_yes_no(struct view typed, struct bytes *out, struct error *err)
{
    typed = loose_text_trim(typed);
    if (!answer_is_yes(typed) && !loose_text_is(typed, "no") && !loose_text_is(typed, "n"))
        return error_set(err, E_USE_04, "yes or no; or \"not known\", or \"later\"");
    bytes_append_text(out, answer_is_yes(typed) ? "yes" : "no");
    return true;
}

static bool read_day(struct view typed, struct bytes *out, struct error *err)
{
    int32_t day;

    typed = loose_text_trim(typed);
    if (!text_read_date(typed, &day))
        return error_set(err, E_USE_04, "a day, as YYYY-MM-DD");
    bytes_append_view(out, typed);
    return true;
}

static bool read_language(struct view typed, struct bytes *out, struct error *err)
{
    const char *code = language_code(loose_text_trim(typed));

    if (code == NULL)
        return error_set(err, E_USE_04, "the code of a language, like uk, ukr, ru or pl");
    bytes_append_text(out, code);
    return true;
}

static bool read_line(struct view typed, size_t max, struct bytes *out, struct error *err)
{
    typed = loose_text_trim(typed);
    if (typed.size > max)
        return error_set(err, E_USE_04, "at most %zu bytes", max);
    return import_normalise(typed, out, err);
}

bool answer_read(enum question q, struct view typed, struct bytes *out, struct error *err)
{
    const struct case_field *f = question_field(q);

    switch (question_kind(q)) {
    case ANSWER_KIND_YES_NO:
        return read_yes_no(typed, out, err);
    case ANSWER_KIND_CODE:
    case ANSWER_KIND_URGENCY:
    case ANSWER_KIND_INTERPRETER:
    case ANSWER_KIND_GIVEN_BY:
    case ANSWER_KIND_CONSENT:
        return read_choice(q, typed, out, err);
    case ANSWER_KIND_CODES:
        return read_choices(q, typed, ';', out, err);
    case ANSWER_KIND_SERVICES:
    case ANSWER_KIND_SECTIONS:
        return read_choices(q, typed, ',', out, err);
    case ANSWER_KIND_LANGUAGE:
        return read_language(typed, out, err);
    case ANSWER_KIND_AGENCY:
        return read_line(typed, DESK_ADDRESS_MAX, out, err);
    default:
        break;
    }
    if (f != NULL)
        return read_value(f, typed, out, err);
    return question_kind(q) == ANSWER_KIND_DAY ? read_day(typed, out, err) : read_line(typed, BOUND_NOTICE, out, err);
}
