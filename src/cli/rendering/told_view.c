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

/* "triage,health" */
static void write_words(const struct told_field *t, struct bytes *out)
{
    const char *between = "";
    const char *word;

    for (unsigned bit = 0; (word = told_next_word(t, &bit)) != NULL; between = ",")
        bytes_printf(out, "%s%s", between, word);
}

static void put_words(const struct told_view *w, const struct told_field *t, const char *key)
{
    struct bytes words = {0};
    const char *word;

    if (w->json == NULL) {
        write_words(t, &words);
        if (words.size > 0)
            told_view_view(w, key, bytes_view(&words));
        bytes_fini(&words);
        return;
    }
    json_line_array(w->json, key);
    for (unsigned bit = 0; (word = told_next_word(t, &bit)) != NULL;)
        json_line_text(w->json, NULL, word);
    json_line_close(w->json);
}

/* --- what stands in JSON alone --- */

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

static void put_as(const struct told_view *w, const struct told_field *t, const char *key);

static void put_list(const struct told_view *w, const struct told_field *t, const char *key)
{
    struct told_field element;

    json_line_array(w->json, key);
    for (size_t i = 0; i < t->count; i++) {
        told_element(t, i, &element);
        put_as(w, &element, NULL);
    }
    json_line_close(w->json);
}

static void put_in_json(const struct told_view *w, const struct told_field *t, const char *key)
{
    switch (t->type) {
    case TOLD_HASHES:
        put_hashes(w->json, key, t->bytes);
        return;
    case TOLD_BASE64:
        render_json_base64(w->json, key, t->bytes);
        return;
    case TOLD_OBJECT:
        put_object(w->json, t, key);
        return;
    case TOLD_LIST:
        put_list(w, t, key);
        return;
    default:
        REQUIRE(t->type == TOLD_NULL);
        json_line_null(w->json, key);
    }
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
    case TOLD_WORDS:
        put_words(w, t, key);
        return;
    case TOLD_TIME:
        put_time(w, key, (int64_t)t->number);
        return;
    case TOLD_DAY:
        put_day(w, key, (uint32_t)t->number);
        return;
    case TOLD_TEXT:
        if (t->bytes.size != 0 || t->must)
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
    default:
        if (w->json != NULL)
            put_in_json(w, t, key);
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

    if (!t->left_out)
        put_as(w, t, w->json != NULL ? enter_object(w, t->name) : t->name);
}

void told_view_json(struct json_line *j, const struct contract_message *m, const void *in)
{
    struct told_view w = {.json = j};

    told_message(m, in, told_view_put, &w);
    if (w.object[0] != '\0')
        json_line_close(j);
}

/* --- text --- */

static void write_time_or_day(const struct told_field *t, struct bytes *out)
{
    char text[RENDER_TIME];

    if (t->type == TOLD_TIME)
        render_time((int64_t)t->number, text);
    else
        render_day((uint32_t)t->number, text);
    bytes_append_text(out, text);
}

void told_view_value(const struct told_field *t, struct bytes *out)
{
    char text[FINGERPRINT_TEXT]; /* the longest */

    switch (t->type) {
    case TOLD_TIME:
    case TOLD_DAY:
        write_time_or_day(t, out);
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
    default:
        REQUIRE(!"a type of field that needs words of its own");
    }
}
