#include "pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exchange/state.h"
#include "store/message_store.h"

struct exchange *pair_node(struct pair *s, size_t i)
{
    return world_node(s->w, i);
}

void pair_add_person(struct pair *s, size_t i)
{
    s->person[i] = people_case(pair_node(s, i));
    world_tick(s->w, i);
    s->consent[i] = people_consent(pair_node(s, i), &s->person[i], world_address(s->w, 1 - i),
                                   &(struct people_consent){.sections = SECTION_BIT(SECTION_TRIAGE)});
    world_tick(s->w, i);
}

void pair_begin(struct pair *s, uint64_t seed)
{
    *s = (struct pair){.w = world_new(seed, 2)};
    (void)world_run_until_idle(s->w, MINUTES);
    for (size_t i = 0; i < 2; i++)
        pair_add_person(s, i);
}

void pair_end(struct pair *s)
{
    for (size_t i = 0; i < 2; i++)
        if (pair_node(s, i) != NULL)
            assert_true(people_log_is_good(pair_node(s, i)));
    world_free(s->w);
}

bool pair_refer(struct pair *s, size_t from)
{
    struct control_referral_result sent;

    return people_refer(pair_node(s, from), &s->person[from], world_address(s->w, 1 - from),
                        &(struct people_referral){.now = true}, &sent, &s->err);
}

void pair_settle(struct pair *s)
{
    assert_true(world_run_until_idle(s->w, 60 * MINUTES));
}

uint64_t pair_unlinked(struct pair *s, size_t at)
{
    return people_unlinked(s->w, at, 1 - at);
}

unsigned pair_findings(struct pair *s, size_t at)
{
    return people_findings(pair_node(s, at));
}

void pair_burst(struct pair *s, unsigned rounds)
{
    world_conditions(s->w)->delay_ms = 3000;
    for (unsigned i = 0; i < rounds; i++) {
        assert_true(pair_refer(s, NGO));
        world_tick(s->w, NGO);
        if (i % 2 == 0) {
            assert_true(pair_refer(s, MISSION));
            world_tick(s->w, MISSION);
        }
        world_step(s->w, 300);
    }
    world_conditions(s->w)->delay_ms = 0;
    pair_settle(s);
}

struct ident pair_referred(struct pair *s, size_t from)
{
    struct control_referral_result sent;

    assert_true(people_refer(pair_node(s, from), &s->person[from], world_address(s->w, 1 - from),
                             &(struct people_referral){.now = true}, &sent, &s->err));
    return sent.referral;
}

uint64_t pair_waiting(struct pair *s, size_t at)
{
    uint64_t count;
    int64_t oldest_ms;

    assert_true(message_store_waiting_count(pair_node(s, at)->db, &count, &oldest_ms, &s->err));
    return count;
}
