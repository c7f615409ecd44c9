#include "output/told_view.h"

#include <string.h>

#include "base/text.h"

/* --- a field in text --- */

/* "triage,health" */
static void write_words(const struct told_field *t, struct bytes *out)
{
    const char *between = "";
    const char *word;

    for (unsigned bit = 0; (word = told_next_word(t, &bit)) != NULL; between = ",")
        bytes_printf(out, "%s%s", between, word);
}

/* "first, second": of values that have words each, and no list in it */
static void write_list(const struct told_field *t, struct bytes *out)
{
    struct told_field element;

    for (size_t i = 0; i < t->count; i++) {
        told_element(t, i, &element);
        REQUIRE(element.type != TOLD_LIST);
        bytes_append_text(out, i > 0 ? ", " : "");
        told_view_value(&element, out);
    }
}

void told_view_value(const struct told_field *t, struct bytes *out)
{
    char text[FINGERPRINT_TEXT]; /* the longest */

    switch (t->type) {
    case TOLD_TIME:
        render_time((int64_t)t->number, text);
        bytes_append_text(out, text);
        return;
    case TOLD_DAY:
        render_day((uint32_t)t->number, text);
        bytes_append_text(out, text);
        return;
    case TOLD_ID:
        ident_write((const struct ident *)t->bytes.at, text);
        bytes_append_text(out, text);
        return;
    case TOLD_HASH:
        text_write_hex(t->bytes.at, HASH_SIZE, text);
        bytes_append_text(out, text);
        return;
    case TOLD_FINGERPRINT:
        fingerprint_write((const struct hash *)t->bytes.at, text);
        bytes_append_text(out, text);
        return;
    case TOLD_WORD:
        bytes_append_text(out, t->word != NULL ? t->word : "");
        return;
    case TOLD_NUMBER:
    case TOLD_LENGTH:
        bytes_printf(out, "%llu", (unsigned long long)t->number);
        return;
    case TOLD_BOOL:
        bytes_append_text(out, t->number != 0 ? "yes" : "no");
        return;
    case TOLD_WORDS:
        write_words(t, out);
        return;
    case TOLD_TEXT:
        render_escaped(out, t->bytes);
        return;
    case TOLD_LIST:
        write_list(t, out); // NOLINT(misc-no-recursion): one deep
        return;
    default:
        REQUIRE(!"a type of field that needs words of its own");
    }
}

/* A number, a truth and a hash are always there. */
static bool is_absent(const struct told_field *t)
{
    switch (t->type) {
    case TOLD_NUMBER:
    case TOLD_LENGTH:
    case TOLD_BOOL:
    case TOLD_HASH:
        return false;
    case TOLD_TEXT:
    case TOLD_FINGERPRINT:
        return !t->must && told_is_empty(t);
    default:
        return told_is_empty(t);
    }
}

/* What people compare of a note. */
static void put_note(struct bytes *words, struct view note)
{
    struct record_note n;

    if (!record_note_read(note, &n))
        return;
    bytes_append_text(words, "  size ");
    render_escaped(words, n.size);
    bytes_append_text(words, "  root ");
    render_escaped(words, n.root);
}

/* Name and value, where the type has words. */
static void put_words(struct bytes *words, const struct told_field *t)
{
    char text[25];

    if (is_absent(t) || t->type == TOLD_HASHES || t->type == TOLD_BASE64 || t->type == TOLD_LIST ||
        t->type == TOLD_OBJECT)
        return;
    if (t->type == TOLD_NOTE) {
        put_note(words, t->bytes);
        return;
    }
    bytes_printf(words, "  %s ", t->name);
    if (t->type == TOLD_TIME) { /* as the line begins */
        text_write_time((int64_t)t->number, text);
        bytes_printf(words, "%.10s %.8s", text, text + 11);
    } else {
        told_view_value(t, words);
    }
}

/* --- a field in JSON --- */

