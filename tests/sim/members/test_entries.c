/* What agencies say of themselves goes round all members: signed by the key that counts, the newest, once; of an
 * unlisted agency only what it means for all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "codec/entry_messages.h"
#include "codec/peer_messages.h"
#include "exchange/access/never_calls.h"
#include "exchange/entries/entries.h"
#include "exchange/entries/entry_calls.h"
#include "exchange/entries/entry_note.h"
#include "exchange/exchange_status.h"
#include "exchange/home.h"
#include "exchange/members/agency_calls.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/state.h"
#include "exchange/vault.h"
#include "fixture.h"
#include "people.h"

#define FRONT_GATE "+48221234567"
#define OTHER      "+48600100200"

static struct agency_entry saying(const char *phone)
{
    return (struct agency_entry){.phone = view_of_text(phone), .services = 1U << SERVICE_SHELTER};
}

static void set(struct fixture *s, size_t i, const struct agency_entry *e)
{
    struct control_agency_said said;

    world_must(exchange_entry_set(world_node(s->w, i), e, &said, &s->err), &s->err, "set an entry");
    world_tick(s->w, i);
}

static void set_phone(struct fixture *s, size_t i, const char *phone)
{
    const struct agency_entry e = saying(phone);

    set(s, i, &e);
}

/* What node AT knows as the phone of agency OF, or why it knows none. */
static enum error_code phone_at(struct fixture *s, size_t at, size_t of, const char *phone)
{
    struct control_agency_said said;
    struct error why = {0};

    if (!exchange_entry_show(world_node(s->w, at), world_address(s->w, of), &said, &why))
        return why.code;
    assert_true(view_equal(said.entry.phone, view_of_text(phone)));
    return E_NONE;
}

static struct node_status status(struct fixture *s, size_t i)
{
    struct node_status out;

    world_must(exchange_status(world_node(s->w, i), &out, &s->err), &s->err, "status");
    return out;
}

/* The note of agency OF, signed by its node's key. */
static void sign(struct fixture *s, size_t of, uint64_t sequence, const struct agency_entry *e, struct bytes *note)
{
    struct exchange *x = world_node(s->w, of);
    const struct entry_head head = {.agency = *world_address(s->w, of), .sequence = sequence};

    bytes_clear(note);
    world_must(entry_note_sign(&head, e, membership_federation(x->membership), vault_identity(x->vault), note, &s->err),
               &s->err, "sign an entry");
}

/* Brings it to node TO by the link of FROM. */
static void bring(struct fixture *s, size_t of, uint64_t sequence, const char *phone, size_t from, size_t to)
{
    const struct agency_entry e = saying(phone);
    struct bytes note = {0};

    sign(s, of, sequence, &e, &note);
    assert_true(world_inject(s->w, from, to, PEER_ENTRY, bytes_view(&note)));
    world_tick(s->w, to);
    bytes_fini(&note);
}

/* NGO and shelter know each other only through the mission. */
static void begin(struct fixture *s)
{
    fixture_begin(s, 71, 3, NULL);
    world_link(s->w, NGO, MISSION);
    world_link(s->w, MISSION, SHELTER);
    world_run_ms(s->w, 5000);
    world_cut(s->w, NGO, SHELTER);
}

static void settle(struct fixture *s)
{
    world_run_ms(s->w, 5000); /* before anybody dials the next member */
}

static void test_it_reaches_who_is_linked_only_through_another(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_int_equal(phone_at(&s, NGO, NGO, ""), E_ENT_03);
    assert_int_equal(phone_at(&s, SHELTER, NGO, ""), E_ENT_03);
    set_phone(&s, NGO, FRONT_GATE);
    settle(&s);
    assert_int_equal(phone_at(&s, SHELTER, NGO, FRONT_GATE), E_NONE);
    set_phone(&s, NGO, OTHER);
    settle(&s);
    assert_int_equal(phone_at(&s, SHELTER, NGO, OTHER), E_NONE);
    bring(&s, NGO, 1, FRONT_GATE, MISSION, SHELTER); /* as it was */
    assert_int_equal(phone_at(&s, SHELTER, NGO, OTHER), E_NONE);
    fixture_restart(&s, SHELTER);
    assert_int_equal(phone_at(&s, SHELTER, NGO, OTHER), E_NONE);
    assert_int_equal(people_records(world_node(s.w, NGO), RECORD_CONFIGURED), 3); /* enrolled, and set twice */
    fixture_end(&s);
}

