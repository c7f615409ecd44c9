#include "exchange/logs/audit_verify.h"

#include "base/text.h"
#include "codec/audit_messages.h"
#include "crypto/digest.h"
#include "exchange/logs/audit_inside.h"
#include "exchange/logs/proofs.h"

#include <stdlib.h>
#include <string.h>

#define TILE_LEVELS 8 /* of tiles of 256 hashes over fewer than 2^63 leaves */

/* One pass over records, tiles and checkpoints; the first error becomes the finding. */
struct log_verifier {
    struct log_state *log;
    const struct proof_signer *own;
    struct control_audit_verdict *verdict;
    struct arena *answer;  /* of the verdict */
    uint8_t *newest;       /* in it: the checkpoint that was read last */
    audit_check_fn *check; /* may be NULL */
    void *cookie;
    size_t which;    /* of the logs: those that are over, then LOG itself */
    uint64_t *tiles; /* full ones of each log so far, by level */
    uint64_t first;  /* place of its record 0 */
    struct merkle_edge edge;
    struct bytes levels[TILE_LEVELS]; /* hashes of the tile that is being filled */
    struct bytes roots;               /* root after each record that a checkpoint names: place u64, root 32 */
    struct bytes sizes;               /* places up to which the checkpoints reach, u64 each, ascending */
    size_t next_size;
    struct arena arena;
};

void audit_verdict_refuse(struct control_audit_verdict *out, uint64_t index, const struct error *why,
                          struct arena *arena)
{
    out->good = false;
    out->first_bad = index;
    out->code = view_of_text(error_row(why->code)->code);
    out->finding = arena_copy(arena, view_of_text(why->text));
}

static bool set_finding(struct log_verifier *v, uint64_t index, const char *what)
{
    struct error why;

    if (!v->verdict->good)
        return true;
    error_set(&why, E_LOG_01, "record %llu of %s: %s", (unsigned long long)index, v->log->row.origin, what);
    audit_verdict_refuse(v->verdict, index, &why, v->answer);
    return true;
}

static uint64_t place_of(const struct log_verifier *v)
{
    return v->first + v->edge.size;
}

static uint64_t first_of(const struct log_state *l, size_t which)
{
    return which < l->closed_count ? l->closed[which].row.first : l->row.first;
}

static const char *origin_of(const struct log_state *l, size_t which)
{
    return which < l->closed_count ? l->closed[which].row.origin : l->row.origin;
}

static void add_root(struct log_verifier *v)
{
    while (v->next_size * 8 < v->sizes.size && read_u64(v->sizes.at + v->next_size * 8) <= place_of(v)) {
        struct hash root;

        merkle_edge_root(&v->edge, &root);
        bytes_append_u64(&v->roots, place_of(v));
        bytes_append(&v->roots, root.at, HASH_SIZE);
        v->next_size++;
    }
}

/* The first record under tile NUMBER of LEVEL. */
static uint64_t first_record_under(unsigned level, uint64_t number)
{
    for (unsigned i = 0; i <= level; i++)
        number *= TREE_TILE_HASHES;
    return number;
}

/* A stored tile must hold the hashes computed from its records. */
static bool check_tile(struct log_verifier *v, unsigned level, struct error *err)
{
    uint64_t number = v->tiles[v->which * TILE_LEVELS + level]++;
    struct bytes stored = {0};
    bool found;
    bool ok = log_store_tile(v->log->audit->db, v->log->id, level, audit_tile_number(v->first, level, number), &found,
                             &stored, err);

    if (ok && (!found || !view_equal(bytes_view(&stored), bytes_view(&v->levels[level]))))
        (void)set_finding(v, v->first + first_record_under(level, number),
                          "the stored tile is not that of its records");
    bytes_fini(&stored);
    return ok;
}

/* Appends a hash to LEVEL; each full tile gives one hash of the level above. */
static bool add_hash(struct log_verifier *v, struct hash hash, struct error *err)
{
    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        struct bytes *hashes = &v->levels[level];

        bytes_append(hashes, hash.at, HASH_SIZE);
        if (hashes->size < (size_t)TREE_TILE_HASHES * HASH_SIZE)
            return true;
        if (!check_tile(v, level, err))
            return false;
        merkle_root_of((const struct hash *)(const void *)hashes->at, TREE_TILE_HASHES, &hash);
        bytes_clear(hashes);
    }
    return true;
}

