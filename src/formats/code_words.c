#include "formats/code_words.h"

#include "base/text.h"
#include "formats/loose_text.h"

#include <string.h>

#define WORD_ROOM   160 /* bytes: longer than any label */
#define NEAR_MIN    4   /* bytes: of a shorter word any other is near */
#define NEAREST_MAX 3

static const struct code_row {
    const struct code_list *list; /* set where its codes begin */
    const char *code;
    const char *label;
    const char *other;
} rows[] = {
#define CODE(NAME, number, code, label, other) {NULL, code, label, other},
#define LIST_ROW(list, LIST, name, count)      {&codes_##list, NULL, NULL, NULL}, LIST##_VALUES(CODE)
#include "model/case_rows.def"
#undef CODE
};
#define ROWS (sizeof rows / sizeof rows[0])

/* The rows of LIST: the first is returned, and *COUNT how many there are. */
static const struct code_row *rows_of(const struct code_list *list, size_t *count)
{
    size_t i = 0;

    while (i < ROWS && rows[i].list != list)
        i++;
    REQUIRE(i < ROWS && i + list->count < ROWS);
    *count = list->count;
    return &rows[i + 1];
}

static bool append_code(const struct code_list *list, struct view word, struct bytes *out, const char **alias)
{
    size_t count;
    const struct code_row *r = rows_of(list, &count);

    for (size_t i = 0; i < count; i++) {
        bool other = r[i].other != NULL && loose_text_is(word, r[i].other);

        if (!other && !loose_text_is(word, r[i].code) && !loose_text_is(word, r[i].label))
            continue;
        bytes_append_text(out, r[i].code);
        *alias = other ? r[i].code : NULL;
        return true;
    }
    return false;
}

static bool append_country(struct view word, struct bytes *out)
{
    char letters[3] = "";

    for (size_t i = 0; i < 2 && i < word.size; i++)
        letters[i] = (char)(word.at[i] >= 'a' && word.at[i] <= 'z' ? word.at[i] - 'a' + 'A' : word.at[i]);
    if (word.size != 2 || country_find(view_of_text(letters)) == 0)
        return false;
    bytes_append_text(out, letters);
    return true;
}

static bool append_language(struct view word, struct bytes *out, const char **alias)
{
    const char *code = language_code(word);

    if (code == NULL)
        return false;
    bytes_append_text(out, code);
    *alias = loose_text_is(word, code) ? NULL : code;
    return true;
}

bool code_words_find(const struct case_field *f, struct view word, struct bytes *out, const char **alias)
{
    *alias = NULL;
    if (f->codes != NULL)
        return append_code(f->codes, word, out, alias);
    if (f->type == FIELD_COUNTRY || f->type == FIELD_COUNTRIES)
        return append_country(word, out);
    return append_language(word, out, alias);
}

const char *code_words_label(const struct code_list *list, uint32_t number)
{
    size_t count;
    const struct code_row *r = rows_of(list, &count);

    REQUIRE(number > 0 && number <= count);
    return r[number - 1].label;
}

const char *code_words_prose(const struct case_field *f, struct view word)
{
    static const char *const words[] = {"RestrictsMovement", "UsesChildren", "Threats"};

    for (size_t i = 0; f->codes == &codes_control && i < sizeof words / sizeof words[0]; i++)
        if (loose_text_is(word, words[i]))
            return words[i];
    return NULL;
}

static void write_small(const char *from, size_t size, char *out)
{
    for (size_t i = 0; i < size; i++)
        out[i] = (char)(from[i] >= 'A' && from[i] <= 'Z' ? from[i] - 'A' + 'a' : from[i]);
    out[size] = '\0';
}

static bool is_near(const char *small_word, const char *candidate)
{
    char small[WORD_ROOM];
    const char *one = small;

    if (strlen(candidate) >= sizeof small)
        return false;
    write_small(candidate, strlen(candidate), small);
    return strstr(small, small_word) != NULL || text_nearest(small_word, &one, 1) != NULL;
}

void code_words_nearest(const struct code_list *list, struct view word, struct bytes *out)
{
    size_t count;
    const struct code_row *r = rows_of(list, &count);
    char small[WORD_ROOM];
    size_t said = 0;

    if (word.size < NEAR_MIN || word.size >= sizeof small || memchr(word.at, 0, word.size) != NULL)
        return;
    write_small((const char *)word.at, word.size, small);
    for (size_t i = 0; i < count && said < NEAREST_MAX; i++) {
        if (!is_near(small, r[i].code) && !is_near(small, r[i].label))
            continue;
        bytes_printf(out, "%s%s", said++ > 0 ? " or " : "", r[i].code);
    }
}