static void test_who_was_away_gets_it_with_the_next_link(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_crash(s.w, SHELTER);
    set_phone(&s, NGO, FRONT_GATE);
    settle(&s);
    world_start(s.w, SHELTER);
    world_link(s.w, MISSION, SHELTER);
    settle(&s);
    assert_int_equal(phone_at(&s, SHELTER, NGO, FRONT_GATE), E_NONE);
    fixture_end(&s);
}

/* --- an unlisted agency --- */

struct tap {
    struct fixture *s;
    size_t of;
    unsigned entries; /* of its agency, in frames */
    unsigned with_phone;
};

static void on_frame(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct tap *t = cookie;
    struct arena arena = {0};
    struct entry_read r;
    struct error why;

    (void)from;
    (void)to;
    assert_null(memmem(payload.at, payload.size, FRONT_GATE, strlen(FRONT_GATE)));
    if (kind == PEER_ENTRY && entry_note_read(payload, &arena, &r, &why) &&
        address_equal(&r.head.agency, world_address(t->s->w, t->of))) {
        t->entries++;
        t->with_phone += r.entry.phone.size != 0;
    }
    arena_fini(&arena);
}

static void test_nothing_of_an_unlisted_agency_leaves_unless_it_says_so(void **state)
{
    struct agency_entry e = saying(FRONT_GATE);
    struct fixture s;
    struct tap tap = {.s = &s, .of = SHELTER};

    (void)state;
    begin(&s);
    world_unlist(s.w, SHELTER);
    settle(&s);
    world_watch(s.w, on_frame, &tap);
    set(&s, SHELTER, &e);
    assert_int_equal(phone_at(&s, SHELTER, SHELTER, FRONT_GATE), E_NONE);
    world_run_ms(s.w, 26 * HOURS); /* over a day's telling again */
    assert_int_equal(tap.entries, 0);
    bring(&s, SHELTER, 9, FRONT_GATE, SHELTER, MISSION); /* although it signed one, by mistake: nobody takes it */
    settle(&s);
    assert_int_equal(phone_at(&s, MISSION, SHELTER, ""), E_ENT_03);
    assert_int_equal(phone_at(&s, NGO, SHELTER, ""), E_ENT_03);
    assert_int_equal(tap.entries, 0);
    e.for_members = true;
    set(&s, SHELTER, &e);
    world_run_ms(s.w, 5 * MINUTES);
    assert_true(tap.with_phone > 0);
    assert_int_equal(phone_at(&s, NGO, SHELTER, FRONT_GATE), E_NONE);
    e.for_members = false;
    tap.with_phone = 0;
    set(&s, SHELTER, &e); /* what went round is taken back */
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(phone_at(&s, NGO, SHELTER, ""), E_ENT_03);
    assert_int_equal(tap.with_phone, 0);
    fixture_end(&s);
}

static void test_who_becomes_unlisted_is_forgotten(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    set_phone(&s, SHELTER, FRONT_GATE);
    settle(&s);
    assert_int_equal(phone_at(&s, NGO, SHELTER, FRONT_GATE), E_NONE);
    world_crash(s.w, SHELTER); /* also where it cannot say so itself */
    world_unlist(s.w, SHELTER);
    settle(&s);
    assert_int_equal(phone_at(&s, NGO, SHELTER, ""), E_ENT_03);
    world_list(s.w, SHELTER); /* nothing of it was kept */
    fixture_restart(&s, NGO);
    assert_int_equal(phone_at(&s, NGO, SHELTER, ""), E_ENT_03);
    fixture_end(&s);
}

static void test_what_hid_is_shown_by_no_directory(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_unlist(s.w, SHELTER);
    settle(&s);
    set_phone(&s, SHELTER, FRONT_GATE);
    fixture_restart(&s, SHELTER);
    world_list(s.w, SHELTER);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(phone_at(&s, MISSION, SHELTER, ""), E_ENT_03);
    fixture_restart(&s, SHELTER);
    world_run_ms(s.w, 26 * HOURS);
    assert_int_equal(phone_at(&s, MISSION, SHELTER, ""), E_ENT_03);
    set_phone(&s, SHELTER, FRONT_GATE);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(phone_at(&s, MISSION, SHELTER, FRONT_GATE), E_NONE);
    world_unlist(s.w, SHELTER); /* what was shown, too */
    world_run_ms(s.w, 5 * MINUTES);
    world_list(s.w, SHELTER);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(phone_at(&s, MISSION, SHELTER, ""), E_ENT_03);
    fixture_end(&s);
}

