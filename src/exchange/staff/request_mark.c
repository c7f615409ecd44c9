#include "exchange/staff/request_mark.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exchange/logs/acting.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/vault.h"

static bool mark_text(struct exchange *x, const char *kind, const char *whose, struct view request_id, struct hash *out,
                      struct error *err)
{
    struct bytes text = {.wiping = true};
    bool ok;

    bytes_printf(&text, "refex/request/v1\n%s%s\n", kind, whose);
    bytes_append_view(&text, request_id);
    ok = vault_mark(x->vault, bytes_view(&text), out, err);
    bytes_fini(&text);
    return ok;
}

static bool mark_of_user(struct exchange *x, const char *kind, uint32_t uid, struct view request_id, struct hash *out,
                         struct error *err)
{
    char whose[32];

    (void)snprintf(whose, sizeof whose, " of unix %u", (unsigned)uid);
    return mark_text(x, kind, whose, request_id, out, err);
}

/* Of who runs the node alone, whether he asks as its user or as root. That of a referral is of the id as it is. */
static bool mark_alone(struct exchange *x, const char *kind, struct view request_id, struct hash *out,
                       struct error *err)
{
    return strcmp(kind, "referral") == 0 ? vault_mark(x->vault, request_id, out, err)
                                         : mark_text(x, kind, "", request_id, out, err);
}

/* Who may have run the node alone: refexd/control_asker.c. */
static bool owns(uint32_t uid)
{
    return uid == geteuid() || uid == 0;
}

bool request_marks_make(struct exchange *x, const char *kind, struct view request_id, struct request_marks *out,
                        struct error *err)
{
    bool is_entered = staff_asker_number(x) != 0;
    uint32_t uid;
    bool is_asked = acting_user(x, &uid);

    out->count = 0;
    if (is_entered && !mark_of_user(x, kind, uid, request_id, &out->at[out->count++], err))
        return false;
    if ((!is_entered || owns(uid)) && !mark_alone(x, kind, request_id, &out->at[out->count++], err))
        return false;
    return is_entered || !is_asked || mark_of_user(x, kind, uid, request_id, &out->at[out->count++], err);
}

bool request_marks_find_of_case(struct exchange *x, const struct request_marks *m, bool *found,
                                struct case_request_row *out, struct bytes *asked, struct error *err)
{
    *found = false;
    for (size_t i = 0; i < m->count && !*found; i++)
        if (!case_request_store_find(x->db, &m->at[i], found, out, asked, err))
            return false;
    return true;
}
