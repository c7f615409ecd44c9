#include "auditlog/note.h"

#include "auditlog/note_text.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/sign.h"

#include <string.h>

#define DASH      "\xE2\x80\x94 " /* U+2014 and a space begin a signature line */
#define DASH_SIZE 4

void note_key_id(struct view name, enum note_type type, const uint8_t public_key[static 32],
                 uint8_t out[static NOTE_KEY_ID])
{
    const uint8_t between[2] = {'\n', (uint8_t)type};
    const struct view parts[3] = {name, view_of(between, 2), view_of(public_key, 32)};
    struct hash h;

    digest_parts(parts, 3, &h);
    memcpy(out, h.at, NOTE_KEY_ID);
}

void note_append_line(struct bytes *note, const char *name, enum note_type type, const uint8_t public_key[static 32],
                      struct view signature)
{
    struct bytes payload = {0};

    REQUIRE(note->size == 0 || note->at[note->size - 1] == '\n'); /* it is a line of its own */
    note_key_id(view_of_text(name), type, public_key, bytes_reserve(&payload, NOTE_KEY_ID));
    payload.size = NOTE_KEY_ID;
    bytes_append_view(&payload, signature);
    bytes_append_text(note, DASH);
    bytes_append_text(note, name);
    bytes_append_u8(note, ' ');
    text_append_base64(note, bytes_view(&payload));
    bytes_append_u8(note, '\n');
    bytes_fini(&payload);
}

bool note_sign(struct bytes *note, struct view text, const char *name, const struct sign_key *key, struct error *err)
{
    uint8_t signature[SIGN_SIZE];
    uint8_t public_key[SIGN_PUBLIC_SIZE];

    REQUIRE(note_text_ok(text) && note_name_ok(view_of_text(name)));
    REQUIRE(note->size == 0 || (note->size > text.size && memcmp(note->at, text.at, text.size) == 0));
    if (!sign_text(key, text, signature, err))
        return error_wrap(err, "sign as %s", name);
    if (note->size == 0) {
        bytes_append_view(note, text);
        bytes_append_u8(note, '\n');
    }
    sign_key_public(key, public_key);
    note_append_line(note, name, NOTE_ED25519, public_key, view_of(signature, sizeof signature));
    return true;
}

/* --- parsing --- */

/* Where the signature lines begin: behind the last empty line. */
static bool find_signatures(struct view note, size_t *out)
{
    for (size_t i = note.size; i >= 2; i--) {
        if (note.at[i - 1] == '\n' && note.at[i - 2] == '\n') {
            *out = i;
            return true;
        }
    }
    return false;
}

static bool read_line(struct view line, struct note_line *out)
{
    struct bytes payload = {0};
    struct view rest;
    bool ok;

    if (line.size <= DASH_SIZE || memcmp(line.at, DASH, DASH_SIZE) != 0)
        return false;
    rest = view_of(line.at + DASH_SIZE, line.size - DASH_SIZE);
    if (!text_split(&rest, ' ', &out->name) || rest.at == NULL || !note_name_ok(out->name))
        return false;
    out->base64 = rest;
    ok = text_read_base64(rest, &payload) && payload.size > NOTE_KEY_ID;
    if (ok)
        memcpy(out->key_id, payload.at, NOTE_KEY_ID);
    bytes_fini(&payload);
    return ok;
}

static bool is_duplicate(const struct note *n, const struct note_line *line)
{
    for (size_t i = 0; i < n->line_count; i++)
        if (view_equal(n->lines[i].name, line->name) && memcmp(n->lines[i].key_id, line->key_id, NOTE_KEY_ID) == 0)
            return true;
    return false;
}

static bool read_lines(struct view lines, struct note *n, struct error *err)
{
    struct view line;

    if (lines.size == 0 || lines.at[lines.size - 1] != '\n')
        return error_set(err, E_LOG_03, "the note does not end with a signature line");
    lines.size--;
    while (text_split(&lines, '\n', &line)) {
        struct note_line read;

        if (n->line_count == BOUND_NOTE_SIGNATURES)
            return error_set(err, E_LOG_03, "the note has more than %d signature lines", BOUND_NOTE_SIGNATURES);
        if (!read_line(line, &read))
            return error_set(err, E_LOG_03, "signature line %zu of the note cannot be read", n->line_count + 1);
        if (is_duplicate(n, &read))
            return error_set(err, E_LOG_03, "signature line %zu of the note has the key of another", n->line_count + 1);
        n->lines[n->line_count++] = read;
    }
    return true;
}

bool note_read_any(struct view note, struct note *out, struct error *err)
{
    struct note n = {.whole = note};
    size_t begin;

    if (note.size > BOUND_DIRECTORY)
        return error_set(err, E_LOG_03, "the note is over %d bytes", BOUND_DIRECTORY);
    if (!find_signatures(note, &begin))
        return error_set(err, E_LOG_03, "the note has no empty line before its signatures");
    n.text = view_of(note.at, begin - 1);
    if (!note_text_ok(n.text))
        return error_set(err, E_LOG_03, "the text of the note is not lines of UTF-8 without control characters");
    if (!read_lines(view_of(note.at + begin, note.size - begin), &n, err))
        return false;
    *out = n;
    return true;
}

bool note_read(struct view note, const char *first_line, struct note *out, struct error *err)
{
    struct note n;
    struct view rest;
    struct view line;

    if (!note_read_any(note, &n, err))
        return false;
    rest = n.text;
    (void)text_split(&rest, '\n', &line);
    if (!text_is(line, first_line))
        return error_set(err, E_LOG_03, "the note does not begin with %s", first_line);
    *out = n;
    return true;
}

/* --- whose it is --- */

bool note_line_signature(const struct note_line *line, uint8_t *out, size_t size)
{
    struct bytes payload = {0};
    bool ok = text_read_base64(line->base64, &payload) && payload.size == NOTE_KEY_ID + size;

    if (ok)
        memcpy(out, payload.at + NOTE_KEY_ID, size);
    bytes_fini(&payload);
    return ok;
}

enum note_verdict note_check_key(const struct note *n, struct view name, const struct verify_key *key)
{
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    uint8_t signature[SIGN_SIZE];
    uint8_t id[NOTE_KEY_ID];

    verify_key_public(key, public_key);
    note_key_id(name, NOTE_ED25519, public_key, id);
    for (size_t i = 0; i < n->line_count; i++) {
        const struct note_line *line = &n->lines[i];

        if (!view_equal(line->name, name) || memcmp(line->key_id, id, NOTE_KEY_ID) != 0)
            continue;
        if (!note_line_signature(line, signature, sizeof signature) || !verify_text(key, n->text, signature))
            return NOTE_FORGED;
        return NOTE_SIGNED;
    }
    return NOTE_UNSIGNED;
}

bool note_verify(const struct note *n, struct view name, const struct verify_key *key, struct error *err)
{
    switch (note_check_key(n, name, key)) {
    case NOTE_SIGNED:
        return true;
    case NOTE_FORGED:
        return error_set(err, E_LOG_05, "the signature of %.*s does not hold", (int)name.size, (const char *)name.at);
    case NOTE_UNSIGNED:
        break;
    }
    return error_set(err, E_LOG_05, "the key of %.*s did not sign this note", (int)name.size, (const char *)name.at);
}