/* Brings NOTE to the mission by the link of the NGO. */
static void replay(struct fixture *s, const struct bytes *note)
{
    world_link(s->w, NGO, MISSION);
    assert_true(world_inject(s->w, NGO, MISSION, PEER_ENTRY, bytes_view(note)));
    world_tick(s->w, MISSION);
}

static void test_what_was_forgotten_leaves_no_place_for_what_was_said_earlier(void **state)
{
    struct agency_entry e = saying(FRONT_GATE);
    struct bytes earlier = {0};
    struct bytes later = {0};
    struct fixture s;

    (void)state;
    begin(&s);
    e.for_members = true;
    set(&s, SHELTER, &e);
    sign(&s, SHELTER, 1, &e, &earlier);
    e = saying(OTHER);
    set(&s, SHELTER, &e);
    sign(&s, SHELTER, 2, &e, &later);
    settle(&s);
    assert_int_equal(phone_at(&s, MISSION, SHELTER, OTHER), E_NONE);
    world_crash(s.w, SHELTER);
    world_unlist(s.w, SHELTER);
    settle(&s);
    replay(&s, &earlier);
    assert_int_equal(phone_at(&s, MISSION, SHELTER, ""), E_ENT_03);
    fixture_restart(&s, MISSION);
    replay(&s, &earlier);
    assert_int_equal(phone_at(&s, MISSION, SHELTER, ""), E_ENT_03);
    world_list(s.w, SHELTER);
    settle(&s);
    replay(&s, &earlier);
    assert_int_equal(phone_at(&s, MISSION, SHELTER, ""), E_ENT_03);
    replay(&s, &later);
    assert_int_equal(phone_at(&s, MISSION, SHELTER, OTHER), E_NONE);
    bytes_fini(&earlier);
    bytes_fini(&later);
    fixture_end(&s);
}

/* --- who is believed --- */

static void test_two_of_one_number_are_used_by_nobody(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    set_phone(&s, NGO, FRONT_GATE);
    settle(&s);
    world_cut(s.w, NGO, MISSION);
    bring(&s, NGO, 1, OTHER, SHELTER, MISSION);
    assert_int_equal(phone_at(&s, MISSION, NGO, ""), E_ENT_04);
    assert_int_equal(status(&s, MISSION).contested_count, 1);
    fixture_restart(&s, MISSION);
    assert_int_equal(phone_at(&s, MISSION, NGO, ""), E_ENT_04);
    world_link(s.w, MISSION, SHELTER);
    settle(&s);
    assert_int_equal(phone_at(&s, SHELTER, NGO, ""), E_ENT_04); /* both are passed on */
    world_link(s.w, NGO, MISSION);
    settle(&s); /* it hears of it, too, and says nothing any more, under a later number */
    assert_true(status(&s, NGO).other_entry);
    assert_int_equal(phone_at(&s, MISSION, NGO, ""), E_ENT_03);
    assert_int_equal(status(&s, MISSION).contested_count, 0);
    fixture_end(&s);
}

static void test_what_was_said_in_our_name_is_answered(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    set_phone(&s, NGO, FRONT_GATE);
    settle(&s);
    bring(&s, NGO, 7, OTHER, SHELTER, MISSION); /* a thief of its key */
    settle(&s);
    assert_int_equal(phone_at(&s, SHELTER, NGO, ""), E_ENT_03);
    assert_int_equal(phone_at(&s, MISSION, NGO, ""), E_ENT_03);
    assert_true(status(&s, NGO).other_entry);
    fixture_restart(&s, NGO);
    assert_true(status(&s, NGO).other_entry);
    set_phone(&s, NGO, FRONT_GATE); /* a person looked */
    assert_false(status(&s, NGO).other_entry);
    fixture_restart(&s, NGO);
    assert_false(status(&s, NGO).other_entry);
    world_link(s.w, NGO, MISSION);
    settle(&s);
    assert_int_equal(phone_at(&s, SHELTER, NGO, FRONT_GATE), E_NONE);
    assert_int_equal(phone_at(&s, MISSION, NGO, FRONT_GATE), E_NONE);
    fixture_end(&s);
}

