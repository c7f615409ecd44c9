#include "exchange/succession/contradictions.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "exchange/entries/entry_reach.h"
#include "exchange/exchange_status.h"
#include "exchange/members/membership.h"
#include "exchange/state.h"
#include "exchange/succession/succession_note.h"
#include "exchange/tick.h"
#include "store/note_store.h"

#define CONTRADICTION "contradiction" /* their name in the store, by the key in two hands in hex */

struct pair {
    struct hash old;
    struct hash new;
};

struct contradiction {
    struct hash key;
    struct address agency;
    int64_t since_s;
    bool compared; /* by a person, since */
    struct bytes note;
};

struct contradictions {
    struct bytes pairs; /* struct pair each: of all that were ever taken */
    struct bytes kept;  /* struct contradiction each, one a key */
};

void contradictions_free(struct contradictions *c)
{
    struct contradiction *at;

    if (c == NULL)
        return;
    at = (struct contradiction *)(void *)c->kept.at;
    for (size_t i = 0; i < c->kept.size / sizeof *at; i++)
        bytes_fini(&at[i].note);
    bytes_fini(&c->kept);
    bytes_fini(&c->pairs);
    free(c);
}

static struct contradiction *kept(const struct exchange *x, size_t *count)
{
    const struct contradictions *c = x->contradictions;

    *count = c->kept.size / sizeof(struct contradiction);
    return (struct contradiction *)(void *)c->kept.at;
}

static const struct contradiction *find(const struct exchange *x, const struct hash *key)
{
    size_t count;
    const struct contradiction *at = kept(x, &count);

    for (size_t i = 0; i < count; i++)
        if (hash_equal(&at[i].key, key))
            return &at[i];
    return NULL;
}

/* --- the store --- */

static void add(struct exchange *x, const struct contradiction *c, struct view note)
{
    struct contradiction added = *c;

    added.note = (struct bytes){0};
    bytes_append_view(&added.note, note);
    bytes_append(&x->contradictions->kept, &added, sizeof added);
}

static bool put(struct exchange *x, const struct contradiction *c, struct view note, struct error *err)
{
    char hex[2 * HASH_SIZE + 1];

    text_write_hex(c->key.at, HASH_SIZE, hex);
    return tick_begin(x, err) && note_store_put(x->db, CONTRADICTION, view_of_text(hex),
                                                2 * (uint64_t)c->since_s + (c->compared ? 1 : 0), note, err);
}

static bool load_one(void *cookie, struct view hex, uint64_t sequence, struct view note, struct error *err)
{
    struct exchange *x = cookie;
    struct contradiction c = {.since_s = (int64_t)(sequence / 2), .compared = sequence % 2 != 0};
    struct succession s;
    struct error why;

    if (!text_read_hex(hex, c.key.at, HASH_SIZE) ||
        !succession_note_read(note, membership_federation(x->membership), &s, &why))
        return error_set(err, E_STO_04, "what is kept of a key in two hands does not read");
    c.agency = s.agency;
    add(x, &c, note);
    return true;
}

bool contradictions_load(struct exchange *x, struct error *err)
{
    x->contradictions = xnew(sizeof *x->contradictions);
    return note_store_walk(x->db, CONTRADICTION, load_one, x, err);
}

/* --- two of one key --- */

static const struct pair *pairs(const struct exchange *x, size_t *count)
{
    *count = x->contradictions->pairs.size / sizeof(struct pair);
    return (const struct pair *)(const void *)x->contradictions->pairs.at;
}

void contradictions_note(struct exchange *x, const struct succession *s)
{
    size_t count;
    const struct pair *at = pairs(x, &count);
    struct pair p;

    succession_hashes(s, &p.old, &p.new);
    for (size_t i = 0; i < count; i++)
        if (hash_equal(&at[i].old, &p.old) && hash_equal(&at[i].new, &p.new))
            return;
    bytes_append(&x->contradictions->pairs, &p, sizeof p);
}

bool contradictions_find(const struct exchange *x, const struct succession *s, struct hash *key, bool *is_new)
{
    size_t count;
    const struct pair *at = pairs(x, &count);
    struct pair p;

    succession_hashes(s, &p.old, &p.new);
    for (size_t i = 0; i < count; i++) {
        const bool has_old = hash_equal(&at[i].old, &p.old);

        if (has_old == hash_equal(&at[i].new, &p.new))
            continue;
        *key = has_old ? p.old : p.new;
        *is_new = find(x, key) == NULL;
        return true;
    }
    return false;
}

bool contradictions_keep(struct exchange *x, const struct hash *key, const struct succession *s, struct view note,
                         struct error *err)
{
    const struct contradiction c = {.key = *key, .agency = s->agency, .since_s = tick_record_ms(x) / 1000};

    add(x, &c, note);
    return put(x, &c, note, err);
}

bool contradictions_doubt(const struct exchange *x, const struct hash *key)
{
    size_t count;
    const struct pair *at = pairs(x, &count);

    if (find(x, key) != NULL)
        return true;
    for (size_t i = 0; i < count; i++)
        if (hash_equal(&at[i].old, key) && find(x, &at[i].new) != NULL)
            return true;
    return false;
}

bool contradictions_compared(struct exchange *x, const struct address *agency, struct error *err)
{
    size_t count;
    struct contradiction *at = kept(x, &count);

    for (size_t i = 0; i < count; i++) {
        if (at[i].compared || !address_equal(&at[i].agency, agency))
            continue;
        at[i].compared = true;
        if (!put(x, &at[i], bytes_view(&at[i].note), err))
            return false;
    }
    return true;
}

/* --- told --- */

void contradictions_each(const struct exchange *x, contradictions_fn *on_note, void *cookie)
{
    size_t count;
    const struct contradiction *at = kept(x, &count);
    struct peer p;

    for (size_t i = 0; i < count; i++)
        if (!at[i].compared && membership_find_peer(x->membership, address_view(&at[i].agency), &p) &&
            (!p.revoked || p.reason == REVOKED_SUSPENDED))
            on_note(cookie, &at[i].agency, at[i].since_s * 1000, bytes_view(&at[i].note));
}

static void list_one(void *cookie, const struct address *agency, int64_t since_ms, struct view note)
{
    struct node_status *out = cookie;

    (void)note;
    for (size_t i = 0; i < out->contradicted_count; i++)
        if (address_equal(&out->contradicted[i].agency, agency))
            return;
    if (out->contradicted_count == BOUND_NAMED)
        out->contradicted_more++;
    else
        out->contradicted[out->contradicted_count++] = (struct key_contradicted){*agency, since_ms, ""};
}

bool contradictions_status(struct exchange *x, struct node_status *out, struct error *err)
{
    contradictions_each(x, list_one, out);
    for (size_t i = 0; i < out->contradicted_count; i++) {
        struct key_contradicted *c = &out->contradicted[i];
        struct control_reach reach = {0};

        if (!entry_reach_fill(x, &c->agency, &reach, err))
            return false;
        (void)snprintf(c->phone, sizeof c->phone, "%.*s", (int)reach.phone.size, (const char *)reach.phone.at);
    }
    return true;
}
