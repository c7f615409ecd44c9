/* exchange_staff_list: who was entered, for supervisors. */
#include "exchange/staff/staff_calls.h"

#include "exchange/staff/staff_entry.h"
#include "exchange/state.h"

struct staff_list {
    struct exchange *x;
    exchange_on_staff_fn *on_item;
    void *cookie;
};

static bool list_row(void *cookie, const struct staff_row *row, struct error *err)
{
    const struct staff_list *l = cookie;
    struct control_staff_person line = {.staff = row->id, .since_ms = row->since_ms};
    struct staff_entry entry;
    struct error why;

    if (staff_entry_open(l->x, row, &entry, &why)) {
        line.account = entry.account;
        line.name = entry.name;
        line.uid = entry.uid;
        line.roles = entry.roles;
        line.until = entry.until;
    } else {
        line.unread = true;
    }
    return l->on_item(l->cookie, &line, err);
}

bool exchange_staff_list(struct exchange *x, struct walk_step *step, exchange_on_staff_fn *on_item, void *cookie,
                         struct error *err)
{
    struct staff_list l = {x, on_item, cookie};

    return staff_store_walk(x->db, step, list_row, &l, err);
}