static void test_what_was_said_in_our_name_again_is_answered_the_next_day(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    set_phone(&s, NGO, FRONT_GATE);
    settle(&s);
    bring(&s, NGO, 7, OTHER, SHELTER, MISSION);
    settle(&s);
    bring(&s, NGO, 9, OTHER, SHELTER, MISSION);
    settle(&s);
    assert_int_equal(phone_at(&s, MISSION, NGO, OTHER), E_NONE);
    world_run_ms(s.w, 25 * HOURS);
    assert_int_equal(phone_at(&s, MISSION, NGO, ""), E_ENT_03);
    assert_true(status(&s, NGO).other_entry);
    fixture_end(&s);
}

/* The home of agency OF as it was when it said EARLIER is put back after it said LATER. What its peers remember of its
 * log, by which it would know, does not reach it. */
static void put_back(struct fixture *s, size_t of, const struct agency_entry *earlier, const struct agency_entry *later)
{
    char copy[200];

    (void)snprintf(copy, sizeof copy, "%s.copy", world_home(s->w, of));
    set(s, of, earlier);
    world_run_ms(s->w, 5 * MINUTES);
    world_crash(s->w, of);
    world_copy_folder(world_home(s->w, of), copy);
    world_start(s->w, of);
    set(s, of, later);
    world_run_ms(s->w, 5 * MINUTES);
    world_crash(s->w, of);
    world_copy_folder(copy, world_home(s->w, of));
    world_conditions(s->w)->drop = PEER_WITNESS;
}

static void test_an_old_copy_shows_no_phone_that_was_taken_back(void **state)
{
    struct agency_entry e = saying(FRONT_GATE);
    const struct agency_entry house = saying(FRONT_GATE);
    struct fixture s;
    struct tap tap = {.s = &s, .of = SHELTER};

    (void)state;
    begin(&s);
    world_unlist(s.w, SHELTER);
    settle(&s);
    e.for_members = true;
    put_back(&s, SHELTER, &e, &house);
    assert_int_equal(phone_at(&s, MISSION, SHELTER, ""), E_ENT_03);
    world_watch(s.w, on_frame, &tap);
    world_start(s.w, SHELTER);
    world_run_ms(s.w, 5 * MINUTES);
    assert_true(status(&s, SHELTER).other_entry);
    assert_int_equal(phone_at(&s, MISSION, SHELTER, ""), E_ENT_03);
    fixture_restart(&s, SHELTER);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(phone_at(&s, MISSION, SHELTER, ""), E_ENT_03);
    set(&s, SHELTER, &e);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(phone_at(&s, MISSION, SHELTER, FRONT_GATE), E_NONE);
    fixture_end(&s);
}

static void test_an_old_copy_puts_no_old_phone_in_the_place_of_the_new(void **state)
{
    const struct agency_entry earlier = saying(FRONT_GATE);
    const struct agency_entry later = saying(OTHER);
    struct fixture s;

    (void)state;
    begin(&s);
    put_back(&s, NGO, &earlier, &later);
    assert_int_equal(phone_at(&s, SHELTER, NGO, OTHER), E_NONE);
    world_start(s.w, NGO);
    world_link(s.w, NGO, MISSION);
    settle(&s);
    assert_true(status(&s, NGO).other_entry);
    assert_int_equal(phone_at(&s, SHELTER, NGO, ""), E_ENT_03); /* either may be the false one */
    set(&s, NGO, &later);
    settle(&s);
    assert_int_equal(phone_at(&s, SHELTER, NGO, OTHER), E_NONE);
    fixture_end(&s);
}

static void test_nothing_is_taken_of_a_key_that_is_held(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    set_phone(&s, MISSION, FRONT_GATE);
    settle(&s);
    assert_int_equal(phone_at(&s, NGO, MISSION, FRONT_GATE), E_NONE);
    world_replace(s.w, MISSION);
    set_phone(&s, MISSION, OTHER);
    world_link(s.w, NGO, MISSION);
    settle(&s);
    assert_int_equal(phone_at(&s, NGO, MISSION, FRONT_GATE), E_NONE); /* to be called and compared */
    fixture_restart(&s, NGO);
    assert_int_equal(phone_at(&s, NGO, MISSION, FRONT_GATE), E_NONE);
    world_link(s.w, NGO, MISSION);
    world_run_ms(s.w, 25 * HOURS); /* the hold is over */
    assert_int_equal(phone_at(&s, NGO, MISSION, OTHER), E_NONE);
    fixture_end(&s);
}

