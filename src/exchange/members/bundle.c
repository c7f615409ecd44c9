#include "exchange/members/bundle.h"

#include "auditlog/note.h"
#include "codec/bundle_codec.h"

#define BUNDLE_FIRST_LINE "refex-keys/v1"

void bundle_schedule(uint32_t day, uint32_t weeks_ahead, struct bundle_key *out)
{
    /* Day 0, 1 January 1970, was a Thursday: day 4 was a Monday. Earlier days count as in the week of day 4. */
    uint32_t monday = day < 4 ? 4 : day - (day - 4) % 7;

    out->use_from = monday + 7 * weeks_ahead;
    out->use_until = out->use_from + 7;
    out->keep_until = out->use_until + BUNDLE_KEEP_DAYS - 1;
}

bool bundle_sign(const struct bundle *b, const struct federation *federation, const struct sign_key *key,
                 struct bytes *note, struct error *err)
{
    char name[ORIGIN_MAX];
    struct bytes text = {0};
    bool ok;

    REQUIRE(b->key_count <= BOUND_BUNDLE_KEYS);
    note_key_name(federation, &b->agency, name);
    bundle_encode(b, &text);
    ok = note_sign(note, bytes_view(&text), name, key, err);
    REQUIRE(note->size <= BOUND_NOTE); /* bundle_open */
    bytes_fini(&text);
    return ok;
}

static bool open_note(struct view bytes, struct note *note, struct bundle *out, struct error *err)
{
    struct error why = {0};

    if (bytes.size > BOUND_NOTE || !note_read(bytes, BUNDLE_FIRST_LINE, note, &why))
        return error_set(err, E_FED_29, "the key bundle is no signed note of its kind");
    return bundle_decode(note->text, out, err);
}

bool bundle_peek(struct view note, struct bundle *out, struct error *err)
{
    struct note n;

    return open_note(note, &n, out, err);
}

bool bundle_open(struct view note, const struct federation *federation, const struct address *agency,
                 const struct verify_key *key, struct bundle *out, struct error *err)
{
    char name[ORIGIN_MAX];
    struct note n;
    struct bundle b;

    if (!open_note(note, &n, &b, err))
        return false;
    if (!address_equal(&b.agency, agency))
        return error_set(err, E_FED_29, "the key bundle is of %s, not of %s", b.agency.text, agency->text);
    note_key_name(federation, agency, name);
    if (note_check_key(&n, view_of_text(name), key) != NOTE_SIGNED)
        return error_set(err, E_FED_29, "the key bundle of %s is not signed by its identity key", agency->text);
    *out = b;
    return true;
}
