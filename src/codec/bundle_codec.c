#include "codec/bundle_codec.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"

/* --- writing --- */

void bundle_encode(const struct bundle *b, struct bytes *text)
{
    REQUIRE(b->key_count > 0 && b->key_count <= BOUND_BUNDLE_KEYS);
    bytes_printf(text, "refex-keys/v1\n%s\nsequence %" PRIu64 "\ncontent %" PRIu32 " %" PRIu32 "\n", b->agency.text,
                 b->sequence, b->content_min, b->content_max);
    for (size_t i = 0; i < b->key_count; i++) {
        const struct bundle_key *k = &b->keys[i];

        REQUIRE(i == 0 || b->keys[i - 1].use_from < k->use_from);
        bytes_printf(text, "key %04" PRIx32 " ", k->suite);
        text_append_base64(text, view_of(k->public_key, KEY_SIZE));
        bytes_printf(text, " %" PRIu32 " %" PRIu32 " %" PRIu32 "\n", k->use_from, k->use_until, k->keep_until);
    }
}

/* --- reading --- */

/* Reads the line's next word: up to one space, or to its end. */
static bool next_is(struct view *line, const char *word)
{
    struct view head;

    return text_split(line, ' ', &head) && text_is(head, word);
}

static bool next_u32(struct view *line, uint32_t *out)
{
    struct view head;

    return text_split(line, ' ', &head) && text_read_u32(head, out);
}

static bool next_u64(struct view *line, uint64_t *out)
{
    struct view head;

    return text_split(line, ' ', &head) && text_read_u64(head, out);
}

static bool next_suite(struct view *line, uint32_t *out)
{
    struct view head;
    uint8_t suite[2];

    if (!text_split(line, ' ', &head) || !text_read_hex(head, suite, sizeof suite))
        return false;
    *out = read_u16(suite);
    return *out != 0;
}

static bool next_key(struct view *line, uint8_t out[static KEY_SIZE])
{
    struct view head;
    struct bytes key = {0};
    bool ok = text_split(line, ' ', &head) && head.size <= 44 && text_read_base64(head, &key) && key.size == KEY_SIZE;

    if (ok)
        memcpy(out, key.at, KEY_SIZE);
    bytes_fini(&key);
    return ok;
}

static bool read_key(struct view line, struct bundle_key *out)
{
    return next_is(&line, "key") && next_suite(&line, &out->suite) && next_key(&line, out->public_key) &&
           next_u32(&line, &out->use_from) && next_u32(&line, &out->use_until) && next_u32(&line, &out->keep_until) &&
           line.at == NULL && out->use_from < out->use_until && out->keep_until >= out->use_until - 1;
}

/* At most what a database row can hold: a larger one would stop every node that stores the bundle. */
static bool read_sequence(struct view line, uint64_t *out)
{
    return next_is(&line, "sequence") && next_u64(&line, out) && line.at == NULL && *out > 0 && *out <= INT64_MAX;
}

static bool read_content(struct view line, struct bundle *b)
{
    return next_is(&line, "content") && next_u32(&line, &b->content_min) && next_u32(&line, &b->content_max) &&
           line.at == NULL && b->content_min > 0 && b->content_min <= b->content_max;
}

bool bundle_decode(struct view text, struct bundle *out, struct error *err)
{
    struct bundle b = {0};
    struct view line;

    if (text.size == 0 || text.at[text.size - 1] != '\n')
        return error_set(err, E_FED_29, "the key bundle's last line has no end");
    text.size--;
    if (!text_split(&text, '\n', &line) || !text_is(line, "refex-keys/v1"))
        return error_set(err, E_FED_29, "the note is no key bundle");
    if (!text_split(&text, '\n', &line) || !address_read(line, &b.agency))
        return error_set(err, E_FED_29, "the key bundle names no agency");
    if (!text_split(&text, '\n', &line) || !read_sequence(line, &b.sequence))
        return error_set(err, E_FED_29, "the key bundle has no sequence");
    if (!text_split(&text, '\n', &line) || !read_content(line, &b))
        return error_set(err, E_FED_29, "the key bundle names no content versions");
    while (text_split(&text, '\n', &line)) {
        if (b.key_count == BOUND_BUNDLE_KEYS)
            return error_set(err, E_FED_29, "the key bundle has over %d keys", BOUND_BUNDLE_KEYS);
        if (!read_key(line, &b.keys[b.key_count]) ||
            (b.key_count > 0 && b.keys[b.key_count - 1].use_from >= b.keys[b.key_count].use_from))
            return error_set(err, E_FED_29, "key %zu of the key bundle is not as it should be", b.key_count + 1);
        b.key_count++;
    }
    if (b.key_count == 0)
        return error_set(err, E_FED_29, "the key bundle has no key");
    *out = b;
    return true;
}
