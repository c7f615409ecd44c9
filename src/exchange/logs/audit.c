#include "exchange/logs/audit.h"

#include "auditlog/tree.h"
#include "base/text.h"
#include "codec/record_codec.h"
#include "crypto/digest.h"

#include <stdlib.h>
#include <string.h>

/* A record's time is never before that of the last one, unless the last one is further ahead of the clock than this
 * (docs/PROTOCOL.md 4). */
#define AHEAD_MAX_MS 600000

/* The records of this tick, so that a proof for one does not read the database. */
struct recent {
    uint64_t first; /* index of the first of them */
    struct bytes all;
    struct bytes ends; /* u64 each: the end of record i in ALL */
};

struct log_state {
    struct audit *audit;
    enum log_id id;
    struct log_row row;
    struct tree *tree; /* NULL: read only */
    uint64_t size;     /* records */
    int64_t last_ms;
    uint64_t signed_size;
    struct bytes note; /* of signed_size */
    struct recent recent;
};

struct audit {
    struct db *db;
    struct clock *clock;
    struct random_source *random;
    const struct sign_key *key;
    struct log_state logs[2];
    struct bytes encoded;
};

static struct log_state *log_of(struct audit *a, enum log_id id)
{
    return &a->logs[id - LOG_EXCHANGE];
}

/* --- opening --- */

static bool put_tile(void *cookie, unsigned level, uint64_t number, struct view hashes, struct error *err)
{
    struct log_state *l = cookie;

    return log_store_put_tile(l->audit->db, l->id, level, number, hashes, err);
}

static bool load_tile(void *cookie, unsigned level, uint64_t number, struct bytes *out, struct error *err)
{
    struct log_state *l = cookie;
    bool found;

    if (!log_store_tile(l->audit->db, l->id, level, number, &found, out, err))
        return false;
    return found || error_set(err, E_LOG_02, "tile %llu of level %u is missing", (unsigned long long)number, level);
}

static bool load_leaves(void *cookie, uint64_t from, uint64_t end, struct bytes *out, struct error *err)
{
    struct log_state *l = cookie;
    struct bytes record = {0};
    bool ok = true;

    for (uint64_t i = from; i < end && ok; i++) {
        struct hash leaf;
        bool found;

        bytes_clear(&record);
        ok = log_store_record(l->audit->db, l->id, i, &found, &record, err);
        if (ok && !found)
            ok = error_set(err, E_LOG_02, "record %llu is missing", (unsigned long long)i);
        if (ok) {
            digest_leaf(bytes_view(&record), &leaf);
            bytes_append(out, leaf.at, HASH_SIZE);
        }
    }
    bytes_fini(&record);
    return ok;
}

/* The stored tree must have the root that was signed last. Checked before anything is appended and signed on top. */
static bool check_last_checkpoint(struct log_state *l, uint64_t size, struct error *err)
{
    struct checkpoint c;
    struct hash root;
    bool found;

    if (!log_store_last_checkpoint(l->audit->db, l->id, &found, &l->signed_size, &l->note, err))
        return false;
    if (!found)
        return size == 0 || error_set(err, E_LOG_02, "the log has records and no checkpoint");
    tree_root(l->tree, &root);
    if (!checkpoint_read(bytes_view(&l->note), &c, err))
        return error_wrap(err, "the last checkpoint");
    if (c.size != size || !hash_equal(&c.root, &root))
        return error_set(err, E_LOG_02, "the last checkpoint of %s is not of what is stored", l->row.origin);
    return true;
}

static bool open_log(struct audit *a, const struct audit_options *o, enum log_id id, struct error *err)
{
    struct log_state *l = log_of(a, id);
    struct tree_options options = {.tile = put_tile, .load = load_tile, .leaves = load_leaves, .cookie = l};
    bool found;

    l->audit = a;
    l->id = id;
    if (!log_store_get(a->db, id, &found, &l->row, err))
        return false;
    if (!found) {
        if (o->key == NULL)
            return error_set(err, E_LOG_02, "the database has no audit log");
        l->row.incarnation = 1;
        origin_write(o->federation, o->agency, 1, id == LOG_HOUSE, l->row.origin);
        if (!log_store_create(a->db, id, &l->row, err))
            return false;
    }
    if (!log_store_size(a->db, id, &options.size, &l->last_ms, err))
        return false;
    l->recent.first = options.size;
    l->size = options.size;
    if (o->key == NULL)
        return true; /* read only: audit_verify reports what is wrong with it */
    return tree_open(&options, &l->tree, err) && check_last_checkpoint(l, options.size, err);
}

bool audit_open(const struct audit_options *o, struct audit **out, struct error *err)
{
    struct audit *a = xnew(sizeof *a);

    a->db = o->db;
    a->clock = o->clock;
    a->random = o->random;
    a->key = o->key;
    if (!open_log(a, o, LOG_EXCHANGE, err) || !open_log(a, o, LOG_HOUSE, err)) {
        audit_close(a);
        return false;
    }
    *out = a;
    return true;
}