/* The record before the one in PLACE is the last of its log, and PLACE the first of the next. */
static void begin_next_log(struct log_verifier *v)
{
    if (v->next_size == 0 || read_u64(v->sizes.at + (v->next_size - 1) * 8) != place_of(v))
        (void)set_finding(v, place_of(v) == 0 ? 0 : place_of(v) - 1, "no checkpoint covers it");
    v->which++;
    v->first = first_of(v->log, v->which);
    v->edge = (struct merkle_edge){0};
    for (unsigned level = 0; level < TILE_LEVELS; level++)
        bytes_clear(&v->levels[level]);
}

static bool is_same_text(const struct checkpoint *a, struct view note)
{
    struct checkpoint b;
    struct error why;

    return checkpoint_read(note, &b, &why) && view_equal(a->note.text, b.note.text);
}

/* A log that is over ends under the key of now, whichever signed it; record 0 of the one behind it names that end. */
static bool check_begins(struct log_verifier *v, const struct record *r, struct error *err)
{
    struct bytes stored = {0};
    struct bytes ends = {0};
    struct error why;
    struct checkpoint end;
    uint64_t size;
    bool found;
    bool ok;

    if (v->which == 0)
        return true;
    ok = log_store_checkpoint_over(v->log->audit->db, v->log->id, v->first - 1, &found, &size, &stored, err);
    if (ok && found && size == v->first)
        ok = audit_end_of(v->log, origin_of(v->log, v->which - 1), v->first, &found, &size, &ends, err);
    if (ok && (!found || size != v->first || !checkpoint_read(bytes_view(&ends), &end, &why) ||
               !proof_signer_check(v->own, &end, 0, &why) || !is_same_text(&end, bytes_view(&stored))))
        (void)set_finding(v, v->first == 0 ? 0 : v->first - 1, "the log does not end under this node's key");
    else if (ok && v->log->id == LOG_EXCHANGE && (r->kind != RECORD_INCARNATION || !is_same_text(&end, r->notes.first)))
        (void)set_finding(v, v->first, "it does not name the last checkpoint of the log before it");
    bytes_fini(&stored);
    bytes_fini(&ends);
    return ok;
}

/* A tile beyond the last record is an error: the true one could not be stored later. */
static bool verify_tile(void *cookie, unsigned level, uint64_t number, struct view hashes, struct error *err)
{
    struct log_verifier *v = cookie;

    (void)hashes;
    (void)err;
    for (size_t i = 0; i <= v->which && level < TILE_LEVELS; i++) {
        uint64_t begin = audit_tile_number(first_of(v->log, i), level, 0);

        if (number >= begin && number < begin + v->tiles[i * TILE_LEVELS + level])
            return true;
    }
    return set_finding(v, level >= TILE_LEVELS ? 0 : first_record_under(level, number),
                       "a tile is stored for no records");
}

static bool verify_record(void *cookie, const struct record_row *row, struct error *err)
{
    struct log_verifier *v = cookie;
    const char *against;
    struct record r;
    struct error why = {0};
    struct hash leaf;

    arena_reset(&v->arena);
    while (v->which < v->log->closed_count && place_of(v) == first_of(v->log, v->which + 1))
        begin_next_log(v);
    if (row->index != place_of(v))
        (void)set_finding(v, place_of(v), "records are missing from here");
    if (!record_decode(row->bytes, &v->arena, &r, &why))
        (void)set_finding(v, row->index, "its bytes cannot be read");
    else if (r.index != row->index - v->first || r.kind != row->kind || r.time_ms != row->time_ms)
        (void)set_finding(v, row->index, "a column beside it says something else than its bytes");
    else if (r.index == 0 && !check_begins(v, &r, err))
        return false;
    r.index = row->index;
    if (why.code == E_NONE && v->check != NULL && (against = v->check(v->cookie, &r)) != NULL)
        (void)set_finding(v, row->index, against);
    digest_leaf(row->bytes, &leaf);
    merkle_edge_append(&v->edge, &leaf);
    v->verdict->records++;
    if (why.code == E_NONE)
        v->verdict->last_ms = r.time_ms;
    add_root(v);
    return add_hash(v, leaf, err);
}