static void test_nothing_of_who_is_no_member_is_used(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    set_phone(&s, SHELTER, FRONT_GATE);
    settle(&s);
    world_revoke(s.w, SHELTER, REVOKED_LEFT);
    settle(&s);
    assert_int_equal(phone_at(&s, NGO, SHELTER, ""), E_ENT_03);
    world_pardon(s.w, SHELTER);
    settle(&s);
    assert_int_equal(phone_at(&s, NGO, SHELTER, FRONT_GATE), E_NONE);
    world_remove(s.w, SHELTER);
    settle(&s);
    assert_int_equal(phone_at(&s, NGO, SHELTER, ""), E_FED_25);
    fixture_end(&s);
}

static void test_what_another_signed_is_passed_over_and_what_is_no_entry_ends_the_link(void **state)
{
    const struct agency_entry e = saying(OTHER);
    struct fixture s;
    struct bytes note = {0};
    struct exchange *x;
    struct entry_head head;

    (void)state;
    begin(&s);
    set_phone(&s, SHELTER, FRONT_GATE);
    settle(&s);
    x = world_node(s.w, MISSION);
    head = (struct entry_head){.agency = *world_address(s.w, SHELTER), .sequence = 50};
    assert_true(
        entry_note_sign(&head, &e, membership_federation(x->membership), vault_identity(x->vault), &note, &s.err));
    assert_true(world_inject(s.w, MISSION, NGO, PEER_ENTRY, bytes_view(&note)));
    world_tick(s.w, NGO);
    assert_int_equal(phone_at(&s, NGO, SHELTER, FRONT_GATE), E_NONE);
    note.at[note.size - 4] ^= 1;
    assert_false(world_inject(s.w, MISSION, NGO, PEER_ENTRY, view_of(note.at, 20)));
    world_link(s.w, NGO, MISSION);
    settle(&s);
    memset(bytes_reserve(&note, BOUND_ENTRY_NOTE + 1), 'x', BOUND_ENTRY_NOTE + 1);
    assert_false(world_inject(s.w, MISSION, NGO, PEER_ENTRY, view_of(note.at, note.size + BOUND_ENTRY_NOTE + 1)));
    world_link(s.w, NGO, MISSION);
    settle(&s);
    assert_false(world_inject(s.w, MISSION, NGO, PEER_ENTRIES_HELD, view_of(note.at, 20)));
    bytes_fini(&note);
    fixture_end(&s);
}

/* --- what follows --- */

/* What was said when it was sent. */
static bool has_phone;
static struct address other;

static int64_t due_within(struct fixture *s, enum urgency urgency)
{
    assert_true(people_refer(world_node(s->w, NGO), &s->person, world_address(s->w, MISSION),
                             &(struct people_referral){.urgency = urgency}, &s->sent, &s->err));
    has_phone = view_equal(s->sent.reach.phone, view_of_text(FRONT_GATE));
    other = s->sent.other_count == 1 ? s->sent.others[0].agency : (struct address){0};
    world_tick(s->w, NGO);
    return s->sent.due_ms - world_now(s->w);
}

static void test_a_promise_makes_it_due_sooner_and_never_later(void **state)
{
    static const struct agency_promise promises[] = {{SERVICE_MEDICAL, 90, 5 * 1440, 0}};
    struct agency_entry e = saying(FRONT_GATE);
    struct fixture s;

    (void)state;
    begin(&s);
    (void)people_consent(world_node(s.w, NGO), &s.person, world_address(s.w, MISSION),
                         &(struct people_consent){.sections = BIT(TRIAGE)});
    world_tick(s.w, NGO);
    assert_int_equal(due_within(&s, URGENCY_EMERGENCY), DAY_MS);
    assert_false(has_phone);
    e.services = 1U << SERVICE_MEDICAL;
    e.promises = promises;
    e.promise_count = 1;
    set(&s, MISSION, &e);
    set(&s, SHELTER, &e);
    settle(&s);
    assert_int_equal(due_within(&s, URGENCY_EMERGENCY), 90 * MINUTES);
    assert_true(has_phone);
    assert_string_equal(other.text, world_address(s.w, SHELTER)->text);
    assert_int_equal(due_within(&s, URGENCY_URGENT), 3 * DAY_MS);
    assert_string_equal(other.text, "");
    assert_int_equal(due_within(&s, URGENCY_NORMAL), 14 * DAY_MS);
    fixture_end(&s);
}

