#include "owed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

static bool keep_owed(void *cookie, const struct owed_summary *o, struct error *err)
{
    struct owed_look *l = cookie;

    (void)err;
    l->count++;
    l->last = *o;
    return true;
}

struct owed_look owed_now(struct exchange *x)
{
    struct owed_look l = {0};
    struct error err = {0};

    assert_true(exchange_owed_list(x, keep_owed, &l, &err));
    return l;
}

void owed_assert_by_hand(struct fixture *s, struct exchange *x, enum owed what, const struct ident *subject, size_t to,
                         uint32_t step)
{
    struct owed_look l = owed_now(x);

    assert_int_equal(l.count, 1);
    assert_int_equal(l.last.what, what);
    assert_true(ident_equal(&l.last.subject, subject));
    assert_true(address_equal(&l.last.agency, world_address(s->w, to)));
    assert_true(l.last.by_hand);
    assert_int_equal(l.last.step, step);
}

static bool keep_settled(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    (void)e;
    (void)err;
    *(struct record_settled *)cookie = r->settled;
    return true;
}

void owed_assert_closes(struct fixture *s, size_t at, size_t to, const struct ident *subject, enum owed what,
                        enum closing reason)
{
    struct control_audit_list_ask filter = {.log = LOG_EXCHANGE, .kind = RECORD_SETTLED};
    struct exchange *x = world_node(s->w, at);
    struct record_settled settled = {0};
    uint32_t user = geteuid();
    uint32_t uid;
    unsigned records;

    exchange_acting(x, &user);
    assert_true(exchange_owed_close(x, world_address(s->w, to), subject, reason, &s->err));
    exchange_acting(x, NULL);
    world_tick(s->w, at);
    assert_true(people_decided(x, RECORD_SETTLED, &uid));
    assert_int_equal(uid, user);
    assert_int_equal(owed_now(x).count, 0);
    assert_true(exchange_audit_list(x, &filter, NULL, keep_settled, &settled, &s->err));
    assert_int_equal(settled.what, what);
    assert_int_equal(settled.how, SETTLED_CLOSED);
    assert_int_equal(settled.reason, reason);
    assert_false(settled.has_leaf);
    records = people_records(x, RECORD_SETTLED);
    assert_true(exchange_owed_close(x, world_address(s->w, to), subject, reason, &s->err)); /* said again */
    world_tick(s->w, at);
    assert_int_equal(people_records(x, RECORD_SETTLED), records);
    fixture_restart(s, at);
    assert_int_equal(owed_now(world_node(s->w, at)).count, 0);
}
