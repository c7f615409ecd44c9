#include "cli/rendering/told_view.h"

#include <string.h>

#include "base/text.h"

/* --- words, JSON --- */

void told_view_text(const struct told_view *w, const char *key, const char *text)
{
    if (w->json != NULL)
        json_line_text(w->json, key, text);
    else if (text != NULL)
        bytes_printf(w->words, "  %s %s", key, text);
}

void told_view_view(const struct told_view *w, const char *key, struct view text)
{
    if (w->json != NULL) {
        json_line_view(w->json, key, text);
    } else {
        bytes_printf(w->words, "  %s ", key);
        render_escaped(w->words, text);
    }
}

void told_view_ident(const struct told_view *w, const char *key, const struct ident *id)
{
    char text[IDENT_TEXT];

    ident_write(id, text);
    told_view_text(w, key, ident_is_zero(id) ? NULL : text);
}

void told_view_hash(const struct told_view *w, const char *key, const struct hash *h)
{
    char text[2 * HASH_SIZE + 1];

    text_write_hex(h->at, HASH_SIZE, text);
    told_view_text(w, key, text);
}

static void put_sections(const struct told_view *w, const char *key, section_set set)
{
    if (w->json != NULL) {
        render_json_sections(w->json, key, set);
    } else if (set != 0) {
        bytes_printf(w->words, "  %s ", key);
        section_set_write(set, w->words);
    }
}

static void put_number(const struct told_view *w, const char *key, uint64_t n)
{
    if (w->json != NULL)
        json_line_u64(w->json, key, n);
    else
        bytes_printf(w->words, "  %s %llu", key, (unsigned long long)n);
}

static void put_bool(const struct told_view *w, const char *key, bool value)
{
    if (w->json != NULL)
        json_line_bool(w->json, key, value);
    else
        told_view_text(w, key, value ? "yes" : "no");
}

static void put_day(const struct told_view *w, const char *key, uint32_t day)
{
    char text[11];

    render_day(day, text);
    told_view_text(w, key, day != 0 ? text : NULL);
}

static void put_time(const struct told_view *w, const char *key, int64_t ms)
{
    char text[25];

    text_write_time(ms, text);
    if (w->json == NULL) { /* as the line begins */
        text[10] = ' ';
        text[19] = '\0';
    }
    told_view_text(w, key, ms != 0 ? text : NULL);
}

static void put_fingerprint(const struct told_view *w, const struct told_field *t, const char *key)
{
    static const struct hash none;
    const struct hash *h = (const struct hash *)t->bytes.at;
    char text[FINGERPRINT_TEXT];

    fingerprint_write(h, text);
    told_view_text(w, key, t->must || !hash_equal(h, &none) ? text : NULL);
}

/* In JSON only. */
static void put_hashes(const struct told_view *w, const char *key, struct view hashes)
{
    char text[2 * HASH_SIZE + 1];

    if (w->json == NULL)
        return;
    json_line_array(w->json, key);
    for (size_t at = 0; at + HASH_SIZE <= hashes.size; at += HASH_SIZE) {
        text_write_hex(hashes.at + at, HASH_SIZE, text);
        json_line_text(w->json, NULL, text);
    }
    json_line_close(w->json);
}

static void put_as(const struct told_view *w, const struct told_field *t, const char *key)
{
    switch (t->type) {
    case TOLD_NUMBER:
    case TOLD_LENGTH:
        put_number(w, key, t->number);
        return;
    case TOLD_BOOL:
        put_bool(w, key, t->number != 0);
        return;
    case TOLD_WORD:
        told_view_text(w, key, t->word);
        return;
    case TOLD_TIME:
        put_time(w, key, (int64_t)t->number);
        return;
    case TOLD_DAY:
        put_day(w, key, (uint32_t)t->number);
        return;
    case TOLD_SECTIONS:
        put_sections(w, key, (section_set)t->number);
        return;
    case TOLD_TEXT:
        if (t->bytes.size != 0)
            told_view_view(w, key, t->bytes);
        else
            told_view_text(w, key, NULL);
        return;
    case TOLD_ID:
        told_view_ident(w, key, (const struct ident *)t->bytes.at);
        return;
    case TOLD_HASH:
        told_view_hash(w, key, (const struct hash *)t->bytes.at);
        return;
    case TOLD_FINGERPRINT:
        put_fingerprint(w, t, key);
        return;
    case TOLD_HASHES:
        put_hashes(w, key, t->bytes);
        return;
    }
}

