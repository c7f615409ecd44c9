#include "oracle.h"

#include "exchange/state.h"
#include "people.h"
#include "store/message_store.h"
#include "store/referral_store.h"

static bool look_for_expired(void *cookie, const struct message_row *m, struct error *err)
{
    (void)err;
    if (m->direction == DIRECTION_OUT && m->state == MESSAGE_EXPIRED)
        *(bool *)cookie = true;
    return true;
}

/* What went past its last day without a receipt left perhaps, and is not there (E-DUE-04). */
static bool has_expired(struct exchange *x, const struct ident *id)
{
    struct referral_row row;
    struct error err = {0};
    bool found;
    bool has = false;

    world_must(referral_store_find(x->db, id, &found, &row, &err), &err, "find a referral");
    if (found)
        world_must(message_store_walk_referral(x->db, row.number, look_for_expired, &has, &err), &err, "walk");
    return has;
}

void oracle_check_opened(struct oracle *o, const struct oracle_referral *r, enum referral_state state)
{
    size_t from = o->cases[r->case_index].owner;
    struct exchange *x = world_node(o->w, from);
    struct exchange *to = world_node(o->w, r->to);
    struct control_referral_detail d;
    struct error err = {0};
    section_set opened;
    section_set shared;

    world_must(exchange_referral_show(x, &r->id, false, &d, &err), &err, "show");
    shared = d.summary.shared;
    opened = people_open_sections(to, &r->id, &err);
    if (people_state(to, &r->id) == REFERRAL_DECLINED && opened != 0)
        oracle_fail(o, "node %zu declined a referral of node %zu, and opens %x of it", r->to, from, opened);
    if (people_state(to, &r->id) == REFERRAL_DECLINED || opened == shared || state == REFERRAL_STOPPED)
        return;
    if ((opened & ~shared) != 0 || opened == 0 || !has_expired(x, &r->id))
        oracle_fail(o, "node %zu shared %x and node %zu opens %x (%s)", from, shared, r->to, opened,
                    opened == 0 ? err.text : "");
}
