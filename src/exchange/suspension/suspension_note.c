#include "exchange/suspension/suspension_note.h"

#include <string.h>

#include "auditlog/note.h"
#include "codec/suspension_codec.h"
#include "exchange/members/directory_note.h"

#define NAME_MAX_OF(a, b) ((a) > (b) ? (a) : (b))
#define SIGNER_NAME       NAME_MAX_OF(ORIGIN_MAX, DIRECTORY_KEY_NAME)

static void signer_name(const struct suspension *s, char out[static SIGNER_NAME])
{
    if (s->key != 0)
        directory_note_key_name(&s->federation, s->key, out);
    else
        note_key_name(&s->federation, &s->member, out);
}

bool suspension_note_sign(const struct suspension *s, const struct sign_key *key, struct bytes *note, struct error *err)
{
    char name[SIGNER_NAME];
    struct bytes text = {0};
    bool ok;

    signer_name(s, name);
    suspension_encode(s, &text);
    ok = note_sign(note, bytes_view(&text), name, key, err);
    REQUIRE(!ok || note->size <= BOUND_SUSPENSION_NOTE); /* suspension_note_read */
    bytes_fini(&text);
    return ok;
}

bool suspension_note_is_one(struct view note)
{
    static const char line[] = SUSPENSION_FIRST_LINE "\n";

    return note.size >= sizeof line - 1 && memcmp(note.at, line, sizeof line - 1) == 0;
}

bool suspension_note_read(struct view note, struct suspension *out, struct error *err)
{
    struct error why = {0};
    struct note n;

    /* With lines of others beside it, what one signed would be two notes. */
    if (note.size > BOUND_SUSPENSION_NOTE || !note_read(note, SUSPENSION_FIRST_LINE, &n, &why) || n.line_count != 1)
        return error_set(err, E_RVK_05, "the suspension is no signed note of its kind");
    return suspension_decode(n.text, out, err);
}

bool suspension_is_of_signer(const struct suspension *a, const struct suspension *b)
{
    return a->key == b->key && address_equal(&a->member, &b->member);
}

bool suspension_note_is_signed(struct view note, const struct suspension *s, const struct verify_key *key)
{
    char name[SIGNER_NAME];
    struct error why = {0};
    struct note n;

    signer_name(s, name);
    return note_read(note, SUSPENSION_FIRST_LINE, &n, &why) &&
           note_check_key(&n, view_of_text(name), key) == NOTE_SIGNED;
}