static bool collect_size(void *cookie, uint64_t size, struct view note, struct error *err)
{
    (void)note;
    (void)err;
    bytes_append_u64(&((struct log_verifier *)cookie)->sizes, size);
    return true;
}

static bool is_signed_formerly(const struct audit *a, const struct checkpoint *c)
{
    return a->signed_formerly != NULL && a->signed_formerly(a->former_keys, c);
}

static bool verify_checkpoint(void *cookie, uint64_t size, struct view note, struct error *err)
{
    struct log_verifier *v = cookie;
    uint64_t n = v->verdict->checkpoints++;
    struct error why = {0};
    struct checkpoint c;
    uint64_t before = n == 0 ? 0 : read_u64(v->sizes.at + (n - 1) * 8);
    size_t which = 0;

    (void)err;
    while (which < v->log->closed_count && size > first_of(v->log, which + 1))
        which++;
    if (!checkpoint_read(note, &c, &why) || c.size != size - first_of(v->log, which) ||
        !text_is(c.origin, origin_of(v->log, which)))
        return set_finding(v, before, "the checkpoint that covers it cannot be read or is of another log");
    if (!proof_signer_check(v->own, &c, 0, &why) &&
        !(which < v->log->closed_count && is_signed_formerly(v->log->audit, &c)))
        return set_finding(v, before, "the checkpoint that covers it is not signed by this node's key");
    if ((n + 1) * (8 + HASH_SIZE) > v->roots.size || read_u64(v->roots.at + n * (8 + HASH_SIZE)) != size)
        return set_finding(v, size == 0 ? 0 : size - 1, "a checkpoint names more records than there are");
    if (memcmp(v->roots.at + n * (8 + HASH_SIZE) + 8, c.root.at, HASH_SIZE) != 0)
        return set_finding(v, before,
                           "it, or one behind it up to the next checkpoint, was changed after it was signed");
    memcpy(v->newest, note.at, note.size); /* it was read: it is within its bound */
    v->verdict->checkpoint = view_of(v->newest, note.size);
    return true;
}

static bool verify_all(struct log_verifier *v, struct error *err)
{
    struct audit *a = v->log->audit;
    struct record_filter all = {0};
    const char *against;
    uint64_t last;

    if (v->log->tree != NULL && v->log->signed_size == 0)
        return true; /* nothing was committed yet */
    all.limit =
        v->log->tree != NULL ? v->log->signed_size : 0; /* records of the open transaction have no checkpoint yet */

    if (!log_store_walk_checkpoints(a->db, v->log->id, collect_size, v, err) ||
        !log_store_walk(a->db, v->log->id, &all, verify_record, v, err) ||
        !log_store_walk_checkpoints(a->db, v->log->id, verify_checkpoint, v, err))
        return false;
    if ((v->log->tree == NULL || v->log->size == v->log->signed_size) &&
        !log_store_walk_tiles(a->db, v->log->id, verify_tile, v, err))
        return false;
    if (v->check != NULL && (against = v->check(v->cookie, NULL)) != NULL)
        (void)set_finding(v, place_of(v) == 0 ? 0 : place_of(v) - 1, against);
    last = v->sizes.size == 0 ? 0 : read_u64(v->sizes.at + v->sizes.size - 8);
    if (last != place_of(v) || v->which < v->log->closed_count)
        (void)set_finding(v, last, "no checkpoint covers it");
    merkle_edge_root(&v->edge, &v->verdict->root);
    return true;
}

bool audit_verify(struct audit *a, enum log_id id, const struct proof_signer *own, audit_check_fn *check, void *cookie,
                  struct arena *arena, struct control_audit_verdict *out, struct error *err)
{
    struct log_verifier v = {.log = audit_log_of(a, id),
                             .own = own,
                             .verdict = out,
                             .answer = arena,
                             .newest = arena_new(arena, BOUND_CHECKPOINT),
                             .first = first_of(audit_log_of(a, id), 0),
                             .tiles = xnew((audit_log_of(a, id)->closed_count + 1) * TILE_LEVELS * sizeof *v.tiles),
                             .check = check,
                             .cookie = cookie};
    bool ok;