static bool on_never(void *cookie, const struct control_case_never *n, struct error *err)
{
    (void)cookie;
    (void)n;
    (void)err;
    return true;
}

static void keep_from(struct fixture *s, size_t i, bool lift)
{
    const struct control_case_never_ask ask = {.case_id = s->person, .agency = *world_address(s->w, i), .lift = lift};

    world_must(exchange_case_never(world_node(s->w, NGO), &ask, on_never, NULL, &s->err), &s->err, "keep it out");
    world_tick(s->w, NGO);
}

static bool count_others(void *cookie, const struct due_summary *d, struct error *err)
{
    (void)err;
    *(size_t *)cookie += d->other_count;
    return true;
}

/* How many are named who could help, by the newest referral as it is shown, and by what is late. */
static size_t count_shown(struct fixture *s)
{
    static struct control_referral_detail d;

    world_must(exchange_referral_show(world_node(s->w, NGO), &s->sent.referral, false, &d, &s->err), &s->err, "show");
    world_tick(s->w, NGO);
    return d.other_count;
}

static size_t count_late(struct fixture *s)
{
    size_t count = 0;

    world_must(exchange_due_list(world_node(s->w, NGO), count_others, &count, &s->err), &s->err, "list what is due");
    return count;
}

static void test_who_is_kept_from_a_case_is_not_named_as_who_could_help(void **state)
{
    struct agency_entry e = saying(FRONT_GATE);
    struct fixture s;

    (void)state;
    begin(&s);
    (void)people_consent(world_node(s.w, NGO), &s.person, world_address(s.w, MISSION),
                         &(struct people_consent){.sections = BIT(TRIAGE)});
    e.services = 1U << SERVICE_MEDICAL;
    set(&s, SHELTER, &e);
    settle(&s);
    world_crash(s.w, MISSION);
    (void)due_within(&s, URGENCY_EMERGENCY);
    assert_string_equal(other.text, world_address(s.w, SHELTER)->text);
    world_run_ms(s.w, 6 * MINUTES);
    assert_int_equal(count_shown(&s), 1);
    assert_int_equal(count_late(&s), 1);
    keep_from(&s, SHELTER, false);
    assert_int_equal(count_shown(&s), 0);
    assert_int_equal(count_late(&s), 0);
    (void)due_within(&s, URGENCY_EMERGENCY);
    assert_string_equal(other.text, "");
    keep_from(&s, SHELTER, true);
    assert_int_equal(count_shown(&s), 1);
    fixture_end(&s);
}

/* --- bounds and faults --- */

static void test_only_so_many_of_one_agency_are_taken_in_a_day(void **state)
{
    struct fixture s;
    char phone[16] = "+4822123450";

    (void)state;
    begin(&s);
    for (int i = 0; i < BOUND_ENTRIES_A_DAY + 3; i++) {
        phone[9] = (char)('0' + i / 10);
        phone[10] = (char)('0' + i % 10);
        set_phone(&s, NGO, phone);
        world_run_ms(s.w, 500);
    }
    assert_int_equal(phone_at(&s, MISSION, NGO, "+4822123423"), E_NONE);
    world_run_ms(s.w, 25 * HOURS); /* it is told again what is there */
    assert_int_equal(phone_at(&s, MISSION, NGO, phone), E_NONE);
    assert_int_equal(phone_at(&s, SHELTER, NGO, phone), E_NONE);
    fixture_end(&s);
}

static void test_what_is_taken_back_waits_for_no_other_day(void **state)
{
    char phone[16] = "+4822123450";
    struct agency_entry e;
    struct fixture s;

    (void)state;
    begin(&s);
    world_unlist(s.w, SHELTER);
    settle(&s);
    for (int i = 0; i < BOUND_ENTRIES_A_DAY; i++) {
        phone[9] = (char)('0' + i / 10);
        phone[10] = (char)('0' + i % 10);
        e = saying(phone);
        e.for_members = true;
        set(&s, SHELTER, &e);
        world_run_ms(s.w, i == 0 ? 5 * MINUTES : 500);
    }
    assert_int_equal(phone_at(&s, MISSION, SHELTER, phone), E_NONE);
    e.for_members = false;
    set(&s, SHELTER, &e);
    world_run_ms(s.w, 500);
    assert_int_equal(phone_at(&s, MISSION, SHELTER, ""), E_ENT_03);
    e.for_members = true; /* this waits */
    set(&s, SHELTER, &e);
    world_run_ms(s.w, 500);
    assert_int_equal(phone_at(&s, MISSION, SHELTER, ""), E_ENT_03);
    fixture_end(&s);
}