static void put_text(struct json_line *j, const struct told_field *t, const char *key)
{
    struct bytes text = {0};

    told_view_value(t, &text);
    if (is_absent(t))
        json_line_null(j, key);
    else
        json_line_view(j, key, bytes_view(&text));
    bytes_fini(&text);
}

static void put_array_of_words(struct json_line *j, const struct told_field *t, const char *key)
{
    const char *word;

    json_line_array(j, key);
    for (unsigned bit = 0; (word = told_next_word(t, &bit)) != NULL;)
        json_line_text(j, NULL, word);
    json_line_close(j);
}

static void put_hashes(struct json_line *j, const char *key, struct view hashes)
{
    char text[2 * HASH_SIZE + 1];

    json_line_array(j, key);
    for (size_t at = 0; at + HASH_SIZE <= hashes.size; at += HASH_SIZE) {
        text_write_hex(hashes.at + at, HASH_SIZE, text);
        json_line_text(j, NULL, text);
    }
    json_line_close(j);
}

static void put_object(struct json_line *j, const struct told_field *t, const char *key)
{
    if (t->object == NULL) {
        json_line_null(j, key);
        return;
    }
    json_line_object(j, key);
    told_view_json(j, t->sub, t->object);
    json_line_close(j);
}

static void put_json(struct json_line *j, const struct told_field *t, const char *key);

static void put_list(struct json_line *j, const struct told_field *t, const char *key)
{
    struct told_field element;

    json_line_array(j, key);
    for (size_t i = 0; i < t->count; i++) {
        told_element(t, i, &element);
        put_json(j, &element, NULL);
    }
    json_line_close(j);
}

static void put_json(struct json_line *j, const struct told_field *t, const char *key)
{
    switch (t->type) {
    case TOLD_NUMBER:
    case TOLD_LENGTH:
        json_line_u64(j, key, t->number);
        return;
    case TOLD_BOOL:
        json_line_bool(j, key, t->number != 0);
        return;
    case TOLD_TIME:
        render_json_time(j, key, (int64_t)t->number);
        return;
    case TOLD_TEXT: /* not as a terminal may have it */
    case TOLD_NOTE:
        if (is_absent(t))
            json_line_null(j, key);
        else
            json_line_view(j, key, t->bytes);
        return;
    case TOLD_WORDS:
        put_array_of_words(j, t, key);
        return;
    case TOLD_HASHES:
        put_hashes(j, key, t->bytes);
        return;
    case TOLD_BASE64:
        render_json_base64(j, key, t->bytes);
        return;
    case TOLD_LIST:
        put_list(j, t, key);
        return;
    case TOLD_OBJECT:
        put_object(j, t, key);
        return;
    case TOLD_NULL:
        json_line_null(j, key);
        return;
    case TOLD_WORD:
    case TOLD_DAY:
    case TOLD_ID:
    case TOLD_HASH:
    case TOLD_FINGERPRINT:
        put_text(j, t, key);
    }
}

/* The object that NAME ("link.process") stands in: the one that is open is closed before another. */
static const char *enter_object(struct told_view *w, const char *name)
{
    const char *dot = strchr(name, '.');
    size_t size = dot != NULL ? (size_t)(dot - name) : 0;

    REQUIRE(size < sizeof w->object);
    if (strlen(w->object) == size && memcmp(w->object, name, size) == 0)
        return dot != NULL ? dot + 1 : name;
    if (w->object[0] != '\0')
        json_line_close(w->json);
    memcpy(w->object, name, size);
    w->object[size] = '\0';
    if (size > 0)
        json_line_object(w->json, w->object);
    return dot != NULL ? dot + 1 : name;
}

void told_view_put(void *view, const struct told_field *t)
{
    struct told_view *w = view;

    if (t->left_out)
        return;
    if (w->json != NULL)
        put_json(w->json, t, enter_object(w, t->name));
    else
        put_words(w->words, t);
}

void told_view_json(struct json_line *j, const struct contract_message *m, const void *in)
{
    struct told_view w = {.json = j};

    told_message(m, in, told_view_put, &w);
    if (w.object[0] != '\0')
        json_line_close(j);
}
