#include "exchange/consent/consent_log.h"

#include "auditlog/merkle.h"
#include "crypto/digest.h"

#include <stdlib.h>
#include <string.h>

#define OWN_AGENCY 0 /* place of this agency among the names */

/* The flags of an entry. */
#define IS_HELD   1u
#define IS_ERASED 2u

/* Changes of a chunk that were not followed up yet. */
#define UNHASHED 1u
#define UNSTORED 2u

struct consent_log {
    struct consent_fact *facts; /* in the order of their first records */
    size_t count;
    size_t room;
    uint32_t *places; /* hash table, open: place of the fact + 1; 0 free */
    size_t place_count;
    uint64_t seed; /* ids of other agencies are their choice: where they fall is not */
    struct address *names;
    size_t name_count;
    size_t name_room;
    struct hash *roots; /* of each chunk */
    uint8_t *changes;
    size_t chunk_room;
    struct bytes refusals; /* places, u32 each, of the entries that are one */
    struct bytes scratch;
    uint64_t applied; /* records */
};

/* --- the map --- */

static uint64_t mix(uint64_t n)
{
    n = (n ^ (n >> 32)) * UINT64_C(0xd6e8feb86659fd93);
    n = (n ^ (n >> 32)) * UINT64_C(0xd6e8feb86659fd93);
    return n ^ (n >> 32);
}

static size_t first_place(const struct consent_log *l, const struct ident *id)
{
    return (size_t)mix(mix(l->seed ^ read_u64(id->at)) ^ read_u64(id->at + 8)) & (l->place_count - 1);
}

struct consent_log *consent_log_new(const struct address *own, struct random_source *random)
{
    struct consent_log *l = xnew(sizeof *l);

    random_fill(random, &l->seed, sizeof l->seed);
    l->place_count = CONSENT_CHUNK;
    l->places = xnew(l->place_count * sizeof *l->places);
    l->name_room = 8;
    l->names = xnew(l->name_room * sizeof *l->names);
    l->names[OWN_AGENCY] = *own;
    l->name_count = 1;
    return l;
}

void consent_log_free(struct consent_log *l)
{
    if (l == NULL)
        return;
    free(l->facts);
    free(l->places);
    free(l->names);
    free(l->roots);
    free(l->changes);
    bytes_fini(&l->refusals);
    bytes_fini(&l->scratch);
    free(l);
}

static bool is_of(const struct consent_log *l, const struct consent_fact *f, struct view agency)
{
    return view_equal(address_view(&l->names[f->agency]), agency);
}

static struct consent_fact *find(const struct consent_log *l, struct view agency, const struct ident *id)
{
    for (size_t at = first_place(l, id); l->places[at] != 0; at = (at + 1) & (l->place_count - 1)) {
        struct consent_fact *f = &l->facts[l->places[at] - 1];

        if (ident_equal(&f->consent, id) && is_of(l, f, agency))
            return f;
    }
    return NULL;
}

const struct consent_fact *consent_log_find(const struct consent_log *l, const struct address *agency,
                                            const struct ident *id)
{
    return find(l, address_view(agency), id);
}

static void put_place(struct consent_log *l, size_t fact)
{
    size_t at = first_place(l, &l->facts[fact].consent);

    while (l->places[at] != 0)
        at = (at + 1) & (l->place_count - 1);
    l->places[at] = (uint32_t)fact + 1;
}

/* At most half of the places are taken. */
static void grow_places(struct consent_log *l)
{
    if (2 * (l->count + 1) <= l->place_count)
        return;
    free(l->places);
    l->place_count *= 2;
    l->places = xnew(l->place_count * sizeof *l->places);
    for (size_t i = 0; i < l->count; i++)
        put_place(l, i);
}

static uint32_t name_place(struct consent_log *l, struct view agency)
{
    for (size_t i = l->name_count; i > 0; i--) /* the newest first: a burst is of one agency */
        if (view_equal(address_view(&l->names[i - 1]), agency))
            return (uint32_t)i - 1;
    if (l->name_count == l->name_room) {
        l->name_room *= 2;
        l->names = xrealloc(l->names, l->name_room * sizeof *l->names);
    }
    REQUIRE(address_read(agency, &l->names[l->name_count]));
    return (uint32_t)l->name_count++;
}