static void test_who_asks_for_all_entries_again_and_again_waits(void **state)
{
    struct fixture s;
    struct tap tap = {.s = &s, .of = NGO};

    (void)state;
    begin(&s);
    set_phone(&s, NGO, FRONT_GATE);
    settle(&s);
    world_cut(s.w, NGO, MISSION);
    world_watch(s.w, on_frame, &tap);
    for (int i = 0; i < 20; i++) {
        assert_true(world_inject(s.w, SHELTER, MISSION, PEER_ENTRIES_HELD, view_of_text("")));
        world_run_ms(s.w, 100);
    }
    assert_in_range(tap.entries, 1, 4);
    tap.entries = 0;
    world_run_ms(s.w, 2 * MINUTES);
    assert_in_range(tap.entries, 1, 4); /* the last is answered */
    set_phone(&s, MISSION, OTHER);
    settle(&s);
    assert_int_equal(phone_at(&s, SHELTER, MISSION, OTHER), E_NONE);
    fixture_end(&s);
}

static bool set_once_more(struct fixture *s)
{
    const struct agency_entry e = saying(OTHER);
    struct control_agency_said said;

    return exchange_entry_set(world_node(s->w, NGO), &e, &said, &s->err);
}

static struct bytes newer; /* of the shelter */

static bool bring_newer(struct fixture *s)
{
    assert_true(world_inject(s->w, MISSION, NGO, PEER_ENTRY, bytes_view(&newer)));
    if (world_node(s->w, NGO) != NULL) /* it may fail with the frame already */
        world_tick(s->w, NGO);
    return true;
}

static void test_it_is_set_and_taken_whole(void **state)
{
    const struct agency_entry e = saying(OTHER);
    struct fixture s;

    (void)state;
    fixture_begin(&s, 72, 3, NULL);
    world_link(s.w, NGO, MISSION);
    settle(&s);
    sign(&s, SHELTER, 7, &e, &newer);
    world_crash(s.w, SHELTER); /* else it answers that it says nothing */
    assert_in_range(fixture_at_each_statement(&s, NGO, set_once_more, MINUTES), 3, 500);
    assert_int_equal(phone_at(&s, NGO, NGO, OTHER), E_NONE);
    world_link(s.w, NGO, MISSION);
    settle(&s);
    assert_int_equal(phone_at(&s, MISSION, NGO, OTHER), E_NONE);
    assert_in_range(fixture_at_each_statement(&s, NGO, bring_newer, MINUTES), 2, 500);
    assert_int_equal(phone_at(&s, NGO, SHELTER, OTHER), E_NONE);
    bytes_fini(&newer);
    fixture_end(&s);
}

/* Whether TEXT stands in a file of the database of node I, which is down. */
static bool lies_in_the_clear(struct fixture *s, size_t i, const char *text)
{
    static const char *const files[] = {HOME_DATABASE, HOME_DATABASE "-wal"};
    char path[FILE_PATH_MAX];
    bool found = false;

    for (size_t f = 0; f < sizeof files / sizeof files[0]; f++) {
        struct bytes all = {0};
        struct error none;

        world_must(file_join_path(path, world_home(s->w, i), files[f], &s->err), &s->err, "name a file");
        if (file_read(path, 64 << 20, &all, &none))
            found = found || memmem(all.at, all.size, text, strlen(text)) != NULL;
        bytes_fini(&all);
    }
    return found;
}

