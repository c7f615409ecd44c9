#include "link/session_table.h"

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
