#include "exchange/entries/entry_note.h"

#include "auditlog/note.h"
#include "crypto/digest.h"

bool entry_note_sign(const struct entry_head *head, const struct agency_entry *e, const struct federation *federation,
                     const struct sign_key *key, struct bytes *note, struct error *err)
{
    char name[ORIGIN_MAX];
    struct bytes text = {0};
    bool ok;

    note_key_name(federation, &head->agency, name);
    entry_text_encode(head, e, &text);
    ok = note_sign(note, bytes_view(&text), name, key, err);
    REQUIRE(!ok || note->size <= BOUND_ENTRY_NOTE); /* entry_note_read */
    bytes_fini(&text);
    return ok;
}

bool entry_note_read(struct view note, struct arena *arena, struct entry_read *out, struct error *err)
{
    struct error why = {0};
    struct note n;

    if (note.size > BOUND_ENTRY_NOTE || !note_read(note, ENTRY_FIRST_LINE, &n, &why))
        return error_set(err, E_ENT_01, "it is no signed note of its kind");
    out->text = n.text;
    return entry_text_decode(n.text, arena, &out->head, &out->entry, err);
}

bool entry_note_is_signed(struct view note, const struct federation *federation, const struct address *agency,
                          const struct verify_key *key)
{
    char name[ORIGIN_MAX];
    struct error why = {0};
    struct note n;

    note_key_name(federation, agency, name);
    return note_read(note, ENTRY_FIRST_LINE, &n, &why) && note_check_key(&n, view_of_text(name), key) == NOTE_SIGNED;
}

void entry_key_fingerprint(const uint8_t key[static KEY_SIZE], struct hash *out)
{
    /* DER of an Ed25519 SubjectPublicKeyInfo up to the key (RFC 8410). */
    uint8_t der[12 + KEY_SIZE] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

    memcpy(der + 12, key, KEY_SIZE);
    digest_sha256(view_of(der, sizeof der), out);
}
