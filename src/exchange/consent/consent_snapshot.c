#include "exchange/consent/consent_snapshot.h"

#include "base/log.h"
#include "exchange/logs/audit_verify.h"
#include "exchange/members/membership_admits.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "store/number_store.h"
#include "store/snapshot_store.h"

#define NUMBER_NAME "consents_record" /* index of the record that the stored entries belong to */

struct consent_snapshot {
    uint64_t size;   /* records up to the newest CONSENTS; 0: none */
    bool differs;    /* see node_status */
    bool read_again; /* the same */
};

struct consent_snapshot *consent_snapshot_new(void)
{
    return xnew(sizeof(struct consent_snapshot));
}

static struct consent_log *new_log(struct exchange *x)
{
    return consent_log_new(membership_own(x->membership), x->random);
}

/* --- start --- */

/* Reads the stored entries into L. *FOUND false: there are none, or they are no entries. */
static bool load_entries(struct exchange *x, struct consent_log *l, uint64_t *record, bool *found, struct error *err)
{
    struct bytes chunk = {0};
    int64_t index = 0;
    bool more = true;
    bool ok = number_store_get(x->db, NUMBER_NAME, found, &index, err);

    *record = (uint64_t)index;
    for (uint64_t i = 0; ok && *found && more; i++) {
        bytes_clear(&chunk);
        ok = snapshot_store_get(x->db, i, &more, &chunk, err);
        if (ok && more)
            *found = consent_log_chunk_read(l, bytes_view(&chunk));
    }
    bytes_fini(&chunk);
    return ok;
}

/* The log read from a record CONSENTS, or from 0, to its end. */
struct catching_up {
    struct exchange *x;
    struct consent_log *log;
    uint64_t from;
    bool differs;  /* a record CONSENTS states another root than the records before it give */
    uint64_t size; /* records up to the newest CONSENTS; 0 none */
};

static bool states_root(struct consent_log *l, const struct record *r)
{
    struct hash root;

    consent_log_root(l, &root);
    return r->kind == RECORD_CONSENTS && r->consents.entries == consent_log_count(l) &&
           hash_equal(&r->consents.root, &root);
}

static void catch_up(void *cookie, const struct record *r)
{
    struct catching_up *c = cookie;

    if (r->kind == RECORD_CONSENTS || (r->index == c->from && c->from != 0)) {
        c->differs = c->differs || !states_root(c->log, r);
        c->size = r->index + 1;
    }
    consent_log_apply(c->log, r);
}

static bool read_on(struct exchange *x, struct catching_up *c, struct error *err)
{
    struct proof_signer own;

    membership_own_signer(x->membership, &own);
    return audit_replay(x->audit, c->from, &own, catch_up, c, err);
}

static void begin_again(struct exchange *x, struct catching_up *c)
{
    consent_log_free(c->log);
    *c = (struct catching_up){.x = x, .log = new_log(x)};
}

static void append_seen(void *cookie, const struct record *r)
{
    consent_log_apply(cookie, r);
}

/* From the stored entries on, if there are any and they are those of their record. */
static bool read_from_entries(struct exchange *x, struct catching_up *c, bool *used, struct error *err)
{
    struct error why = {0};
    bool found;

    *used = false;
    if (x->read_only)
        return true; /* no tree is in memory whose edge the records could be appended to */
    if (!load_entries(x, c->log, &c->from, &found, err))
        return false;
    if (found && c->from < audit_size(x->audit, LOG_EXCHANGE) && c->from != 0)
        *used = read_on(x, c, &why) && !c->differs;
    if (why.code == E_STO_01) { /* a database that does not answer says nothing of what is stored */
        *err = why;
        return false;
    }
    if (!*used)
        begin_again(x, c);
    return true;
}

bool consent_snapshot_open(struct exchange *x, struct error *err)
{
    struct catching_up c = {.x = x, .log = new_log(x)};
    bool used;
    bool ok = read_from_entries(x, &c, &used, err) && (used || read_on(x, &c, err));

    if (!ok) {
        consent_log_free(c.log);
        return error_wrap(err, "read what the log says of the consents");
    }
    x->consent_log = c.log;
    x->snapshot->size = c.size;
    x->snapshot->differs = c.differs;
    x->snapshot->read_again = !used && c.size != 0 && !x->read_only;
    if (x->snapshot->read_again || x->snapshot->differs)
        log_line(LOG_WARNING, "event=consents.read_again differ=%d", x->snapshot->differs);
    audit_observe(x->audit, append_seen, x->consent_log);
    return true;
}

uint64_t consent_snapshot_size(const struct exchange *x)
{
    return x->snapshot->size;
}

void consent_snapshot_status(const struct exchange *x, bool *differs, bool *read_again)
{
    *differs = x->snapshot->differs;
    *read_again = x->snapshot->read_again;
}

bool consent_snapshot_need(struct exchange *x, struct error *err)
{
    return x->consent_log != NULL || consent_snapshot_open(x, err);
}

/* --- CONSENTS --- */

static bool store_entries(struct exchange *x, struct error *err)
{
    struct bytes chunk = {0};
    bool ok = snapshot_store_drop(x->db, consent_log_chunks(x->consent_log), err);

    for (size_t i = 0; ok && i < consent_log_chunks(x->consent_log); i++) {
        if (!consent_log_chunk_changed(x->consent_log, i))
            continue;
        bytes_clear(&chunk);
        consent_log_chunk_write(x->consent_log, i, &chunk);
        ok = snapshot_store_put(x->db, i, bytes_view(&chunk), err);
    }
    bytes_fini(&chunk);
    consent_log_stored(x->consent_log);
    return ok;
}

bool consent_snapshot_write(struct exchange *x, bool stopping, struct error *err)
{
    uint64_t since = audit_size(x->audit, LOG_EXCHANGE) - x->snapshot->size;
    struct record r = {.kind = RECORD_CONSENTS};

    if (own_note_stopped(x) || (since < BOUND_CONSENTS_EVERY && (!stopping || since == 0)))
        return true;
    consent_log_root(x->consent_log, &r.consents.root);
    r.consents.entries = consent_log_count(x->consent_log);
    if (!audit_append(x->audit, &r, NULL, err) || !store_entries(x, err))
        return false;
    x->snapshot->size = r.index + 1;
    return number_store_put(x->db, NUMBER_NAME, (int64_t)r.index, err);
}

/* --- audit verify --- */

/* The stored entries against the newest record. */
static const char *check_entries(struct consent_snapshot_check *c)
{
    struct consent_log *stored = new_log(c->x);
    const char *against = NULL;
    struct hash root;
    uint64_t index;
    bool found;

    if (load_entries(c->x, stored, &index, &found, c->failed)) {
        consent_log_root(stored, &root);
        if (!found || index != c->index || !hash_equal(&root, &c->root))
            against = "the stored entries of the consents are not those of the newest record CONSENTS";
    }
    consent_log_free(stored);
    return against;
}

const char *consent_snapshot_check(void *cookie, const struct record *r)
{
    struct consent_snapshot_check *c = cookie;

    if (r == NULL)
        return c->any ? check_entries(c) : NULL;
    if (r->kind == RECORD_CONSENTS) {
        c->any = true;
        c->index = r->index;
        c->root = r->consents.root;
        if (!states_root(c->log, r))
            return "it states other consents than the records before it";
    }
    consent_log_apply(c->log, r);
    return NULL;
}
