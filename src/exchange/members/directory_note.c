#include "exchange/members/directory_note.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "auditlog/note.h"
#include "auditlog/note_text.h"
#include "base/text.h"
#include "codec/directory_codec.h"
#include "crypto/sign.h"
#include "exchange/members/roots.h"
#include "pki/chain.h"

void directory_note_key_name(const struct federation *f, uint32_t number, char out[static DIRECTORY_KEY_NAME])
{
    char fid16[17];
    int size;

    text_write_hex(f->fid.at, 8, fid16);
    size = snprintf(out, DIRECTORY_KEY_NAME, "%s/%s/.directory/%" PRIu32, f->name, fid16, number);
    REQUIRE(size > 0 && size < DIRECTORY_KEY_NAME); /* cut, two keys would have one name */
}

bool directory_note_sign(const struct directory *d, const struct directory_signer *signers, size_t count,
                         struct bytes *note, struct error *err)
{
    char name[DIRECTORY_KEY_NAME];
    struct bytes text = {0};
    bool ok = directory_encode(d, &text, err);

    for (size_t i = 0; ok && i < count; i++) {
        directory_note_key_name(&d->federation, signers[i].number, name);
        ok = note_sign(note, bytes_view(&text), name, signers[i].key, err);
    }
    if (ok && count == 0) {
        bytes_append_view(note, bytes_view(&text));
        bytes_append_u8(note, '\n');
    }
    bytes_fini(&text);
    return ok;
}

/* --- on its way round --- */

/* Mail takes empty lines at the end away. */
static bool read_round(struct view note, struct note *out, struct error *err)
{
    static const char lines_begin[] = "\n\n";
    struct view text = note;
    struct error why;

    while (text.size > 1 && text.at[text.size - 1] == '\n' && text.at[text.size - 2] == '\n')
        text.size--;
    if (note.size <= BOUND_DIRECTORY && memmem(text.at, text.size, lines_begin, sizeof lines_begin - 1) == NULL &&
        text.size > sizeof DIRECTORY_FILE_FIRST_LINE &&
        memcmp(text.at, DIRECTORY_FILE_FIRST_LINE "\n", sizeof DIRECTORY_FILE_FIRST_LINE) == 0 && note_text_ok(text)) {
        *out = (struct note){.whole = note, .text = text};
        return true;
    }
    return (note.size <= BOUND_DIRECTORY && note_read(note, DIRECTORY_FILE_FIRST_LINE, out, &why)) ||
           error_set(err, E_FED_24, "the directory is no signed note of its kind");
}

bool directory_note_text(struct view note, struct view *text, struct error *err)
{
    struct note n;

    if (!read_round(note, &n, err))
        return false;
    *text = n.text;
    return true;
}

/* Two lines of one key are no note. */
static bool has_signed(const struct directory *d, uint32_t number, struct view note)
{
    struct certificate c;
    struct error why;

    for (size_t i = 0; i < d->key_count; i++)
        if (certificate_read(d->keys[i], &c, &why) && c.directory_i == number && directory_note_has(d, note, i))
            return true;
    return false;
}

bool directory_note_add(const struct directory *d, const struct directory_signer *signer, struct bytes *note,
                        struct error *err)
{
    char name[DIRECTORY_KEY_NAME];
    struct bytes text = {0};
    struct note n;
    bool ok;

    if (!read_round(bytes_view(note), &n, err))
        return false;
    if (has_signed(d, signer->number, bytes_view(note)))
        return true;
    bytes_append_view(&text, n.text);
    if (n.line_count == 0) {
        bytes_clear(note);
        bytes_append_view(note, bytes_view(&text));
        bytes_append_u8(note, '\n');
    }
    directory_note_key_name(&d->federation, signer->number, name);
    ok = note_sign(note, bytes_view(&text), name, signer->key, err);
    bytes_fini(&text);
    return ok;
}

/* Whether the key of C signed N; its line. */
static enum note_verdict find_line(const struct directory *d, const struct note *n, const struct certificate *c,
                                   char name[static DIRECTORY_KEY_NAME], const struct note_line **out)
{
    uint8_t id[NOTE_KEY_ID];
    struct verify_key *key;
    enum note_verdict answer;
    struct error why;

    *out = NULL;
    if (!verify_key_new(c->public_key, &key, &why))
        return NOTE_UNSIGNED;
    directory_note_key_name(&d->federation, c->directory_i, name);
    answer = note_check_key(n, view_of_text(name), key);
    verify_key_free(key);
    note_key_id(view_of_text(name), NOTE_ED25519, c->public_key, id);
    for (size_t i = 0; i < n->line_count; i++)
        if (view_equal(n->lines[i].name, view_of_text(name)) && memcmp(n->lines[i].key_id, id, NOTE_KEY_ID) == 0)
            *out = &n->lines[i];
    return answer;
}