    *out = (struct control_audit_verdict){.good = true, .origin = view_of_text(v.log->row.origin)};
    ok = verify_all(&v, err);
    for (unsigned level = 0; level < TILE_LEVELS; level++)
        bytes_fini(&v.levels[level]);
    free(v.tiles);
    bytes_fini(&v.roots);
    bytes_fini(&v.sizes);
    arena_fini(&v.arena);
    return ok;
}

/* --- the newest records, read again --- */

struct replay {
    struct log_state *log;
    const struct proof_signer *own;
    uint64_t first; /* place of record 0 of the log that is read */
    struct merkle_edge edge;
    audit_record_fn *on_record;
    void *cookie;
    struct arena arena;
};

/* The checkpoint over the last of the records that were read, signed by OWN, must be of exactly these. */
static bool replay_ends(struct replay *p, const char *origin, struct error *err)
{
    struct log_state *l = p->log;
    uint64_t place = p->first + p->edge.size;
    struct bytes note = {0};
    struct checkpoint c;
    struct hash root;
    uint64_t size = 0;
    bool found = false;
    bool ok = place == 0 || audit_end_of(l, origin, place, &found, &size, &note, err);

    merkle_edge_root(&p->edge, &root);
    if (ok && !found && p->edge.size != 0)
        ok = error_set(err, E_LOG_02, "the log has records and no checkpoint");
    if (ok && found)
        ok = checkpoint_read(bytes_view(&note), &c, err) && proof_signer_check(p->own, &c, 0, err);
    if (ok && found &&
        (!text_is(c.origin, origin) || size != place || c.size != p->edge.size || !hash_equal(&c.root, &root)))
        ok = error_set(err, E_LOG_02, "the records are not those that the last checkpoint of %s signs", origin);
    bytes_fini(&note);
    return ok;
}

/* At the end of a log that is over: the next one begins. */
static bool replay_next_log(struct replay *p, struct error *err)
{
    const struct closed_log *c;

    while ((c = audit_closed_of(p->log, p->first)) != NULL && p->first + p->edge.size == c->end) {
        if (!replay_ends(p, c->row.origin, err))
            return false;
        p->first = c->end;
        p->edge = (struct merkle_edge){0};
    }
    return true;
}

static bool replay_record(void *cookie, const struct record_row *row, struct error *err)
{
    struct replay *p = cookie;
    struct record r;
    struct hash leaf;

    if (!replay_next_log(p, err))
        return false;
    if (row->index != p->first + p->edge.size)
        return error_set(err, E_LOG_02, "record %llu is missing", (unsigned long long)(p->first + p->edge.size));
    arena_reset(&p->arena);
    if (!audit_read_row(row, &p->arena, &r, err))
        return false;
    digest_leaf(row->bytes, &leaf);
    merkle_edge_append(&p->edge, &leaf);
    p->on_record(p->cookie, &r);
    return true;
}

bool audit_replay(struct audit *a, uint64_t from, const struct proof_signer *own, audit_record_fn *on_record,
                  void *cookie, struct error *err)
{
    struct log_state *l = audit_log_of(a, LOG_EXCHANGE);
    struct record_filter newer = {.from = from};
    struct replay p = {.log = l, .own = own, .on_record = on_record, .cookie = cookie};
    bool ok = true;

    if (from != 0 && from < l->row.first) {
        ok = audit_closed_edge(l, from, &p.first, &p.edge, err);
    } else if (from != 0) {
        p.first = l->row.first;
        ok = tree_edge(l->tree, from - l->row.first, &p.edge, err);
    }
    ok = ok && log_store_walk(a->db, l->id, &newer, replay_record, &p, err) && replay_next_log(&p, err) &&
         replay_ends(&p, l->row.origin, err);
    arena_fini(&p.arena);
    return ok;
}
