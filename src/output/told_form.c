#include "output/told_form.h"

#include <string.h>

#include "base/text.h"

static void find(const struct told_form *f, const struct told_shown *s, struct view name, struct told_field *out)
{
    REQUIRE((f->answer != NULL && told_one(f->answer, s->answer, name, out)) ||
            (f->ask != NULL && told_one(f->ask, s->ask, name, out)) ||
            (f->beside != NULL && s->beside != NULL && told_one(f->beside, s->beside, name, out)));
}

/* --- cells --- */

/* The words that have cells; false: F has none. *VALUES are the fields that they may stand in. */
static bool read_words(const struct told_form *f, const struct told_shown *s, struct told_field *words,
                       struct view *values)
{
    struct view name;

    *values = f->cells != NULL ? view_of_text(f->cells) : view_of(NULL, 0);
    if (!text_split(values, ' ', &name))
        return false;
    find(f, s, name, words);
    return true;
}

static bool has_word(const struct told_field *t, const char *word)
{
    const char *is;

    for (unsigned bit = 0; (is = told_next_word(t, &bit)) != NULL;)
        if (strcmp(is, word) == 0)
            return true;
    return false;
}

const char *told_form_cell(const struct told_form *f, const struct told_shown *s, const char *word)
{
    struct told_field t;
    struct view values;
    struct view name;

    REQUIRE(read_words(f, s, &t, &values));
    while (text_split(&values, ' ', &name)) {
        find(f, s, name, &t);
        if (has_word(&t, word))
            return t.name;
    }
    return "-";
}

static void put_cells(const struct told_form *f, const struct told_shown *s, struct json_line *j)
{
    struct told_field words;
    struct view values;
    const char *word;

    if (read_words(f, s, &words, &values))
        for (unsigned bit = 0; (word = told_next_word(&words, &bit)) != NULL;)
            json_line_text(j, word, told_form_cell(f, s, word));
}

void told_form_members(const struct told_form *f, const struct told_shown *s, struct json_line *j)
{
    if (f->ask != NULL)
        told_view_json(j, f->ask, s->ask);
    if (f->beside != NULL && s->beside != NULL)
        told_view_json(j, f->beside, s->beside);
    if (f->sections != NULL)
        f->sections(j, s);
    if (f->answer != NULL)
        told_view_json(j, f->answer, s->answer);
    put_cells(f, s, j);
}

/* Whether all fields of WHEN have a value, and those with "!" before them have none. */
static bool stands(const struct told_form *f, const char *when, const struct told_shown *s)
{
    struct view rest = view_of_text(when);
    struct view word;

    while (text_split(&rest, ' ', &word)) {
        bool is_not = word.size > 0 && word.at[0] == '!';
        struct told_field t;

        find(f, s, view_of(word.at + is_not, word.size - is_not), &t);
        if ((t.left_out || told_is_empty(&t)) != is_not)
            return false;
    }
    return true;
}

/* NUMBER of NOUN, which is written for several of them. */
static void write_count(uint64_t number, struct view noun, struct bytes *out)
{
    REQUIRE(noun.size > 1 && noun.at[noun.size - 1] == 's');
    bytes_printf(out, "%llu %.*s", (unsigned long long)number, (int)(number == 1 ? noun.size - 1 : noun.size),
                 (const char *)noun.at);
}

/* The field NAME by its type; "NAME:day": the day of a time; "NAME:cases": so many of them. */
static void write_field(const struct told_form *f, const struct told_shown *s, struct view name, struct bytes *out)
{
    struct told_field t;
    struct view field;

    (void)text_split(&name, ':', &field);
    find(f, s, field, &t);
    if (t.left_out)
        return;
    if (name.at != NULL && t.type == TOLD_NUMBER) {
        write_count(t.number, name, out);
        return;
    }
    if (name.at != NULL) {
        REQUIRE(view_equal(name, view_of_text("day")) && t.type == TOLD_TIME);
        t.type = TOLD_DAY;
        t.number = day_of_ms((int64_t)t.number);
    }
    told_view_value(&t, out);
}