/* The object that NAME ("link.process") stands in: the one that is open is closed before another. */
static const char *enter_object(struct told_view *w, const char *name)
{
    static char object[32]; /* the one that is open */
    const char *dot = strchr(name, '.');
    size_t size = dot != NULL ? (size_t)(dot - name) : 0;

    REQUIRE(size < sizeof object);
    if (w->object_size != 0 && (size != w->object_size || memcmp(object, name, size) != 0)) {
        json_line_close(w->json);
        w->object_size = 0;
    }
    if (size != w->object_size) {
        memcpy(object, name, size);
        object[size] = '\0';
        json_line_object(w->json, object);
        w->object_size = size;
    }
    return dot != NULL ? dot + 1 : name;
}

void told_view_put(void *view, const struct told_field *t)
{
    struct told_view *w = view;
    const char *key = w->json != NULL ? enter_object(w, t->name) : t->name;

    if (w->own == NULL || !w->own(w->json, t, w->in))
        put_as(w, t, key);
}

void told_view_json(struct json_line *j, const struct contract_message *m, const void *in,
                    bool (*own)(struct json_line *j, const struct told_field *t, const void *in))
{
    struct told_view w = {.json = j, .own = own, .in = in};

    told_message(m, in, told_view_put, &w);
    if (w.object_size != 0)
        json_line_close(j);
}

void told_view_json_line(const struct contract_message *m, const void *in)
{
    struct bytes line = {0};
    struct json_line j;

    render_json_begin(&j, &line);
    told_view_json(&j, m, in, NULL);
    render_json_end(&j);
    bytes_fini(&line);
}

/* --- rows, lines --- */

static void write_value(const struct told_field *t, struct bytes *out)
{
    char text[RENDER_TIME + IDENT_TEXT];

    switch (t->type) {
    case TOLD_TIME:
        render_time((int64_t)t->number, text);
        break;
    case TOLD_ID:
        ident_write((const struct ident *)t->bytes.at, text);
        break;
    case TOLD_SECTIONS:
        section_set_write((section_set)t->number, out);
        return;
    default:
        REQUIRE(!"a type of field that has no label");
        return;
    }
    bytes_append_text(out, text);
}

static void put_cell(void *table, const struct told_field *t)
{
    struct bytes text = {0};

    if (t->label == NULL)
        return;
    write_value(t, &text);
    render_cell_view(table, bytes_view(&text));
    bytes_fini(&text);
}

void told_view_row(struct render_table *t, const struct contract_message *m, const void *in)
{
    told_message(m, in, put_cell, t);
}

size_t told_view_titles(const struct contract_message *m, const char *titles[static RENDER_COLUMNS_MAX])
{
    size_t count = 0;

    for (size_t place = 0; place < m->descriptor->n_fields; place++)
        for (unsigned i = 0; i < m->descriptor->n_fields; i++)
            if (m->fields[i].label != NULL && m->fields[i].place == place) {
                REQUIRE(count < RENDER_COLUMNS_MAX);
                titles[count++] = m->fields[i].label;
            }
    return count;
}

struct lines {
    FILE *to;
    int column;
};

static void print_told_line(void *cookie, const struct told_field *t)
{
    const struct lines *l = cookie;
    struct bytes text = {0};

    if (t->label == NULL)
        return;
    write_value(t, &text);
    (void)fprintf(l->to, "%-*s%.*s\n", l->column, t->label, (int)text.size, (const char *)text.at);
    bytes_fini(&text);
}

void told_view_lines(FILE *to, int column, const struct contract_message *m, const void *in)
{
    struct lines l = {to, column};

    told_message(m, in, print_told_line, &l);
}
