#include "exchange/members/other_directory.h"

#include "base/file.h"
#include "base/log.h"
#include "base/sometimes.h"
#include "codec/directory_codec.h"
#include "crypto/digest.h"
#include "exchange/logs/audit.h"
#include "exchange/members/directory_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/note_store.h"

#include <inttypes.h>
#include <string.h>

#define OTHER_DIRECTORY "other-directory" /* their names in the store */
#define KNOWN           "directories-known"

static const struct view no_agency = {(const uint8_t *)"", 0};

/* --- those that were in use --- */

static bool read_known(struct view note, struct directory_known *out, struct error *err)
{
    struct directory_head head;
    struct view text;

    if (!directory_note_peek(note, &text, &head, err))
        return false;
    out->sequence = head.sequence;
    digest_sha256(text, &out->text);
    return true;
}

void other_directory_in_use(const struct exchange *x, struct directory_known *out)
{
    out->sequence = membership_directory(x->membership)->sequence;
    digest_sha256(membership_text(x->membership), &out->text);
}

/* The list as it is stored: rows, oldest first. */
static bool load_known(struct exchange *x, struct bytes *rows, struct error *err)
{
    uint64_t sequence;
    bool found;

    return note_store_get(x->db, KNOWN, no_agency, &found, &sequence, rows, err);
}

static size_t count_of(const struct bytes *rows)
{
    return rows->size / sizeof(struct directory_known); /* a row that is cut counts for nothing */
}

static struct directory_known known_at(const struct bytes *rows, size_t i)
{
    struct directory_known k;

    memcpy(&k, rows->at + i * sizeof k, sizeof k);
    return k;
}

static const struct directory_known *find_known(const struct bytes *rows, uint64_t sequence, struct directory_known *k)
{
    for (size_t i = count_of(rows); i-- > 0;) {
        *k = known_at(rows, i);
        if (k->sequence == sequence)
            return k;
    }
    return NULL;
}

/* Appends K to the rows of OUT, of which the oldest goes where there are too many. */
static void add_known(struct bytes *rows, const struct directory_known *k)
{
    struct directory_known same;

    rows->size = count_of(rows) * sizeof *k;
    if (find_known(rows, k->sequence, &same) != NULL)
        return;
    if (count_of(rows) == BOUND_DIRECTORIES_KNOWN) {
        memmove(rows->at, rows->at + sizeof *k, rows->size - sizeof *k);
        rows->size -= sizeof *k;
    }
    bytes_append(rows, k, sizeof *k);
}

bool other_directory_remember(struct exchange *x, const struct directory_known *before, struct error *err)
{
    struct directory_known now;
    struct bytes rows = {0};
    bool ok = load_known(x, &rows, err);

    other_directory_in_use(x, &now);
    add_known(&rows, before);
    add_known(&rows, &now);
    ok = ok && note_store_put(x->db, KNOWN, no_agency, now.sequence, bytes_view(&rows), err);
    bytes_fini(&rows);
    return ok;
}

bool other_directory_compare(struct exchange *x, struct view note, struct error *err)
{
    struct directory_known theirs;
    struct directory_known ours;
    struct bytes rows = {0};
    const struct directory_known *known;

    if (!read_known(note, &theirs, err) || !load_known(x, &rows, err))
        return false;
    known = find_known(&rows, theirs.sequence, &ours);
    bytes_fini(&rows);
    if (known == NULL || hash_equal(&ours.text, &theirs.text))
        return true;
    if (!membership_check_directory(x->membership, note, tick_record_ms(x), tick_closing_ms(x), err))
        return false;
    SOMETIMES(an_older_directory_was_another);
    return error_set(err, E_FED_22, "there are two directories with the number %" PRIu64, theirs.sequence);
}

/* --- the second one --- */

/* The row stands under the number that was in use when it came: a newer directory ends the finding. */
bool other_directory_kept(struct exchange *x, uint64_t *sequence, struct error *err)
{
    struct directory_known other = {0};
    struct bytes note = {0};
    uint64_t in_use = 0;
    bool found = false;
    struct error why;
    bool ok = note_store_get(x->db, OTHER_DIRECTORY, no_agency, &found, &in_use, &note, err);

    *sequence = 0;
    if (ok && found && in_use == membership_directory(x->membership)->sequence &&
        read_known(bytes_view(&note), &other, &why))
        *sequence = other.sequence;
    bytes_fini(&note);
    return ok;
}

/* An alarm (docs/PROTOCOL.md 4): two signed directories of one number. The second is evidence: it is kept in the home
 * for people, its hash in a record. One for each number in use is enough. */
bool other_directory_keep(struct exchange *x, struct view note, struct error *err)
{
    struct record r = {.kind = RECORD_DIRECTORY};
    struct directory_known other;
    char path[FILE_PATH_MAX];
    uint64_t kept;

    if (!read_known(note, &other, err) || !other_directory_kept(x, &kept, err))
        return false;
    if (kept != 0)
        return true;
    digest_sha256(note, &r.note_hash.note);
    r.note_hash.sequence = other.sequence;
    log_line(LOG_ERROR, "event=directory.other number=%llu code=E-FED-22", (unsigned long long)other.sequence);
    return tick_begin(x, err) && file_join_path(path, x->home, OTHER_DIRECTORY_FILE, err) &&
           file_write(path, note, 0600, err) &&
           note_store_put(x->db, OTHER_DIRECTORY, no_agency, membership_directory(x->membership)->sequence, note,
                          err) &&
           audit_append(x->audit, &r, NULL, err);
}