static void mark_changed(struct consent_log *l, size_t fact)
{
    l->changes[fact / CONSENT_CHUNK] = UNHASHED | UNSTORED;
}

static struct consent_fact *add_fact(struct consent_log *l, struct view agency, const struct ident *id)
{
    struct consent_fact *f;

    grow_places(l);
    if (l->count == l->room) {
        size_t chunks = l->room == 0 ? 1 : 2 * l->chunk_room;

        l->room = chunks * CONSENT_CHUNK;
        l->facts = xrealloc(l->facts, l->room * sizeof *l->facts);
        l->roots = xrealloc(l->roots, chunks * sizeof *l->roots);
        l->changes = xrealloc(l->changes, chunks);
        memset(l->changes + l->chunk_room, 0, chunks - l->chunk_room);
        l->chunk_room = chunks;
    }
    f = &l->facts[l->count];
    *f = (struct consent_fact){.consent = *id, .agency = name_place(l, agency)};
    put_place(l, l->count++);
    return f;
}

static struct consent_fact *find_or_add(struct consent_log *l, struct view agency, const struct ident *id)
{
    struct consent_fact *f = find(l, agency, id);

    if (f == NULL)
        f = add_fact(l, agency, id);
    mark_changed(l, (size_t)(f - l->facts));
    return f;
}

/* A no is its consent's only record. */
static void note_refusal(struct consent_log *l, const struct consent_fact *f)
{
    if (f->state == CONSENT_REFUSED)
        bytes_append_u32(&l->refusals, (uint32_t)(f - l->facts));
}

size_t consent_log_refusals(const struct consent_log *l)
{
    return l->refusals.size / 4;
}

const struct consent_fact *consent_log_refusal(const struct consent_log *l, size_t place)
{
    REQUIRE(place < consent_log_refusals(l));
    return &l->facts[read_u32(l->refusals.at + place * 4)];
}

void consent_log_apply(struct consent_log *l, const struct record *r)
{
    struct consent_fact *f;

    switch (r->kind) {
    case RECORD_CONSENT:
    case RECORD_WITHDRAWN:
        f = find_or_add(l, address_view(&l->names[OWN_AGENCY]), &r->consent.consent);
        f->commitment = r->consent.commitment;
        f->state = r->consent.state;
        f->until = r->consent.until;
        f->held = true;
        note_refusal(l, f);
        break;
    case RECORD_TAKEN:
        f = find_or_add(l, r->taken.agency, &r->taken.consent);
        f->commitment = r->taken.commitment;
        f->state = r->taken.state;
        f->until = r->taken.until;
        f->held = f->held || r->taken.state == CONSENT_GIVEN;
        f->erased = f->erased && r->taken.state != CONSENT_GIVEN;
        break;
    case RECORD_ERASED:
        f = find_or_add(l, r->erased.agency.size != 0 ? r->erased.agency : address_view(&l->names[OWN_AGENCY]),
                        &r->erased.consent);
        f->erased = true;
        break;
    default:
        return;
    }
    f->record_index = r->index;
    l->applied++;
}

uint64_t consent_log_changes(const struct consent_log *l)
{
    return l->applied;
}

size_t consent_log_count(const struct consent_log *l)
{
    return l->count;
}

const struct consent_fact *consent_log_at(const struct consent_log *l, size_t place)
{
    REQUIRE(place < l->count);
    return &l->facts[place];
}

struct view consent_log_agency(const struct consent_log *l, const struct consent_fact *f)
{
    return address_view(&l->names[f->agency]);
}

/* --- entries as bytes --- */

static void write_entry(const struct consent_log *l, const struct consent_fact *f, struct bytes *out)
{
    struct view agency = f->agency == OWN_AGENCY ? (struct view){0} : consent_log_agency(l, f);

    bytes_append_view(out, ident_view(&f->consent));
    bytes_append_view(out, hash_view(&f->commitment));
    bytes_append_u8(out, (uint8_t)f->state);
    bytes_append_u8(out, (uint8_t)((f->held ? IS_HELD : 0) | (f->erased ? IS_ERASED : 0)));
    bytes_append_u32(out, f->until);
    bytes_append_u64(out, f->record_index);
    bytes_append_u16(out, (uint16_t)agency.size);
    bytes_append_view(out, agency);
}

