#include "auditlog/checkpoint.h"

#include "auditlog/merkle.h"
#include "base/text.h"
#include "crypto/sign.h"

#include <inttypes.h>
#include <string.h>

#define COSIGNATURE_SIZE (8 + SIGN_SIZE) /* time, signature */

/* First lines of the other texts that identity keys sign (docs/PROTOCOL.md 2): no log is called so. */
static const char *const not_origins[] = {
    "cosignature/v1",     "refex-keys/v1",     "refex-entry/v1",     "refex-custody/v1",
    "refex-collected/v1", "refex-succeeds/v1", "refex-directory/v1", "refex-suspension/v1",
};

static bool is_origin(struct view line)
{
    for (size_t i = 0; i < sizeof not_origins / sizeof not_origins[0]; i++)
        if (text_is(line, not_origins[i]))
            return false;
    return note_name_ok(line);
}

bool checkpoint_sign(const char *origin, uint64_t size, const struct hash *root, const struct sign_key *key,
                     struct bytes *note, struct error *err)
{
    struct bytes text = {0};
    struct bytes made = {0};
    bool ok;

    REQUIRE(is_origin(view_of_text(origin)) && size < MERKLE_SIZE_END);
    bytes_printf(&text, "%s\n%" PRIu64 "\n", origin, size);
    text_append_base64(&text, hash_view(root));
    bytes_append_u8(&text, '\n');
    ok = note_sign(&made, bytes_view(&text), origin, key, err);
    REQUIRE(made.size <= BOUND_CHECKPOINT); /* checkpoint_read */
    if (ok)
        bytes_append_view(note, bytes_view(&made));
    bytes_fini(&text);
    bytes_fini(&made);
    return ok;
}

static bool read_root(struct view line, struct hash *out)
{
    struct bytes root = {0};
    bool ok = line.size == 44 && text_read_base64(line, &root) && root.size == HASH_SIZE;

    if (ok)
        memcpy(out->at, root.at, HASH_SIZE);
    bytes_fini(&root);
    return ok;
}

bool checkpoint_read_cosigned(struct view note, struct checkpoint *out, struct error *err)
{
    struct checkpoint c;
    struct view rest;
    struct view size;
    struct view root;

    if (note.size > BOUND_NOTE)
        return error_set(err, E_LOG_04, "the checkpoint is over %d bytes", BOUND_NOTE);
    if (!note_read_any(note, &c.note, err))
        return error_wrap(err, "read a checkpoint");
    REQUIRE(c.note.text.size > 0 && c.note.line_count > 0); /* note_read_any */
    rest = view_of(c.note.text.at, c.note.text.size - 1);   /* without the last line feed */
    (void)text_split(&rest, '\n', &c.origin);
    if (!text_split(&rest, '\n', &size) || !text_split(&rest, '\n', &root) || rest.at != NULL)
        return error_set(err, E_LOG_04, "the checkpoint has not exactly three lines");
    if (!is_origin(c.origin) || !view_equal(c.note.lines[0].name, c.origin))
        return error_set(err, E_LOG_04, "the checkpoint is not signed in the name of its own log");
    if (!text_read_u64(size, &c.size) || c.size >= MERKLE_SIZE_END)
        return error_set(err, E_LOG_04, "the size in the checkpoint cannot be read");
    if (!read_root(root, &c.root))
        return error_set(err, E_LOG_04, "the root in the checkpoint cannot be read");
    *out = c;
    return true;
}

bool checkpoint_read(struct view note, struct checkpoint *out, struct error *err)
{
    struct checkpoint c;

    if (note.size > BOUND_CHECKPOINT)
        return error_set(err, E_LOG_04, "the checkpoint is over %d bytes", BOUND_CHECKPOINT);
    if (!checkpoint_read_cosigned(note, &c, err))
        return false;
    if (c.note.line_count != 1)
        return error_set(err, E_LOG_04, "the checkpoint has %zu signature lines, not one", c.note.line_count);
    *out = c;
    return true;
}

bool checkpoint_verify(const struct checkpoint *c, const struct verify_key *key, struct error *err)
{
    return note_verify(&c->note, c->origin, key, err);
}

/* --- cosignatures --- */

static void cosigned_text(struct view text, int64_t time_s, struct bytes *out)
{
    bytes_printf(out, "cosignature/v1\ntime %" PRId64 "\n", time_s);
    bytes_append_view(out, text);
}

bool checkpoint_cosign(struct view text, const char *name, int64_t time_s, const struct sign_key *key,
                       struct bytes *line, struct error *err)
{
    uint8_t signature[COSIGNATURE_SIZE];
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    struct bytes signed_text = {0};
    bool ok;

    REQUIRE(time_s > 0 && note_name_ok(view_of_text(name)));
    cosigned_text(text, time_s, &signed_text);
    write_u64(signature, (uint64_t)time_s);
    ok = sign_text(key, bytes_view(&signed_text), signature + 8, err);
    if (ok) {
        sign_key_public(key, public_key);
        note_append_line(line, name, NOTE_COSIGNATURE, public_key, view_of(signature, sizeof signature));
    }
    bytes_fini(&signed_text);
    return ok || error_wrap(err, "cosign as %s", name);
}

static bool cosignature_holds(const struct checkpoint *c, const struct note_line *line, const struct verify_key *key,
                              int64_t *time_s)
{
    uint8_t signature[COSIGNATURE_SIZE];
    struct bytes signed_text = {0};
    uint64_t time;
    bool ok;

    if (!note_line_signature(line, signature, sizeof signature))
        return false;
    time = read_u64(signature);
    if (time == 0 || time > INT64_MAX)
        return false;
    cosigned_text(c->note.text, (int64_t)time, &signed_text);
    ok = verify_text(key, bytes_view(&signed_text), signature + 8);
    bytes_fini(&signed_text);
    if (ok)
        *time_s = (int64_t)time;
    return ok;
}

bool checkpoint_verify_cosignature(const struct checkpoint *c, struct view name, const struct verify_key *key,
                                   int64_t *time_s, struct error *err)
{
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    uint8_t id[NOTE_KEY_ID];

    verify_key_public(key, public_key);
    note_key_id(name, NOTE_COSIGNATURE, public_key, id);
    for (size_t i = 0; i < c->note.line_count; i++) {
        const struct note_line *line = &c->note.lines[i];

        if (!view_equal(line->name, name) || memcmp(line->key_id, id, NOTE_KEY_ID) != 0)
            continue;
        if (cosignature_holds(c, line, key, time_s))
            return true;
        return error_set(err, E_LOG_05, "the cosignature of %.*s does not hold", (int)name.size, (const char *)name.at);
    }
    return error_set(err, E_LOG_05, "the key of %.*s did not cosign", (int)name.size, (const char *)name.at);
}
