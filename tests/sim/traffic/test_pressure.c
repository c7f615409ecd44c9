/* Does what is sent wait while the network process is behind, and go by itself when it has room? */
#include "base/bounds.h"
#include "codec/peer_messages.h"
#include "exchange/members/membership.h"
#include "people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { NGO, MISSION, SHELTER };

static bool large; /* directories are of the greatest size; nobody can read them */

struct view __real_membership_note(const struct membership *m);
struct view __wrap_membership_note(const struct membership *m);

struct view __wrap_membership_note(const struct membership *m)
{
    static uint8_t note[BOUND_DIRECTORY];

    return large ? view_of(note, sizeof note) : __real_membership_note(m);
}

/* What node NGO sent. */
struct sent {
    struct world *w;
    unsigned directories;
    unsigned bundles;
    int64_t directory_ms[2];
};

static void on_frame(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct sent *s = cookie;

    (void)to;
    (void)payload;
    if (from != NGO)
        return;
    s->bundles += kind == PEER_BUNDLE;
    if (kind != PEER_DIRECTORY)
        return;
    if (s->directories < 2)
        s->directory_ms[s->directories] = world_now(s->w);
    s->directories++;
}

/* Three nodes; the first is linked with the two others. */
static struct world *begin(struct sent *sent)
{
    struct world *w = world_new(17, 3);
    struct ident person;
    struct error err;

    large = false;
    person = people_case(world_node(w, NGO));
    world_tick(w, NGO);
    for (size_t to = MISSION; to <= SHELTER; to++) {
        struct control_referral_result result;

        (void)people_consent(world_node(w, NGO), &person, world_address(w, to),
                             &(struct people_consent){.sections = SECTION_BIT(SECTION_TRIAGE)});
        world_tick(w, NGO);
        assert_true(people_refer(world_node(w, NGO), &person, world_address(w, to),
                                 &(struct people_referral){.now = true}, &result, &err));
        world_tick(w, NGO);
    }
    assert_true(world_run_until_idle(w, 10 * MINUTES));
    *sent = (struct sent){.w = w};
    world_watch(w, on_frame, sent);
    return w;
}

static void test_a_directory_waits_for_room_and_goes_by_itself(void **state)
{
    struct sent sent;
    struct world *w = begin(&sent);

    (void)state;
    world_set_waiting(w, NGO, BOUND_LINK_OUT + 1);
    world_publish_to(w, NGO);
    world_run_ms(w, 10000);
    assert_int_equal(sent.directories + sent.bundles, 0);
    world_set_waiting(w, NGO, BOUND_LINK_OUT);
    world_run_ms(w, 1000);
    assert_int_equal(sent.directories, 2); /* each once */
    world_free(w);
}

static void test_large_directories_leave_one_after_another(void **state)
{
    struct sent sent;
    struct world *w = begin(&sent);

    (void)state;
    world_publish_to(w, NGO);
    large = true;
    world_run_ms(w, 1000);
    assert_int_equal(sent.directories, 2);
    assert_in_range(sent.directory_ms[1] - sent.directory_ms[0], 60, 100); /* 1 MB at 16 MB a second */
    large = false;
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_directory_waits_for_room_and_goes_by_itself),
        cmocka_unit_test(test_large_directories_leave_one_after_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
