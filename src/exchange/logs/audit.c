#include "exchange/logs/audit.h"

#include "base/text.h"
#include "codec/audit_messages.h"
#include "codec/contract.h"
#include "crypto/digest.h"
#include "exchange/logs/audit_inside.h"

#include <stdlib.h>
#include <string.h>

/* --- opening --- */

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
    if (l->signed_size <= l->row.first && l->row.first != 0)
        return error_set(err, E_LOG_02, "%s began anew and has no checkpoint", l->row.origin);
    tree_root(l->tree, &root);
    if (!checkpoint_read(bytes_view(&l->note), &c, err))
        return error_wrap(err, "the last checkpoint");
    if (l->signed_size != size || c.size != size - l->row.first || !hash_equal(&c.root, &root) ||
        !text_is(c.origin, l->row.origin))
        return error_set(err, E_LOG_02, "the last checkpoint of %s is not of what is stored", l->row.origin);
    return true;
}

static bool open_log(struct audit *a, const struct audit_options *o, enum log_id id, struct error *err)
{
    struct log_state *l = audit_log_of(a, id);
    int64_t ignored;
    bool house;
    bool found;

    l->audit = a;
    l->id = id;
    if (!log_store_get(a->db, id, &found, &l->row, err))
        return false;
    if (!found) {
        if (o->key == NULL)
            return error_set(err, E_LOG_02, "the database has no audit log");
        origin_write(o->federation, o->agency, o->incarnation, id == LOG_HOUSE, l->row.origin);
        if (!log_store_create(a->db, id, &l->row, err))
            return false;
    }
    if (!origin_read(view_of_text(l->row.origin), o->federation, o->agency, &l->incarnation, &house) && o->key != NULL)
        return error_set(err, E_LOG_02, "%s is not a log of this node", l->row.origin);
    if (!audit_closed_load(l, err) || !log_store_size(a->db, id, &l->size, &ignored, err))
        return false;
    l->recent.first = l->size;
    l->source = (struct tree_source){.log = l, .first = l->row.first};
    if (o->key == NULL)
        return true; /* read only: audit_verify reports what is wrong with it */
    if (l->size < l->row.first)
        return error_set(err, E_LOG_02, "%s begins behind what is stored", l->row.origin);
    return audit_tree_open(&l->source, l->size - l->row.first, &l->tree, err) && check_last_checkpoint(l, l->size, err);
}

bool audit_open(const struct audit_options *o, struct audit **out, struct error *err)
{
    struct audit *a = xnew(sizeof *a);

    a->db = o->db;
    a->time = o->time;
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
        audit_closed_free(&a->logs[i]);
        bytes_fini(&a->logs[i].note);
        bytes_fini(&a->logs[i].recent.all);
        bytes_fini(&a->logs[i].recent.ends);
    }
    bytes_fini(&a->encoded);
    free(a);
}

/* --- appending --- */

/* Encodes R. It may say what a row said that somebody changed: no log holds what nobody could read again. */
static bool encode(struct audit *a, const struct record *r, struct error *err)
{
    struct error why;

    bytes_clear(&a->encoded);
    contract_encode_unchecked(&audit_record_contract, r, &a->encoded);
    return (contract_walk(&audit_record_contract, bytes_view(&a->encoded), &why) &&
            contract_rules_hold(&audit_record_contract, r, &why)) ||
           error_set(err, E_STO_04, "a record of kind %s cannot be: %s", record_kind_name(r->kind), why.text);
}

bool audit_append(struct audit *a, struct record *r, struct hash *leaf, struct error *err)
{
    struct log_state *l = audit_log_of(a, record_kind_is_house(r->kind) ? LOG_HOUSE : LOG_EXCHANGE);
    struct hash h;

    r->index = l->size - l->row.first;
    r->time_ms = trusted_time_record_ms(a->time);
    random_fill(a->random, r->salt, sizeof r->salt);
    if (!encode(a, r, err))
        return false;
    digest_leaf(bytes_view(&a->encoded), &h);
    r->index = l->size; /* its place: what the node keeps of it */
    if (!log_store_append(a->db, l->id, r->index, r->kind, r->time_ms, bytes_view(&a->encoded), err) ||
        !tree_append(l->tree, &h, err))
        return false;
    trusted_time_recorded(a->time, r->time_ms);
    l->size++;
    bytes_append_view(&l->recent.all, bytes_view(&a->encoded));
    bytes_append_u64(&l->recent.ends, l->recent.all.size);
    REQUIRE(l->recent.first + l->recent.ends.size / 8 == l->size);
    if (leaf != NULL)
        *leaf = h;
    if (l->id == LOG_EXCHANGE && a->on_append != NULL)
        a->on_append(a->on_append_cookie, r);
    return true;
}

void audit_observe(struct audit *a, audit_record_fn *on_append, void *cookie)
{
    a->on_append = on_append;
    a->on_append_cookie = cookie;
}

