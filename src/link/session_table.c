#include "link/session_table.h"

#include <string.h>

struct session *session_table_find(const struct session_table *t, uint32_t number)
{
    struct session *s = t->all[number % BOUND_LINKS];

    return s != NULL && session_info(s)->number == number ? s : NULL;
}

struct session *session_table_find_peer(const struct session_table *t, uint32_t peer, const struct session *except,
                                        bool dialling)
{
    for (size_t i = 0; i < BOUND_LINKS; i++) {
        struct session *s = t->all[i];
        const struct session_info *info = s == NULL ? NULL : session_info(s);

        if (s == NULL || s == except || info->why != 0)
            continue;
        if ((info->was_open || (dialling && info->dialled)) && info->peer == peer)
            return s;
    }
    return NULL;
}

uint32_t session_table_next(struct session_table *t)
{
    do
        t->last_number++;
    while (t->last_number == 0 || t->all[t->last_number % BOUND_LINKS] != NULL);
    return t->last_number;
}

void session_table_add(struct session_table *t, struct session *s)
{
    REQUIRE(session_info(s)->number != 0 && t->all[session_info(s)->number % BOUND_LINKS] == NULL);
    t->all[session_info(s)->number % BOUND_LINKS] = s;
}

void session_table_drop(struct session_table *t, struct session *s)
{
    REQUIRE(t->all[session_info(s)->number % BOUND_LINKS] == s);
    t->all[session_info(s)->number % BOUND_LINKS] = NULL;
}

bool session_table_new_wins(const struct ident *self, struct session *old, struct session *new)
{
    const struct session_info *a = session_info(old);
    const struct session_info *b = session_info(new);
    bool self_is_lower = memcmp(self->at, b->node.at, IDENT_SIZE) < 0;

    if (session_sees_ended(new) && a->narrow == LINK_CLASS_ORDINARY)
        return false; /* who has the key of a CA of before ends nobody's links */
    if (a->dialled == b->dialled || b->opened_ms - a->opened_ms > BOUND_HANDSHAKE_MS)
        return true;
    return b->dialled == self_is_lower;
}
