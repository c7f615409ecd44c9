#include "exchange/logs/audit_verify.h"

#include "base/text.h"
#include "codec/audit_messages.h"
#include "crypto/digest.h"
#include "exchange/logs/audit_inside.h"

#include <string.h>

#define TILE_LEVELS 8 /* of tiles of 256 hashes over fewer than 2^63 leaves */

/* One pass over records, tiles and checkpoints; the first error becomes the finding. */
struct log_verifier {
    struct log_state *log;
    const struct verify_key *own;
    struct control_audit_verdict *verdict;
    struct arena *answer;  /* of the verdict */
    uint8_t *newest;       /* in it: the checkpoint that was read last */
    audit_check_fn *check; /* may be NULL */
    void *cookie;
    struct merkle_edge edge;
    struct level {
        struct bytes hashes; /* of the tile that is being filled */
        uint64_t tiles;      /* full ones so far */
    } levels[TILE_LEVELS];
    struct bytes roots; /* root after each record that a checkpoint names: size u64, root 32 */
    struct bytes sizes; /* sizes of the checkpoints, u64 each, ascending */
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

static void add_root(struct log_verifier *v)
{
    while (v->next_size * 8 < v->sizes.size && read_u64(v->sizes.at + v->next_size * 8) <= v->edge.size) {
        struct hash root;

        merkle_edge_root(&v->edge, &root);
        bytes_append_u64(&v->roots, v->edge.size);
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
    struct level *l = &v->levels[level];
    uint64_t number = l->tiles++;
    struct bytes stored = {0};
    bool found;
    bool ok = log_store_tile(v->log->audit->db, v->log->id, level, number, &found, &stored, err);

    if (ok && (!found || !view_equal(bytes_view(&stored), bytes_view(&l->hashes))))
        (void)set_finding(v, first_record_under(level, number), "the stored tile is not that of its records");
    bytes_fini(&stored);
    return ok;
}

/* Appends a hash to LEVEL; each full tile gives one hash of the level above. */
static bool add_hash(struct log_verifier *v, struct hash hash, struct error *err)
{
    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        struct bytes *hashes = &v->levels[level].hashes;

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

/* A tile beyond the last record is an error: the true one could not be stored later. */
static bool verify_tile(void *cookie, unsigned level, uint64_t number, struct view hashes, struct error *err)
{
    struct log_verifier *v = cookie;

    (void)hashes;
    (void)err;
    if (level >= TILE_LEVELS || number >= v->levels[level].tiles)
        (void)set_finding(v, level >= TILE_LEVELS ? 0 : first_record_under(level, number),
                          "a tile is stored for no records");
    return true;
}

static bool verify_record(void *cookie, const struct record_row *row, struct error *err)
{
    struct log_verifier *v = cookie;
    const char *against;
    struct record r;
    struct error why = {0};
    struct hash leaf;

    arena_reset(&v->arena);
    if (row->index != v->edge.size)
        (void)set_finding(v, v->edge.size, "records are missing from here");
    if (!record_decode(row->bytes, &v->arena, &r, &why))
        (void)set_finding(v, row->index, "its bytes cannot be read");
    else if (r.index != row->index || r.kind != row->kind || r.time_ms != row->time_ms)
        (void)set_finding(v, row->index, "a column beside it says something else than its bytes");
    else if (v->check != NULL && (against = v->check(v->cookie, &r)) != NULL)
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

static bool verify_checkpoint(void *cookie, uint64_t size, struct view note, struct error *err)
{
    struct log_verifier *v = cookie;
    uint64_t n = v->verdict->checkpoints++;
    struct error why = {0};
    struct checkpoint c;
    uint64_t before = n == 0 ? 0 : read_u64(v->sizes.at + (n - 1) * 8);

    (void)err;
    if (!checkpoint_read(note, &c, &why) || c.size != size || !text_is(c.origin, v->log->row.origin))
        return set_finding(v, before, "the checkpoint that covers it cannot be read or is of another log");
    if (!checkpoint_verify(&c, v->own, &why))
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
        (void)set_finding(v, v->edge.size == 0 ? 0 : v->edge.size - 1, against);
    last = v->sizes.size == 0 ? 0 : read_u64(v->sizes.at + v->sizes.size - 8);
    if (last != v->edge.size)
        (void)set_finding(v, last, "no checkpoint covers it");
    merkle_edge_root(&v->edge, &v->verdict->root);
    return true;
}

bool audit_verify(struct audit *a, enum log_id id, const struct verify_key *own, audit_check_fn *check, void *cookie,
                  struct arena *arena, struct control_audit_verdict *out, struct error *err)
{
    struct log_verifier v = {.log = audit_log_of(a, id),
                             .own = own,
                             .verdict = out,
                             .answer = arena,
                             .newest = arena_new(arena, BOUND_CHECKPOINT),
                             .check = check,
                             .cookie = cookie};
    bool ok;

    *out = (struct control_audit_verdict){.good = true, .origin = view_of_text(v.log->row.origin)};
    ok = verify_all(&v, err);
    for (unsigned level = 0; level < TILE_LEVELS; level++)
        bytes_fini(&v.levels[level].hashes);
    bytes_fini(&v.roots);
    bytes_fini(&v.sizes);
    arena_fini(&v.arena);
    return ok;
}

/* --- the newest records, read again --- */

struct replay {
    struct merkle_edge edge;
    audit_record_fn *on_record;
    void *cookie;
    struct arena arena;
};

static bool replay_record(void *cookie, const struct record_row *row, struct error *err)
{
    struct replay *p = cookie;
    struct record r;
    struct hash leaf;

    if (row->index != p->edge.size)
        return error_set(err, E_LOG_02, "record %llu is missing", (unsigned long long)p->edge.size);
    arena_reset(&p->arena);
    if (!audit_read_row(row, &p->arena, &r, err))
        return false;
    digest_leaf(row->bytes, &leaf);
    merkle_edge_append(&p->edge, &leaf);
    p->on_record(p->cookie, &r);
    return true;
}

/* The newest checkpoint, signed by OWN, must be of exactly the records that were read. */
static bool replay_ends(struct log_state *l, const struct replay *p, const struct verify_key *own, struct error *err)
{
    struct bytes note = {0};
    struct checkpoint c;
    struct hash root;
    uint64_t size;
    bool found;
    bool ok = log_store_last_checkpoint(l->audit->db, l->id, &found, &size, &note, err);

    merkle_edge_root(&p->edge, &root);
    if (ok && !found && p->edge.size != 0)
        ok = error_set(err, E_LOG_02, "the log has records and no checkpoint");
    if (ok && found)
        ok = checkpoint_read(bytes_view(&note), &c, err) && checkpoint_verify(&c, own, err);
    if (ok && found && (!text_is(c.origin, l->row.origin) || c.size != p->edge.size || !hash_equal(&c.root, &root)))
        ok = error_set(err, E_LOG_02, "the records are not those that the last checkpoint of %s signs", l->row.origin);
    bytes_fini(&note);
    return ok;
}

bool audit_replay(struct audit *a, uint64_t from, const struct verify_key *own, audit_record_fn *on_record,
                  void *cookie, struct error *err)
{
    struct log_state *l = audit_log_of(a, LOG_EXCHANGE);
    struct record_filter newer = {.from = from};
    struct replay p = {.on_record = on_record, .cookie = cookie};
    bool ok = from == 0 || tree_edge(l->tree, from, &p.edge, err);

    ok = ok && log_store_walk(a->db, l->id, &newer, replay_record, &p, err) && replay_ends(l, &p, own, err);
    arena_fini(&p.arena);
    return ok;
}