#define ENTRY_FIXED (IDENT_SIZE + HASH_SIZE + 1 + 1 + 4 + 8 + 2)

/* Takes one entry from the front of CHUNK. */
static bool read_entry(struct consent_log *l, struct view *chunk)
{
    const uint8_t *at = chunk->at;
    struct view agency = address_view(&l->names[OWN_AGENCY]);
    struct consent_fact *f;
    struct address name;
    struct ident id;
    size_t size;

    if (chunk->size < ENTRY_FIXED)
        return false;
    size = read_u16(at + ENTRY_FIXED - 2);
    if (chunk->size < ENTRY_FIXED + size)
        return false;
    if (size != 0) {
        agency = view_of(at + ENTRY_FIXED, size);
        if (!address_read(agency, &name))
            return false;
    }
    memcpy(id.at, at, IDENT_SIZE);
    if (find(l, agency, &id) != NULL)
        return false;
    f = add_fact(l, agency, &id);
    memcpy(f->commitment.at, at + IDENT_SIZE, HASH_SIZE);
    at += IDENT_SIZE + HASH_SIZE;
    f->state = at[0];
    f->held = (at[1] & IS_HELD) != 0;
    f->erased = (at[1] & IS_ERASED) != 0;
    f->until = read_u32(at + 2);
    f->record_index = read_u64(at + 6);
    l->changes[(l->count - 1) / CONSENT_CHUNK] |= UNHASHED;
    note_refusal(l, f);
    *chunk = view_of(chunk->at + ENTRY_FIXED + size, chunk->size - ENTRY_FIXED - size);
    return true;
}

/* --- chunks and root --- */

size_t consent_log_chunks(const struct consent_log *l)
{
    return (l->count + CONSENT_CHUNK - 1) / CONSENT_CHUNK;
}

static size_t chunk_end(const struct consent_log *l, size_t number)
{
    size_t end = (number + 1) * CONSENT_CHUNK;

    return end < l->count ? end : l->count;
}

static void hash_chunk(struct consent_log *l, size_t number)
{
    struct hash leaves[CONSENT_CHUNK];
    size_t n = 0;

    for (size_t i = number * CONSENT_CHUNK; i < chunk_end(l, number); i++) {
        bytes_clear(&l->scratch);
        write_entry(l, &l->facts[i], &l->scratch);
        digest_leaf(bytes_view(&l->scratch), &leaves[n++]);
    }
    merkle_root_of(leaves, n, &l->roots[number]);
    l->changes[number] &= (uint8_t)~UNHASHED;
}

/* A chunk is a complete subtree, the last one excepted: the root over their roots is that over all leaves. */
void consent_log_root(struct consent_log *l, struct hash *out)
{
    size_t chunks = consent_log_chunks(l);

    for (size_t i = 0; i < chunks; i++)
        if ((l->changes[i] & UNHASHED) != 0)
            hash_chunk(l, i);
    merkle_root_of(l->roots, chunks, out);
}

bool consent_log_chunk_changed(const struct consent_log *l, size_t number)
{
    return (l->changes[number] & UNSTORED) != 0;
}

void consent_log_chunk_write(const struct consent_log *l, size_t number, struct bytes *out)
{
    for (size_t i = number * CONSENT_CHUNK; i < chunk_end(l, number); i++)
        write_entry(l, &l->facts[i], out);
}

void consent_log_stored(struct consent_log *l)
{
    for (size_t i = 0; i < consent_log_chunks(l); i++)
        l->changes[i] &= (uint8_t)~UNSTORED;
}

bool consent_log_chunk_read(struct consent_log *l, struct view chunk)
{
    for (size_t i = 0; i < CONSENT_CHUNK && chunk.size > 0; i++)
        if (!read_entry(l, &chunk))
            return false;
    return chunk.size == 0;
}