/* What L says; false: nothing. */
static bool write_line(const struct told_form *f, const struct told_line *l, const struct told_shown *s,
                       struct bytes *out)
{
    const char *p = l->text != NULL ? l->text : "";

    if (l->when != NULL && !stands(f, l->when, s))
        return false;
    while (*p != '\0') {
        size_t n = strcspn(p, "{");

        bytes_append(out, p, n);
        p += n;
        if (*p == '\0')
            break;
        n = strcspn(++p, "}");
        write_field(f, s, view_of(p, n), out);
        p += n + 1;
    }
    if (l->write != NULL)
        l->write(out, s);
    return out->size > 0;
}

static bool is_end(const struct told_line *l)
{
    return l->text == NULL && l->write == NULL;
}

void told_form_write(const struct told_form *f, const struct told_shown *s, struct bytes *out)
{
    struct bytes line = {.wiping = true};

    for (const struct told_line *l = f->lines; !is_end(l); l++) {
        bytes_clear(&line);
        if (write_line(f, l, s, &line)) {
            bytes_append_text(out, out->size > 0 ? "\n" : "");
            bytes_append_text(out, l->title);
            bytes_append_view(out, bytes_view(&line));
        }
    }
    bytes_fini(&line);
}

void told_form_show(FILE *to, bool json, const struct told_form *f, const struct told_shown *s)
{
    struct bytes text = {.wiping = true};
    struct json_line j;

    if (json) {
        json_line_begin(&j, &text);
        told_form_members(f, s, &j);
        json_line_end(&j);
    } else {
        told_form_write(f, s, &text);
        bytes_append_text(&text, text.size > 0 ? "\n" : "");
    }
    if (text.size > 0) /* else there are no bytes at all */
        (void)fwrite(text.at, 1, text.size, to);
    bytes_fini(&text);
}

void told_form_table(const struct told_form *f, const char *titles[static RENDER_COLUMNS_MAX], struct render_table *t)
{
    *t = (struct render_table){.titles = titles};
    for (const struct told_line *l = f->lines; !is_end(l); l++) {
        REQUIRE(t->columns < RENDER_COLUMNS_MAX);
        titles[t->columns++] = l->title;
    }
}

void told_form_row(const struct told_form *f, const struct told_shown *s, struct render_table *t)
{
    struct bytes cell = {0};

    for (const struct told_line *l = f->lines; !is_end(l); l++) {
        bytes_clear(&cell);
        (void)write_line(f, l, s, &cell);
        render_cell(t, bytes_view(&cell));
    }
    bytes_fini(&cell);
}

/* A row: TITLE, then for each struct what L or, where that is NULL, the cell of TITLE says. */
static void add_row(const struct told_form *f, const struct told_shown *shown, const char *title,
                    const struct told_line *l, struct render_table *t)
{
    struct bytes cell = {0};

    render_cell(t, view_of_text(title));
    for (size_t i = 0; i + 1 < t->columns; i++) {
        bytes_clear(&cell);
        if (l != NULL)
            (void)write_line(f, l, &shown[i], &cell);
        else
            bytes_append_text(&cell, told_form_cell(f, &shown[i], title));
        render_cell(t, bytes_view(&cell));
    }
    bytes_fini(&cell);
}

void told_form_columns(const struct told_form *f, const struct told_shown *shown, size_t count, const char *indent,
                       struct bytes *out)
{
    struct render_table t = {.columns = 1 + count};
    struct told_field words;
    struct told_field others;
    struct view values;
    const char *word;

    for (const struct told_line *l = f->lines; !is_end(l); l++)
        add_row(f, shown, l->title, l, &t);
    REQUIRE(count > 0 && read_words(f, &shown[0], &words, &values));
    for (size_t i = 1; i < count; i++)
        REQUIRE(read_words(f, &shown[i], &others, &values) && others.number == words.number);
    for (unsigned bit = 0; (word = told_next_word(&words, &bit)) != NULL;)
        add_row(f, shown, word, NULL, &t);
    render_table_even(&t, indent, out);
}
