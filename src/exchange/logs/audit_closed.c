#include "exchange/logs/audit_inside.h"

#include "base/text.h"
#include "crypto/digest.h"
#include "store/note_store.h"

#include <stdlib.h>

/* --- a tree and what it reads --- */

/* Behind the tiles of the logs before, of which none reaches further: there are no more of them than whole tiles fit
 * in front of FIRST, and one that is begun. */
uint64_t audit_tile_number(uint64_t first, unsigned level, uint64_t number)
{
    for (unsigned i = 0; i <= level; i++)
        first = first / TREE_TILE_HASHES + (first % TREE_TILE_HASHES != 0);
    return first + number;
}

bool audit_tree_put(void *cookie, unsigned level, uint64_t number, struct view hashes, struct error *err)
{
    struct tree_source *s = cookie;

    return log_store_put_tile(s->log->audit->db, s->log->id, level, audit_tile_number(s->first, level, number), hashes,
                              err);
}

bool audit_tree_load(void *cookie, unsigned level, uint64_t number, struct bytes *out, struct error *err)
{
    struct tree_source *s = cookie;
    bool found;

    if (!log_store_tile(s->log->audit->db, s->log->id, level, audit_tile_number(s->first, level, number), &found, out,
                        err))
        return false;
    return found || error_set(err, E_LOG_02, "tile %llu of level %u is missing", (unsigned long long)number, level);
}

