#include "ca/federation_home.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "codec/directory_codec.h"
#include "crypto/sign.h"
#include "exchange/members/directory_note.h"

#define SEQUENCE_MAX 32

/* --- with the keys of the folder --- */

bool federation_home_write_sequence(const struct federation_home *h, uint64_t sequence, struct error *err)
{
    char path[FILE_PATH_MAX];
    char text[SEQUENCE_MAX];

    (void)snprintf(text, sizeof text, "%" PRIu64 "\n", sequence);
    return federation_home_file(h, "sequence", path, err) && file_write(path, view_of_text(text), 0644, err);
}

static bool is_listed_key(const struct federation_home *h, unsigned i, const struct sign_key *key)
{
    uint8_t public_key[KEY_SIZE];
    struct certificate c;
    struct error why;

    sign_key_public(key, public_key);
    return certificate_read(bytes_view(&h->directory_keys[i - 1]), &c, &why) &&
           memcmp(c.public_key, public_key, KEY_SIZE) == 0;
}

/* The directory keys that sign. */
struct quorum {
    struct sign_key *keys[FEDERATION_HOME_KEYS];
    struct directory_signer signers[FEDERATION_HOME_KEYS];
    size_t count;
};

/* Opens as many of the folder's directory keys as must sign; the others are elsewhere. */
static bool quorum_open(const struct federation_home *h, struct quorum *q, struct error *err)
{
    struct error why = {0};

    for (unsigned i = 1; i <= h->directory_key_count && q->count < h->quorum; i++) {
        char name[24];

        (void)snprintf(name, sizeof name, "directory-%u", i);
        if (!federation_home_open_key(h, name, &q->keys[q->count], &why)) {
            if (why.code == E_KEY_01)
                continue;
            *err = why;
            return false;
        }
        if (!is_listed_key(h, i, q->keys[q->count])) { /* of before another founder's took its place */
            sign_key_free(q->keys[q->count]);
            continue;
        }
        q->signers[q->count] = (struct directory_signer){i, q->keys[q->count]};
        q->count++;
    }
    return true;
}

static void quorum_close(struct quorum *q)
{
    for (size_t i = 0; i < q->count; i++)
        sign_key_free(q->keys[i]);
}

/* Takes NOTE, of which D in ARENA is. */
static void take_waiting(struct federation_home *h, struct bytes *note, struct arena *arena, const struct directory *d)
{
    arena_fini(&h->arena);
    bytes_fini(&h->waiting);
    h->arena = *arena;
    h->directory = *d;
    h->waiting = *note;
    *note = (struct bytes){0};
}

static bool keep_waiting(struct federation_home *h, struct bytes *note, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct arena arena = {0};
    struct directory d;
    struct view text;

    if (!directory_note_text(bytes_view(note), &text, err) || !directory_decode(text, &arena, &d, err) ||
        !federation_home_file(h, FEDERATION_HOME_WAITING, path, err) ||
        !file_write(path, bytes_view(note), 0644, err)) {
        arena_fini(&arena);
        return false;
    }
    take_waiting(h, note, &arena, &d);
    return true;
}

/* Verifies the signed note as a node would before it replaces directory.note. */
static bool replace_newest_directory(struct federation_home *h, struct bytes *note, int64_t now_ms, struct error *err)
{
    const struct directory_trust trust = {.federation = &h->federation, .anchors = h->anchors, .now_ms = now_ms};
    char path[FILE_PATH_MAX];
    struct arena arena = {0};
    struct directory d;

    if (!directory_note_open(bytes_view(note), &trust, &arena, &d, err) ||
        !federation_home_file(h, FEDERATION_HOME_SIGNED, path, err) || !file_write(path, bytes_view(note), 0644, err)) {
        arena_fini(&arena);
        return false;
    }
    arena_fini(&h->arena);
    bytes_fini(&h->note);
    bytes_fini(&h->waiting);
    federation_home_choose_root(h, &d);
    h->arena = arena;
    h->directory = d;
    h->note = *note;
    *note = (struct bytes){0};
    if (federation_home_file(h, FEDERATION_HOME_WAITING, path, err))
        (void)unlink(path); /* what stays is older, and is not read */
    return true;
}

static bool keep(struct federation_home *h, struct bytes *note, uint32_t signatures, int64_t now_ms, struct error *err)
{
    return signatures >= h->quorum ? replace_newest_directory(h, note, now_ms, err) : keep_waiting(h, note, err);
}

bool federation_home_publish(struct federation_home *h, struct directory *d, int64_t now_ms, struct error *err)
{
    struct quorum q = {0};
    struct view keys[FEDERATION_HOME_KEYS];
    struct bytes note = {0};
    const int64_t days = h->directory_days == 0 ? BOUND_HARD_EXPIRY_DAYS : h->directory_days;
    bool ok = quorum_open(h, &q, err) && federation_home_write_sequence(h, h->sequence + 1, err);

    if (ok) {
        for (size_t i = 0; i < h->directory_key_count; i++)
            keys[i] = bytes_view(&h->directory_keys[i]);
        d->federation = h->federation;
        d->sequence = ++h->sequence;
        d->refresh_after_s = now_ms / 1000 + (days - DIRECTORY_REFRESH_DAYS) * (DAY_MS / 1000);
        d->hard_expiry_s = now_ms / 1000 + days * (DAY_MS / 1000);
        d->keys = keys;
        d->key_count = h->directory_key_count;
        ok = directory_note_sign(d, q.signers, q.count, &note, err) && keep(h, &note, (uint32_t)q.count, now_ms, err);
    }
    quorum_close(&q);
    bytes_fini(&note);
    return ok;
}

/* --- signatures from elsewhere --- */

static uint32_t count_signatures(const struct directory *d, struct view note)
{
    uint32_t count = 0;

    for (size_t i = 0; i < d->key_count; i++)
        count += directory_note_has(d, note, i);
    return count;
}

bool federation_home_read_signed(const struct federation_home *h, struct arena *arena, struct directory *out,
                                 struct error *err)
{
    struct view text;

    *out = (struct directory){0};
    return h->note.size == 0 ||
           (directory_note_text(bytes_view(&h->note), &text, err) && directory_decode(text, arena, out, err));
}

uint32_t federation_home_missing(const struct federation_home *h)
{
    uint32_t count;

    if (h->waiting.size == 0)
        return 0;
    count = count_signatures(&h->directory, bytes_view(&h->waiting));
    return count < h->quorum ? h->quorum - count : 1;
}

bool federation_home_collect(struct federation_home *h, struct view note, int64_t now_ms, struct error *err)
{
    struct bytes next = {0};
    bool ok;

    if (h->waiting.size == 0)
        return error_set(err, E_ENR_19, "no directory waits for signatures");
    bytes_append_view(&next, bytes_view(&h->waiting));
    ok = directory_note_collect(&h->directory, note, &next, err) &&
         keep(h, &next, count_signatures(&h->directory, bytes_view(&next)), now_ms, err);
    bytes_fini(&next);
    return ok;
}
