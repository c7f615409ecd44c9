#include "exchange/succession/succession_note.h"

#include <string.h>

#include "auditlog/note.h"
#include "codec/succession_codec.h"
#include "crypto/sign.h"

bool succession_note_sign(const struct succession *s, const struct federation *federation, const struct sign_key *old,
                          const struct sign_key *new, struct bytes *note, struct error *err)
{
    char name[ORIGIN_MAX];
    struct bytes text = {0};
    bool ok;

    note_key_name(federation, &s->agency, name);
    succession_encode(s, &text);
    ok = note_sign(note, bytes_view(&text), name, old, err) && note_sign(note, bytes_view(&text), name, new, err);
    REQUIRE(!ok || note->size <= BOUND_SUCCESSION_NOTE); /* succession_note_read */
    bytes_fini(&text);
    return ok;
}

static bool is_signed(const struct note *n, const char *name, const uint8_t public_key[static KEY_SIZE])
{
    struct verify_key *key;
    struct error why;
    bool ok;

    if (!verify_key_new(public_key, &key, &why))
        return false;
    ok = note_check_key(n, view_of_text(name), key) == NOTE_SIGNED;
    verify_key_free(key);
    return ok;
}

bool succession_note_read(struct view note, const struct federation *federation, struct succession *out,
                          struct error *err)
{
    char name[ORIGIN_MAX];
    struct error why = {0};
    struct note n;

    /* With lines of others beside theirs, what they signed would be many notes. */
    if (note.size > BOUND_SUCCESSION_NOTE || !note_read(note, SUCCESSION_FIRST_LINE, &n, &why) || n.line_count > 2)
        return error_set(err, E_FED_60, "the succession of a key is no signed note of its kind");
    if (!succession_decode(n.text, out, err))
        return false;
    note_key_name(federation, &out->agency, name);
    return (strcmp(address_federation(&out->agency), federation->name) == 0 && is_signed(&n, name, out->old_key) &&
            is_signed(&n, name, out->new_key)) ||
           error_set(err, E_FED_61, "the succession of a key of %s is not signed by both keys", out->agency.text);
}

void succession_hashes(const struct succession *s, struct hash *old, struct hash *new)
{
    sign_public_hash(s->old_key, old);
    sign_public_hash(s->new_key, new);
}