bool audit_tree_leaves(void *cookie, uint64_t from, uint64_t end, struct bytes *out, struct error *err)
{
    struct tree_source *s = cookie;
    struct bytes record = {0};
    bool ok = true;

    for (uint64_t i = s->first + from; i < s->first + end && ok; i++) {
        struct hash leaf;
        bool found;

        bytes_clear(&record);
        ok = log_store_record(s->log->audit->db, s->log->id, i, &found, &record, err);
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

bool audit_tree_open(struct tree_source *source, uint64_t size, struct tree **out, struct error *err)
{
    const struct tree_options options = {
        .size = size, .tile = audit_tree_put, .load = audit_tree_load, .leaves = audit_tree_leaves, .cookie = source};

    return tree_open(&options, out, err);
}

/* --- the logs that are over --- */

#define LOG_END                                                                                                        \
    "log-end" /* in note_store, by origin: a log's last checkpoint, under a key that is newer than the log */

static bool add_closed(void *cookie, uint32_t incarnation, const struct log_row *row, struct error *err)
{
    struct log_state *l = cookie;
    uint64_t least = l->closed_count == 0 ? 0 : l->closed[l->closed_count - 1].row.first;

    if (row->first < least || (l->closed_count == 0 && row->first != 0))
        return error_set(err, E_LOG_02, "%s does not begin where the log before it ends", row->origin);
    if (l->closed_count > 0)
        l->closed[l->closed_count - 1].end = row->first;
    l->closed = xrealloc(l->closed, (l->closed_count + 1) * sizeof *l->closed);
    l->closed[l->closed_count++] = (struct closed_log){.row = *row, .incarnation = incarnation, .end = l->row.first};
    return true;
}

bool audit_closed_load(struct log_state *l, struct error *err)
{
    if (!log_store_walk_closed(l->audit->db, l->id, add_closed, l, err))
        return false;
    return (l->closed_count == 0 ? l->row.first == 0 : l->row.first >= l->closed[l->closed_count - 1].row.first) ||
           error_set(err, E_LOG_02, "%s does not begin where the log before it ends", l->row.origin);
}

const struct closed_log *audit_closed_of(const struct log_state *l, uint64_t place)
{
    for (size_t i = 0; i < l->closed_count; i++)
        if (place < l->closed[i].end)
            return &l->closed[i];
    return NULL;
}

static bool open_tree(struct log_state *l, const struct closed_log *c, struct error *err)
{
    size_t which = (size_t)(c - l->closed);

    if (l->closed_tree != NULL && l->closed_open == which)
        return true;
    tree_free(l->closed_tree);
    l->closed_tree = NULL;
    l->closed_open = which;
    l->closed_source = (struct tree_source){.log = l, .first = c->row.first};
    return audit_tree_open(&l->closed_source, c->end - c->row.first, &l->closed_tree, err);
}

bool audit_closed_edge(struct log_state *l, uint64_t place, uint64_t *first, struct merkle_edge *out, struct error *err)
{
    const struct closed_log *c = audit_closed_of(l, place);

    REQUIRE(c != NULL);
    *first = c->row.first;
    return open_tree(l, c, err) && tree_edge(l->closed_tree, place - c->row.first, out, err);
}

bool audit_end_of(struct log_state *l, const char *origin, uint64_t end, bool *found, uint64_t *reaches,
                  struct bytes *note, struct error *err)
{
    if (!note_store_get(l->audit->db, LOG_END, view_of_text(origin), found, reaches, note, err))
        return false;
    return *found || log_store_checkpoint_over(l->audit->db, l->id, end - 1, found, reaches, note, err);
}

static bool read_last_note(struct log_state *l, const struct closed_log *c, struct bytes *note, struct error *err)
{
    struct checkpoint last;
    struct hash root;
    uint64_t size;
    bool found;

    if (!audit_end_of(l, c->row.origin, c->end, &found, &size, note, err))
        return false;
    tree_root(l->closed_tree, &root);
    return (found && size == c->end && checkpoint_read(bytes_view(note), &last, err) &&
            last.size == c->end - c->row.first && hash_equal(&last.root, &root) &&
            text_is(last.origin, c->row.origin)) ||
           error_set(err, E_LOG_02, "the last checkpoint of %s is not of what is stored", c->row.origin);
}

bool audit_closed_prove(struct log_state *l, uint64_t place, struct arena *arena, struct audit_proof *out,
                        struct error *err)
{
    const struct closed_log *c = audit_closed_of(l, place);
    struct bytes made = {0};
    bool ok;

    REQUIRE(c != NULL);
    ok = open_tree(l, c, err) && read_last_note(l, c, &made, err);
    if (ok) {
        out->checkpoint = arena_copy(arena, bytes_view(&made));
        out->size = c->end - c->row.first;
        out->closed = true;
        bytes_clear(&made);
        ok = tree_path(l->closed_tree, place - c->row.first, out->size, &made, err);
    }
    if (ok)
        out->path = arena_copy(arena, bytes_view(&made));
    bytes_fini(&made);
    return ok;
}

bool audit_prove_again(struct audit *a, uint64_t index, struct arena *arena, bool *again, struct audit_proof *out,
                       struct error *err)
{
    const struct closed_log *c = audit_closed_of(&a->logs[0], index);
    struct bytes note = {0};
    uint64_t reaches;
    bool ok;

    *again = false;
    if (c == NULL)
        return true;
    ok = note_store_get(a->db, LOG_END, view_of_text(c->row.origin), again, &reaches, &note, err);
    bytes_fini(&note);
    return ok && (!*again || audit_prove(a, index, AUDIT_OF_COMMIT, arena, out, err));
}

void audit_closed_free(struct log_state *l)
{
    tree_free(l->closed_tree);
    free(l->closed);
}

/* --- a log begins anew --- */

static bool close_log(struct log_state *l, const struct audit_options *o, struct error *err)
{
    struct log_row next = {.first = l->size};

    REQUIRE(l->size == l->signed_size && l->tree != NULL);
    origin_write(o->federation, o->agency, o->incarnation, l->id == LOG_HOUSE, next.origin);
    if (!log_store_begin_anew(l->audit->db, l->id, &l->row, l->incarnation, &next, err))
        return false;
    l->closed = xrealloc(l->closed, (l->closed_count + 1) * sizeof *l->closed);
    l->closed[l->closed_count++] = (struct closed_log){.row = l->row, .incarnation = l->incarnation, .end = next.first};
    l->row = next;
    l->incarnation = o->incarnation;
    l->source.first = next.first;
    tree_free(l->tree);
    l->tree = NULL;
    return audit_tree_open(&l->source, 0, &l->tree, err);
}

/* Nobody believes the key that signed them: what they hold counts as the one of now says. What was signed stays. */
static bool sign_ends(struct log_state *l, struct error *err)
{
    bool ok = true;

    for (size_t i = 0; i < l->closed_count && ok; i++) {
        const struct closed_log *c = &l->closed[i];
        struct bytes before = {0};
        struct bytes note = {0};
        struct checkpoint last;

        if (c->end == c->row.first)
            continue;
        ok = open_tree(l, c, err) && read_last_note(l, c, &before, err) &&
             checkpoint_read(bytes_view(&before), &last, err) &&
             checkpoint_sign(c->row.origin, last.size, &last.root, l->audit->key, &note, err) &&
             note_store_put(l->audit->db, LOG_END, view_of_text(c->row.origin), c->end, bytes_view(&note), err);
        bytes_fini(&before);
        bytes_fini(&note);
    }
    return ok;
}

/* Appends to LAST, empty before, the checkpoint with which the log ended that was closed last; none where it has no
 * record. */
static bool end_last(struct log_state *l, const struct audit_options *o, struct bytes *last, struct error *err)
{
    const bool has_note = l->note.size != 0;
    const struct closed_log *c;
    uint64_t reaches;
    bool found;

    if (!close_log(l, o, err) || (o->key_is_new && !sign_ends(l, err)))
        return false;
    bytes_clear(&l->note);
    c = &l->closed[l->closed_count - 1];
    return !has_note || audit_end_of(l, c->row.origin, c->end, &found, &reaches, last, err);
}

/* The exchange log's record 0 names its last checkpoint, and the one behind it that of the house log, so that nobody
 * puts others in the place of the logs that are over. */
bool audit_begin_anew(struct audit *a, const struct audit_options *o, struct view held, struct error *err)
{
    struct record begins = {.kind = RECORD_INCARNATION, .notes.second = held};
    struct record house = {.kind = RECORD_HOUSE};
    struct record restored = {.kind = RECORD_RESTORED, .house.what = HOUSE_AUDIT_LOG};
    struct bytes last[2] = {{0}, {0}};
    bool ok = true;

    REQUIRE(o->incarnation > a->logs[0].incarnation);
    for (int i = 0; i < 2; i++)
        ok = ok && end_last(&a->logs[i], o, &last[i], err);
    begins.notes.first = bytes_view(&last[0]);
    house.notes.first = bytes_view(&last[1]);
    ok = ok && (last[0].size != 0 || error_set(err, E_LOG_02, "the log that is over has no checkpoint")) &&
         audit_append(a, &begins, NULL, err) && (last[1].size == 0 || audit_append(a, &house, NULL, err)) &&
         audit_append(a, &restored, NULL, err);
    bytes_fini(&last[0]);
    bytes_fini(&last[1]);
    return ok;
}

/* --- asked --- */

size_t audit_beginnings(const struct audit *a)
{
    return a->logs[0].closed_count;
}

bool audit_beginning(struct audit *a, size_t which, struct arena *arena, struct audit_proof *out, struct error *err)
{
    const struct log_state *l = &a->logs[0];

    REQUIRE(which < l->closed_count);
    return audit_prove(a, l->closed[which].end, AUDIT_OF_COMMIT, arena, out, err);
}