static void test_what_was_set_lies_sealed(void **state)
{
    struct agency_entry e = saying(FRONT_GATE);
    struct bytes encoded = {0};
    char sql[1024] = "DELETE FROM note WHERE what = 'entry-sealed';"
                     "INSERT INTO note (what, agency, sequence, note) SELECT 'entry-own', agency, 2, x'";
    size_t n = strlen(sql);
    struct fixture s;

    (void)state;
    begin(&s);
    world_unlist(s.w, SHELTER);
    settle(&s);
    set_phone(&s, SHELTER, FRONT_GATE);
    world_crash(s.w, SHELTER);
    assert_false(lies_in_the_clear(&s, SHELTER, FRONT_GATE));
    agency_entry_encode(&e, &encoded);
    for (size_t i = 0; i < encoded.size; i++)
        n += (size_t)snprintf(sql + n, sizeof sql - n, "%02x", encoded.at[i]);
    (void)snprintf(sql + n, sizeof sql - n, "' FROM note WHERE what = 'entry-seen'");
    bytes_fini(&encoded);
    fixture_edit_down(&s, SHELTER, sql); /* as refex stored it before */
    assert_true(lies_in_the_clear(&s, SHELTER, FRONT_GATE));
    fixture_restart(&s, SHELTER);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(phone_at(&s, SHELTER, SHELTER, FRONT_GATE), E_NONE);
    world_crash(s.w, SHELTER);
    fixture_edit_down(&s, SHELTER, "PRAGMA wal_checkpoint(TRUNCATE)");
    assert_false(lies_in_the_clear(&s, SHELTER, FRONT_GATE));
    fixture_restart(&s, SHELTER);
    world_list(s.w, SHELTER);
    world_run_ms(s.w, 5 * MINUTES);
    assert_int_equal(phone_at(&s, SHELTER, SHELTER, FRONT_GATE), E_NONE);
    assert_int_equal(phone_at(&s, MISSION, SHELTER, ""), E_ENT_03); /* it hid */
    fixture_end(&s);
}

static void test_what_was_set_and_is_damaged_is_named_and_stands_where_it_went(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    set_phone(&s, NGO, FRONT_GATE);
    settle(&s);
    assert_false(status(&s, NGO).entry_unopened);
    fixture_edit(&s, NGO, "UPDATE note SET note = zeroblob(60) WHERE what = 'entry-sealed'");
    world_link(s.w, NGO, MISSION);
    settle(&s);
    assert_true(status(&s, NGO).entry_unopened);
    assert_int_equal(phone_at(&s, NGO, NGO, ""), E_ENT_06);
    assert_int_equal(phone_at(&s, MISSION, NGO, FRONT_GATE), E_NONE);
    set_phone(&s, NGO, OTHER);
    settle(&s);
    assert_false(status(&s, NGO).entry_unopened);
    assert_int_equal(phone_at(&s, MISSION, NGO, OTHER), E_NONE);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_reaches_who_is_linked_only_through_another),
        cmocka_unit_test(test_who_was_away_gets_it_with_the_next_link),
        cmocka_unit_test(test_nothing_of_an_unlisted_agency_leaves_unless_it_says_so),
        cmocka_unit_test(test_who_becomes_unlisted_is_forgotten),
        cmocka_unit_test(test_what_hid_is_shown_by_no_directory),
        cmocka_unit_test(test_what_was_forgotten_leaves_no_place_for_what_was_said_earlier),
        cmocka_unit_test(test_two_of_one_number_are_used_by_nobody),
        cmocka_unit_test(test_what_was_said_in_our_name_is_answered),
        cmocka_unit_test(test_what_was_said_in_our_name_again_is_answered_the_next_day),
        cmocka_unit_test(test_an_old_copy_shows_no_phone_that_was_taken_back),
        cmocka_unit_test(test_an_old_copy_puts_no_old_phone_in_the_place_of_the_new),
        cmocka_unit_test(test_nothing_is_taken_of_a_key_that_is_held),
        cmocka_unit_test(test_nothing_of_who_is_no_member_is_used),
        cmocka_unit_test(test_what_another_signed_is_passed_over_and_what_is_no_entry_ends_the_link),
        cmocka_unit_test(test_a_promise_makes_it_due_sooner_and_never_later),
        cmocka_unit_test(test_who_is_kept_from_a_case_is_not_named_as_who_could_help),
        cmocka_unit_test(test_only_so_many_of_one_agency_are_taken_in_a_day),
        cmocka_unit_test(test_what_is_taken_back_waits_for_no_other_day),
        cmocka_unit_test(test_who_asks_for_all_entries_again_and_again_waits),
        cmocka_unit_test(test_it_is_set_and_taken_whole),
        cmocka_unit_test(test_what_was_set_lies_sealed),
        cmocka_unit_test(test_what_was_set_and_is_damaged_is_named_and_stands_where_it_went),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