bool directory_note_has(const struct directory *d, struct view note, size_t i)
{
    char name[DIRECTORY_KEY_NAME];
    const struct note_line *line;
    struct certificate c;
    struct error why;
    struct note n;

    return read_round(note, &n, &why) && certificate_read(d->keys[i], &c, &why) &&
           find_line(d, &n, &c, name, &line) == NOTE_SIGNED;
}

bool directory_note_collect(const struct directory *d, struct view other, struct bytes *note, struct error *err)
{
    uint8_t signature[SIGN_SIZE];
    char name[DIRECTORY_KEY_NAME];
    const struct note_line *line;
    struct certificate c;
    struct view text;
    struct note n;

    if (!read_round(other, &n, err) || !directory_note_text(bytes_view(note), &text, err))
        return false;
    if (!view_equal(n.text, text))
        return error_set(err, E_ENR_19, "the file is not of directory %" PRIu64 ", which waits", d->sequence);
    for (size_t i = 0; i < d->key_count; i++) {
        enum note_verdict answer = NOTE_UNSIGNED;

        line = NULL;
        if (!certificate_read(d->keys[i], &c, err))
            return false;
        if (!directory_note_has(d, bytes_view(note), i))
            answer = find_line(d, &n, &c, name, &line);
        if (answer == NOTE_FORGED)
            return error_set(err, E_FED_20, "the signature of directory key %" PRIu32 " does not hold", c.directory_i);
        if (answer == NOTE_SIGNED && line != NULL && note_line_signature(line, signature, sizeof signature))
            note_append_line(note, name, NOTE_ED25519, c.public_key, view_of(signature, sizeof signature));
    }
    return true;
}

/* What was wrong with signatures; set, never cleared. The two times are of keys that signed: then the clock is wrong,
 * or it is too late, and the directory is the federation's all the same; 0: none. */
struct signature_faults {
    bool forged;
    int64_t begins_ms; /* of the first key that is not valid yet */
    int64_t ended_ms;  /* of the last key that was valid */
};

/* When C is asked whether it is valid. No clock makes a directory unreadable that was checked when it was taken; and a
 * log whose time runs behind keeps none out whose keys have begun by the other clock. */
static int64_t asked_ms(const struct directory_trust *trust, const struct certificate *c)
{
    bool has_begun = trust->now_ms < c->not_before_ms && c->not_before_ms <= trust->latest_ms;

    return trust->is_kept || has_begun ? c->not_before_ms : trust->now_ms;
}

/* The key of C, in form a directory key's certificate, if it counts at AT_MS; else NULL. Freed by the caller. */
static struct verify_key *open_counting(const struct directory *d, const struct certificate *c,
                                        const struct directory_trust *trust, int64_t at_ms)
{
    struct view roots[BOUND_ISSUERS];
    const struct chain_params q = {.wanted = CERTIFICATE_DIRECTORY,
                                   .now_ms = at_ms,
                                   .intermediates = roots,
                                   .intermediate_count = roots_listed(d, trust->anchors, trust->revoked, roots)};
    struct certificate checked;
    struct verify_key *key = NULL;
    struct error why;

    if (certificate_is_revoked(c, trust->revoked) || roots_revokes(d, c) ||
        !chain_check(trust->anchors, c->der, &q, &checked, &why))
        return NULL;
    return verify_key_new(c->public_key, &key, &why) ? key : NULL;
}

static enum note_verdict verdict_of(const struct note *note, const struct directory *d, const struct certificate *c,
                                    const struct directory_trust *trust, int64_t at_ms)
{
    struct verify_key *key = open_counting(d, c, trust, at_ms);
    char name[DIRECTORY_KEY_NAME];
    enum note_verdict answer;

    if (key == NULL)
        return NOTE_UNSIGNED;
    directory_note_key_name(&d->federation, c->directory_i, name);
    answer = note_check_key(note, view_of_text(name), key);
    verify_key_free(key);
    return answer;
}