void audit_close(struct audit *a)
{
    if (a == NULL)
        return;
    for (int i = 0; i < 2; i++) {
        tree_free(a->logs[i].tree);
        bytes_fini(&a->logs[i].note);
        bytes_fini(&a->logs[i].recent.all);
        bytes_fini(&a->logs[i].recent.ends);
    }
    bytes_fini(&a->encoded);
    free(a);
}

/* --- appending --- */

static int64_t record_time(const struct log_state *l, int64_t now)
{
    return now >= l->last_ms || l->last_ms - now > AHEAD_MAX_MS ? now : l->last_ms;
}

bool audit_append(struct audit *a, struct record *r, struct hash *leaf, struct error *err)
{
    struct log_state *l = log_of(a, record_kind_is_house(r->kind) ? LOG_HOUSE : LOG_EXCHANGE);
    struct hash h;

    r->index = l->size;
    r->time_ms = record_time(l, clock_now_ms(a->clock));
    random_fill(a->random, r->salt, sizeof r->salt);
    bytes_clear(&a->encoded);
    record_encode(r, &a->encoded);
    if (a->encoded.size > BOUND_RECORD)
        return error_set(err, E_BUG_01, "a record of kind %s is over %d bytes", record_kind_name(r->kind),
                         BOUND_RECORD);
    digest_leaf(bytes_view(&a->encoded), &h);
    if (!log_store_append(a->db, l->id, r->index, r->kind, r->time_ms, bytes_view(&a->encoded), err) ||
        !tree_append(l->tree, &h, err))
        return false;
    l->last_ms = r->time_ms;
    l->size++;
    bytes_append_view(&l->recent.all, bytes_view(&a->encoded));
    bytes_append_u64(&l->recent.ends, l->recent.all.size);
    if (leaf != NULL)
        *leaf = h;
    return true;
}

static bool has_grown(const struct log_state *l)
{
    return l->size != l->signed_size;
}

static bool sign_log(struct log_state *l, struct error *err)
{
    struct hash root;
    uint64_t size = l->size;

    if (!has_grown(l))
        return true;
    tree_root(l->tree, &root);
    bytes_clear(&l->note);
    if (!checkpoint_sign(l->row.origin, size, &root, l->audit->key, &l->note, err) ||
        !log_store_put_checkpoint(l->audit->db, l->id, size, bytes_view(&l->note), err))
        return false;
    l->signed_size = size;
    return true;
}

bool audit_sign(struct audit *a, struct error *err)
{
    return sign_log(&a->logs[0], err) && sign_log(&a->logs[1], err);
}

void audit_end_tick(struct audit *a)
{
    for (int i = 0; i < 2; i++) {
        bytes_clear(&a->logs[i].recent.all);
        bytes_clear(&a->logs[i].recent.ends);
        a->logs[i].recent.first = a->logs[i].size;
    }
}

uint64_t audit_size(const struct audit *a, enum log_id id)
{
    return a->logs[id - LOG_EXCHANGE].size;
}

bool audit_is_durable(const struct audit *a, uint64_t index)
{
    return index < a->logs[0].signed_size;
}

struct view audit_house_note(const struct audit *a, uint64_t *size)
{
    const struct log_state *l = &a->logs[1];

    *size = l->signed_size;
    return bytes_view(&l->note);
}

/* --- proving --- */

static bool find_record(struct log_state *l, uint64_t index, struct arena *arena, struct view *out, struct error *err)
{
    struct bytes stored = {0};
    bool found;

    if (index >= l->recent.first) {
        uint64_t at = index - l->recent.first;
        uint64_t begin;

        if ((at + 1) * 8 > l->recent.ends.size)
            return error_set(err, E_LOG_07, "the log has no record %llu", (unsigned long long)index);
        begin = at == 0 ? 0 : read_u64(l->recent.ends.at + (at - 1) * 8);
        *out = arena_copy(arena,
                          view_of(l->recent.all.at + begin, (size_t)(read_u64(l->recent.ends.at + at * 8) - begin)));
        return true;
    }
    if (!log_store_record(l->audit->db, l->id, index, &found, &stored, err))
        return false;
    *out = arena_copy(arena, bytes_view(&stored));
    bytes_fini(&stored);
    return found || error_set(err, E_LOG_02, "record %llu is missing", (unsigned long long)index);
}

/* The checkpoint of the commit that recorded INDEX: that of this tick, or a stored one. */
static bool find_checkpoint(struct log_state *l, uint64_t index, enum audit_checkpoint which, struct arena *arena,
                            struct audit_proof *out, struct error *err)
{
    struct bytes note = {0};
    bool found;