void audit_set_former(struct audit *a, audit_former_fn *signed_formerly, const void *keys)
{
    a->signed_formerly = signed_formerly;
    a->former_keys = keys;
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
    REQUIRE(size > l->signed_size);
    tree_root(l->tree, &root);
    bytes_clear(&l->note);
    if (!checkpoint_sign(l->row.origin, size - l->row.first, &root, l->audit->key, &l->note, err) ||
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
    REQUIRE(id == LOG_EXCHANGE || id == LOG_HOUSE);
    return a->logs[id - LOG_EXCHANGE].size;
}

bool audit_is_durable(const struct audit *a, uint64_t index)
{
    return index < a->logs[0].signed_size;
}

uint64_t audit_signed(const struct audit *a, enum log_id id)
{
    REQUIRE(id == LOG_EXCHANGE || id == LOG_HOUSE);
    return a->logs[id - LOG_EXCHANGE].signed_size;
}

static struct view last_note(const struct log_state *l, uint64_t *size)
{
    *size = l->note.size == 0 ? 0 : l->signed_size - l->row.first;
    return bytes_view(&l->note);
}

struct view audit_note(const struct audit *a, uint64_t *size)
{
    return last_note(&a->logs[0], size);
}

struct view audit_house_note(const struct audit *a, uint64_t *size)
{
    return last_note(&a->logs[1], size);
}

/* --- proving --- */

/* Somebody may have changed its row; what is not of a size that it can have goes to nobody. */
static bool is_of_size(const struct bytes *stored, size_t most, uint64_t index, struct error *err)
{
    return (stored->size > 0 && stored->size <= most) ||
           error_set(err, E_LOG_02, "record %llu, or the checkpoint that covers it, is not as it was stored",
                     (unsigned long long)index);
}

static bool find_record(struct log_state *l, uint64_t index, struct arena *arena, struct view *out, struct error *err)
{
    struct bytes stored = {0};
    bool found;
    bool ok;

    if (index >= l->recent.first) {
        uint64_t at = index - l->recent.first;
        uint64_t begin;
        uint64_t end;

        if ((at + 1) * 8 > l->recent.ends.size)
            return error_set(err, E_LOG_07, "the log has no record %llu", (unsigned long long)index);
        begin = at == 0 ? 0 : read_u64(l->recent.ends.at + (at - 1) * 8);
        end = read_u64(l->recent.ends.at + at * 8);
        REQUIRE(begin < end && end <= l->recent.all.size);
        *out = arena_copy(arena, view_of(l->recent.all.at + begin, (size_t)(end - begin)));
        return true;
    }
    if (!log_store_record(l->audit->db, l->id, index, &found, &stored, err))
        return false;
    ok = found ? is_of_size(&stored, BOUND_RECORD, index, err)
               : error_set(err, E_LOG_02, "record %llu is missing", (unsigned long long)index);
    if (ok)
        *out = arena_copy(arena, bytes_view(&stored));
    bytes_fini(&stored);
    return ok;
}

/* The checkpoint of the commit that recorded INDEX: that of this tick, or a stored one. */
static bool find_checkpoint(struct log_state *l, uint64_t index, enum audit_checkpoint which, struct arena *arena,
                            struct audit_proof *out, struct error *err)
{
    struct bytes note = {0};
    bool found;
    bool ok;

    if (which == AUDIT_NEWEST || index >= l->recent.first) {
        REQUIRE(index < l->signed_size);
        out->size = l->signed_size - l->row.first;
        out->checkpoint = arena_copy(arena, bytes_view(&l->note));
        return true;
    }
    if (!log_store_checkpoint_over(l->audit->db, l->id, index, &found, &out->size, &note, err))
        return false;
    ok = found ? is_of_size(&note, BOUND_CHECKPOINT, index, err)
               : error_set(err, E_LOG_02, "no checkpoint covers record %llu", (unsigned long long)index);
    if (ok) {
        out->size -= l->row.first;
        out->checkpoint = arena_copy(arena, bytes_view(&note));
    }
    bytes_fini(&note);
    return ok;
}

bool audit_prove(struct audit *a, uint64_t index, enum audit_checkpoint which, struct arena *arena,
                 struct audit_proof *out, struct error *err)
{
    struct log_state *l = audit_log_of(a, LOG_EXCHANGE);

    out->closed = false;
    if (!find_record(l, index, arena, &out->record, err))
        return false;
    if (index < l->row.first)
        return audit_closed_prove(l, index, arena, out, err);
    if (!find_checkpoint(l, index, which, arena, out, err))
        return false;
    bytes_clear(&a->encoded);
    if (!tree_path(l->tree, index - l->row.first, out->size, &a->encoded, err))
        return false;
    out->path = arena_copy(arena, bytes_view(&a->encoded));
    return true;
}

bool audit_consistency(struct audit *a, uint64_t old_size, uint64_t new_size, struct arena *arena, struct view *path,
                       struct error *err)
{
    bytes_clear(&a->encoded);
    if (!tree_consistency(audit_log_of(a, LOG_EXCHANGE)->tree, old_size, new_size, &a->encoded, err))
        return false;
    *path = arena_copy(arena, bytes_view(&a->encoded));
    return true;
}

bool audit_checkpoint(struct audit *a, uint64_t size, struct arena *arena, bool *found, struct view *note,
                      struct error *err)
{
    const uint64_t first = a->logs[0].row.first;
    struct bytes stored = {0};
    uint64_t of = 0;
    bool ok = size == 0 || size > INT64_MAX - first ||
              log_store_checkpoint_over(a->db, LOG_EXCHANGE, first + size - 1, found, &of, &stored, err);

    *found = ok && size != 0 && size <= INT64_MAX - first && of == first + size;
    ok = ok && (!*found || is_of_size(&stored, BOUND_CHECKPOINT, size - 1, err));
    if (ok && *found)
        *note = arena_copy(arena, bytes_view(&stored));
    bytes_fini(&stored);
    return ok;
}

bool audit_read_row(const struct record_row *row, struct arena *arena, struct record *out, struct error *err)
{
    struct error why;

    if (!record_decode(row->bytes, arena, out, &why))
        return error_set(err, E_LOG_02, "record %llu cannot be read: %s", (unsigned long long)row->index, why.text);
    out->index = row->index;
    return true;
}

uint32_t audit_incarnation(const struct audit *a)
{
    return a->logs[0].incarnation;
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
    if (size == 0 || l->note.size == 0 || size > l->signed_size - l->row.first)
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