/* Whether C, in form a directory key's certificate, is valid and its key signed NOTE. */
static bool key_signed(const struct note *note, const struct directory *d, const struct certificate *c,
                       const struct directory_trust *trust, struct signature_faults *faults)
{
    int64_t at_ms = asked_ms(trust, c);
    enum note_verdict answer = verdict_of(note, d, c, trust, at_ms);

    faults->forged = faults->forged || answer == NOTE_FORGED;
    if (answer != NOTE_UNSIGNED || (c->not_before_ms <= at_ms && at_ms <= c->not_after_ms) ||
        verdict_of(note, d, c, trust, c->not_before_ms) != NOTE_SIGNED)
        return answer == NOTE_SIGNED;
    if (at_ms > c->not_after_ms && c->not_after_ms > faults->ended_ms)
        faults->ended_ms = c->not_after_ms;
    if (at_ms < c->not_before_ms && (faults->begins_ms == 0 || c->not_before_ms < faults->begins_ms))
        faults->begins_ms = c->not_before_ms;
    return false;
}

struct verify_key *directory_note_key(const struct directory *d, uint32_t number, const struct directory_trust *trust)
{
    struct certificate c;
    struct error why;

    for (size_t i = 0; i < d->key_count; i++)
        if (certificate_read(d->keys[i], &c, &why) && c.use == CERTIFICATE_DIRECTORY && c.directory_i == number)
            return open_counting(d, &c, trust, asked_ms(trust, &c));
    return NULL;
}

/* Too few of NEEDED, COUNT, signed D. */
static bool set_unsigned(const struct directory *d, const struct directory_trust *trust,
                         const struct signature_faults *faults, uint32_t count, uint32_t needed, struct error *err)
{
    char now[TEXT_MINUTE];
    char at[TEXT_MINUTE];

    text_write_minute(trust->now_ms, now);
    if (faults->begins_ms != 0) {
        text_write_minute(faults->begins_ms, at);
        return error_set(err, E_FED_46,
                         "by this machine's clock it is %s; the keys of directory %" PRIu64 " begin to be valid at %s",
                         now, d->sequence, at);
    }
    if (faults->ended_ms != 0) {
        text_write_minute(faults->ended_ms, at);
        return error_set(err, E_FED_71,
                         "by this machine's clock it is %s; the keys that signed directory %" PRIu64 " ended at %s",
                         now, d->sequence, at);
    }
    return error_set(err, E_FED_20, "directory %" PRIu64 " is signed by %" PRIu32 " directory keys, not by %" PRIu32,
                     d->sequence, count, needed);
}

static bool check_signatures(const struct note *note, const struct directory *d, const struct directory_trust *trust,
                             struct error *err)
{
    struct error why;
    uint32_t needed = 0;
    uint32_t last = 0;
    uint32_t count = 0;
    struct signature_faults faults = {0};

    for (size_t i = 0; i < d->key_count; i++) {
        struct certificate c;

        if (!certificate_read(d->keys[i], &c, &why) || c.use != CERTIFICATE_DIRECTORY || c.directory_i <= last ||
            (i > 0 && c.directory_k != needed))
            return error_set(err, E_FED_24, "certificate %zu of the directory's keys is not as it should be", i + 1);
        last = c.directory_i;
        needed = c.directory_k;
        if (key_signed(note, d, &c, trust, &faults))
            count++;
    }
    if (faults.forged)
        return error_set(err, E_FED_20, "directory %" PRIu64 " bears a signature that does not hold", d->sequence);
    return (count >= needed && needed != 0) || set_unsigned(d, trust, &faults, count, needed, err);
}

bool directory_note_open(struct view note, const struct directory_trust *trust, struct arena *arena,
                         struct directory *out, struct error *err)
{
    struct note n;
    struct directory d;
    struct error why;

    if (note.size > BOUND_DIRECTORY || !note_read(note, DIRECTORY_FILE_FIRST_LINE, &n, &why))
        return error_set(err, E_FED_24, "the directory is no signed note of its kind");
    if (!directory_decode(n.text, arena, &d, err))
        return false;
    if (strcmp(d.federation.name, trust->federation->name) != 0 ||
        !hash_equal(&d.federation.fid, &trust->federation->fid))
        return error_set(err, E_FED_21, "the directory is of %s, or of another federation of that name",
                         d.federation.name);
    if (!check_signatures(&n, &d, trust, err))
        return false;
    *out = d;
    return true;
}

bool directory_note_peek(struct view note, struct view *text, struct directory_head *out, struct error *err)
{
    struct note n;
    struct error why;

    if (note.size > BOUND_DIRECTORY || !note_read(note, DIRECTORY_FILE_FIRST_LINE, &n, &why))
        return error_set(err, E_FED_24, "the directory is no signed note of its kind");
    if (!directory_head_decode(n.text, out, err))
        return false;
    *text = n.text;
    return true;
}
