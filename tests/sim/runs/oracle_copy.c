#include "oracle.h"

#include "people.h"
#include "refexd/status.h"

/* Findings of a node about the log of another. */
struct found_about {
    const struct address *agency;
    unsigned count;
};

static bool count_about(void *cookie, const struct finding_summary *f, struct error *err)
{
    struct found_about *a = cookie;

    (void)err;
    a->count += address_equal(&f->agency, a->agency);
    return true;
}

static unsigned found_about(const struct oracle *o, size_t at, size_t of)
{
    struct found_about a = {.agency = world_address(o->w, of)};
    struct error err;

    world_must(exchange_finding_list(world_node(o->w, at), count_about, &a, &err), &err, "list findings");
    return a.count;
}

static bool status_says_copy(struct exchange *x)
{
    struct control_context w = {.mode = CONTROL_NODE, .exchange = x};
    struct arena arena = {0};
    struct status status;
    struct error err;
    bool says = false;

    world_must(status_collect(&w, &arena, &status, &err), &err, "ask the status");
    for (size_t i = 0; i < status.findings.count; i++)
        says = says || status.findings.rows[i] == FOUND_COPY;
    arena_fini(&arena);
    return says;
}

void oracle_check_copy(struct oracle *o, size_t i, bool newer_runs)
{
    struct exchange *x = world_node(o->w, i);
    struct node_status status;
    struct error err;
    uint64_t seen = 0;
    unsigned found = 0;
    bool all_can_learn = true; /* who is cut off may hold receipts of the copy for good */

    if (!o->copied[i])
        return;
    world_must(exchange_status(x, &status, &err), &err, "ask the status");
    for (size_t k = 0; k < o->nodes; k++) {
        uint64_t size = k == i || oracle_is_cut_off(o, k, i) ? 0 : people_peer(o->w, k, i).linked_size;

        seen = size > seen ? size : seen;
        all_can_learn = all_can_learn && (k == i || !oracle_is_cut_off(o, k, i));
        found += k != i ? found_about(o, k, i) : 0;
    }
    if (seen > status.shown.exchange_log_size && status.signed_beyond == 0)
        oracle_fail(o, "node %zu is a copy and does not know it", i);
    if (status.signed_beyond != 0 && !status_says_copy(x))
        oracle_fail(o, "node %zu knows that it is a copy, and its status does not say so", i);
    if (newer_runs && all_can_learn && status.signed_beyond == 0 && found == 0)
        o->copied[i] = false;
}

void oracle_check_other_keys(struct oracle *o, size_t copied)
{
    struct node_status status;
    struct error err;

    for (size_t i = 0; i < o->nodes; i++) {
        world_must(exchange_status(world_node(o->w, i), &status, &err), &err, "ask the status");
        if (status.other_keys && i != copied)
            oracle_fail(o, "node %zu names keys of another machine, and no copy of it ran", i);
    }
}
