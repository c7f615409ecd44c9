#include "exchange/search/search_entry.h"

#include "base/bounds.h"
#include "base/secret.h"

#include <string.h>

#define LEAST_LETTERS 2 /* bytes of a word that is looked for */
#define LEAST_DIGITS  3

static const struct search_field {
    const char *name;
    enum section section;
    enum found_by by;
} fields[] = {
#define SEARCH_FIELD(name, section, by) {name, SECTION_##section, FOUND_BY_##by},
#include "exchange/search/search_fields.def"
};

section_set search_entry_sections(void)
{
    section_set sections = 0;

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        sections |= SECTION_BIT(fields[i].section);
    return sections;
}

/* --- writing --- */

struct entry_writer {
    struct bytes *out;
    enum found_by by;
};

static void write_word(void *cookie, struct view word)
{
    const struct entry_writer *w = cookie;

    if (w->out->size + 2 + word.size > SEARCH_ENTRY_MAX)
        return;
    bytes_append_u8(w->out, (uint8_t)w->by);
    bytes_append_u8(w->out, (uint8_t)word.size);
    bytes_append_view(w->out, word);
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* A phone number is its digits. */
static void write_phone(const struct entry_writer *w, struct view text)
{
    uint8_t digits[BOUND_PHONE];
    size_t n = 0;

    for (size_t i = 0; i < text.size && n < sizeof digits; i++)
        if (is_digit(text.at[i]))
            digits[n++] = text.at[i];
    if (n > 0)
        write_word((void *)(uintptr_t)w, view_of(digits, n));
    secret_wipe(digits, sizeof digits);
}

void search_entry_write(const struct case_data *c, struct bytes *out)
{
    struct entry_writer w = {.out = out};

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const struct case_value *v = case_get_by_name(c, fields[i].name, 0);

        w.by = fields[i].by;
        if (v != NULL && w.by == FOUND_BY_PHONE)
            write_phone(&w, v->text);
        else if (v != NULL)
            folding_each_word(v->text, write_word, &w);
    }
}

/* --- asking --- */

struct question_reader {
    struct search_question *q;
    bool is_too_many;
};

static bool is_number(struct view word)
{
    for (size_t i = 0; i < word.size; i++)
        if (!is_digit(word.at[i]))
            return false;
    return true;
}

/* Digits that stand apart are one number: 050 123 45 67. */
static void read_word(void *cookie, struct view word)
{
    struct question_reader *r = cookie;
    struct search_question *q = r->q;
    struct question_word *last = q->count > 0 ? &q->words[q->count - 1] : NULL;
    bool digits = is_number(word);

    if (digits && last != NULL && last->is_number && last->size + word.size <= sizeof last->text) {
        memcpy(last->text + last->size, word.at, word.size);
        last->size += word.size;
        return;
    }
    r->is_too_many = q->count == BOUND_SEARCH_WORDS;
    if (r->is_too_many)
        return;
    q->words[q->count] = (struct question_word){.size = word.size, .is_number = digits};
    memcpy(q->words[q->count++].text, word.at, word.size);
}

bool search_question_read(struct view typed, struct search_question *out, struct error *err)
{
    struct question_reader r = {.q = out};

    memset(out, 0, sizeof *out);
    folding_each_word(typed, read_word, &r);
    if (r.is_too_many)
        return error_set(err, E_SEA_01, "at most %d words are looked for at once", BOUND_SEARCH_WORDS);
    for (size_t i = 0; i < out->count; i++)
        if (out->words[i].size < (out->words[i].is_number ? LEAST_DIGITS : LEAST_LETTERS))
            return error_set(err, E_SEA_01, "a word that is looked for has %d letters or %d digits at least",
                             LEAST_LETTERS, LEAST_DIGITS);
    return out->count > 0 || error_set(err, E_SEA_01, "there is no word to look for");
}

/* A phone number that is typed with the zero of its own country ends one that is stored with the number of that. */
static bool ends_phone(struct view phone, struct view typed)
{
    while (typed.size > LEAST_DIGITS && typed.at[0] == '0')
        typed = view_of(typed.at + 1, typed.size - 1);
    return phone.size >= typed.size && memcmp(phone.at + phone.size - typed.size, typed.at, typed.size) == 0;
}

static bool word_answers(const struct question_word *typed, enum found_by by, struct view word)
{
    const struct view text = view_of(typed->text, typed->size);

    if (by == FOUND_BY_PHONE)
        return typed->is_number && ends_phone(word, text);
    return folding_begins(word, text);
}

bool search_entry_answers(struct view entry, const struct search_question *q, uint32_t *by, unsigned *whole)
{
    *by = 0;
    *whole = 0;
    for (size_t i = 0; i < q->count; i++) {
        const struct question_word *typed = &q->words[i];
        enum found_by found = 0;
        bool is_whole = false;

        for (size_t at = 0; at + 2 <= entry.size && !is_whole;) {
            const enum found_by kind = (enum found_by)entry.at[at];
            const struct view word = view_of(entry.at + at + 2, entry.at[at + 1]);

            at += 2 + word.size;
            REQUIRE(at <= entry.size); /* search_entry_write */
            if (!word_answers(typed, kind, word))
                continue;
            found = kind;
            is_whole = word.size == typed->size;
        }
        if (found == 0)
            return false;
        *by |= UINT32_C(1) << found;
        *whole += is_whole;
    }
    return true;
}