    if (which == AUDIT_NEWEST || index >= l->recent.first) {
        REQUIRE(index < l->signed_size);
        out->size = l->signed_size;
        out->checkpoint = arena_copy(arena, bytes_view(&l->note));
        return true;
    }
    if (!log_store_checkpoint_over(l->audit->db, l->id, index, &found, &out->size, &note, err))
        return false;
    out->checkpoint = arena_copy(arena, bytes_view(&note));
    bytes_fini(&note);
    return found || error_set(err, E_LOG_02, "no checkpoint covers record %llu", (unsigned long long)index);
}

bool audit_prove(struct audit *a, uint64_t index, enum audit_checkpoint which, struct arena *arena,
                 struct audit_proof *out, struct error *err)
{
    struct log_state *l = log_of(a, LOG_EXCHANGE);

    if (!find_record(l, index, arena, &out->record, err) || !find_checkpoint(l, index, which, arena, out, err))
        return false;
    bytes_clear(&a->encoded);
    if (!tree_path(l->tree, index, out->size, &a->encoded, err))
        return false;
    out->path = arena_copy(arena, bytes_view(&a->encoded));
    return true;
}

bool audit_consistency(struct audit *a, uint64_t old_size, uint64_t new_size, struct arena *arena, struct view *path,
                       struct error *err)
{
    bytes_clear(&a->encoded);
    if (!tree_consistency(log_of(a, LOG_EXCHANGE)->tree, old_size, new_size, &a->encoded, err))
        return false;
    *path = arena_copy(arena, bytes_view(&a->encoded));
    return true;
}

bool audit_checkpoint(struct audit *a, uint64_t size, struct arena *arena, bool *found, struct view *note,
                      struct error *err)
{
    struct bytes stored = {0};
    uint64_t of = 0;
    bool ok = size == 0 || log_store_checkpoint_over(a->db, LOG_EXCHANGE, size - 1, found, &of, &stored, err);

    *found = ok && of == size && size != 0;
    if (*found)
        *note = arena_copy(arena, bytes_view(&stored));
    bytes_fini(&stored);
    return ok;
}

bool audit_is_own_origin(const struct audit *a, struct view origin)
{
    return view_equal(origin, view_of_text(a->logs[0].row.origin));
}

bool audit_contains(struct audit *a, uint64_t size, const struct hash *root, bool *contained, struct error *err)
{
    const struct log_state *l = &a->logs[0];
    struct checkpoint newest;

    *contained = false;
    if (size == 0 || size > l->signed_size)
        return true;
    if (!checkpoint_read(bytes_view(&l->note), &newest, err))
        return false;
    if (size == newest.size) {
        *contained = hash_equal(root, &newest.root);
        return true;
    }
    bytes_clear(&a->encoded);
    if (!tree_consistency(l->tree, size, newest.size, &a->encoded, err))
        return false;
    *contained = merkle_verify_consistency(size, root, newest.size, &newest.root, bytes_view(&a->encoded));
    return true;
}

/* --- verifying --- */

#define TILE_LEVELS 8 /* of tiles of 256 hashes over fewer than 2^63 leaves */

/* One pass over records, tiles and checkpoints; the first error becomes the finding. */
struct log_verifier {
    struct log_state *log;
    const struct verify_key *own;
    struct audit_verdict *verdict;
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

static bool set_finding(struct log_verifier *v, uint64_t index, const char *what)
{
    struct audit_verdict *out = v->verdict;

    if (!out->good)
        return true;
    out->good = false;
    out->first_bad_index = index;
    error_set(&out->finding, E_LOG_01, "record %llu of %s: %s", (unsigned long long)index, v->log->row.origin, what);
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
    digest_leaf(row->bytes, &leaf);
    merkle_edge_append(&v->edge, &leaf);
    v->verdict->records++;
    v->verdict->last_ms = row->time_ms;
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
    return true;
}

static bool verify_all(struct log_verifier *v, struct error *err)
{
    struct audit *a = v->log->audit;
    struct record_filter all = {0};
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
    last = v->sizes.size == 0 ? 0 : read_u64(v->sizes.at + v->sizes.size - 8);
    if (last != v->edge.size)
        (void)set_finding(v, last, "no checkpoint covers it");
    merkle_edge_root(&v->edge, &v->verdict->root);
    return true;
}

bool audit_verify(struct audit *a, enum log_id id, const struct verify_key *own, struct audit_verdict *out,
                  struct error *err)
{
    struct log_verifier v = {.log = log_of(a, id), .own = own, .verdict = out};
    bool ok;

    *out = (struct audit_verdict){.good = true};
    memcpy(out->origin, v.log->row.origin, sizeof out->origin);
    ok = verify_all(&v, err);
    for (unsigned level = 0; level < TILE_LEVELS; level++)
        bytes_fini(&v.levels[level].hashes);
    bytes_fini(&v.roots);
    bytes_fini(&v.sizes);
    arena_fini(&v.arena);
    return ok;
}
