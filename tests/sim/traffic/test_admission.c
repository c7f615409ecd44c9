/* Steps 1 to 9 of admission: each lie is refused at the step that looks for it, by frame 4, and nothing is recorded.
 * The message is sound but for the lie: with none it gets to step 13, for it answers a referral that there is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auditlog/checkpoint.h"
#include "codec/envelope_codec.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/vault.h"
#include "forge.h"
#include "people.h"

enum { NGO, MISSION, SHELTER };

struct fixture {
    struct world *w;
    struct bytes body;
    struct forgery f;
    unsigned refusals; /* that the mission sent */
    struct peer_refusal refusal;
    struct arena arena;
};

static struct arena made; /* what a lie is made of */

static void on_frame_sent(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct fixture *s = cookie;
    struct error err;

    (void)to;
    if (from != MISSION || kind != PEER_REFUSAL)
        return;
    s->refusals++;
    assert_true(peer_refusal_decode(arena_copy(&s->arena, payload), &s->arena, &s->refusal, &err));
}

static void begin(struct fixture *s)
{
    struct body b = {.kind = MESSAGE_REPLY, .has_referral = true, .reply = {.state = REFERRAL_ACCEPTED}};

    *s = (struct fixture){.w = world_new(47, 3)};
    world_link(s->w, NGO, MISSION);
    assert_true(world_run_until_idle(s->w, INT64_C(3600000)));
    world_watch(s->w, on_frame_sent, s);
    b.referral.at[0] = 1;
    b.reply.in_reply_to.at[0] = 1;
    body_encode(&b, &s->body);
    s->f = (struct forgery){.record = {.message_kind = MESSAGE_REPLY}, .body = bytes_view(&s->body)};
}

static void end(struct fixture *s)
{
    assert_true(people_log_is_good(world_node(s->w, MISSION)));
    bytes_fini(&s->body);
    arena_fini(&s->arena);
    arena_fini(&made);
    world_free(s->w);
}

/* The frame is refused at STEP, and that is all. */
static void assert_frame(struct fixture *s, struct view envelope, enum admission_step step)
{
    struct exchange *mission = world_node(s->w, MISSION);
    uint64_t size = audit_size(mission->audit, LOG_EXCHANGE);
    unsigned before = s->refusals;

    assert_true(world_inject(s->w, NGO, MISSION, PEER_ENVELOPE, envelope));
    world_tick(s->w, MISSION);
    assert_int_equal(s->refusals, before + 1);
    assert_int_equal(s->refusal.step, step);
    assert_int_equal(s->refusal.has_message, step > STEP_BOUNDS);
    assert_int_equal(s->refusal.bundle.size != 0, step == STEP_KEY);
    if (step != STEP_ACTS) /* there a new note of the log is kept: it is evidence */
        assert_true(audit_size(mission->audit, LOG_EXCHANGE) == size);
}

static void assert_step(struct fixture *s, const struct forgery *f, enum admission_step step)
{
    struct bytes envelope = {0};

    forge_envelope(s->w, NGO, MISSION, f, &envelope);
    assert_frame(s, bytes_view(&envelope), step);
    bytes_fini(&envelope);
}

/* The lie that CHANGE makes of header and content. */
static void assert_lie(struct fixture *s, void (*change)(struct world *w, struct envelope_header *h, struct content *c),
                       enum admission_step step)
{
    struct forgery f = s->f;

    f.change = change;
    assert_step(s, &f, step);
}

static void test_a_message_that_is_sound_gets_as_far_as_what_it_is_about(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_step(&s, &s.f, STEP_ACTS);
    end(&s);
}

/* --- 1 to 5: what the header says, and who opens it --- */

static void to_another(struct world *w, struct envelope_header *h, struct content *c)
{
    (void)c;
    h->recipient = *world_address(w, NGO);
}

static void test_a_message_for_another_agency_is_refused(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_lie(&s, to_another, STEP_ADDRESSED);
    end(&s);
}

static void test_a_message_is_taken_on_its_last_day_and_not_after(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    s.f.expiry = day_of_ms(world_now(s.w)) - 1;
    assert_step(&s, &s.f, STEP_ADDRESSED);
    s.f.expiry++;
    assert_step(&s, &s.f, STEP_ACTS);
    end(&s);
}

static void by_nobody(struct world *w, struct envelope_header *h, struct content *c)
{
    (void)w;
    (void)c;
    assert_true(address_read(view_of_text("nobody@sim.example"), &h->sender));
}

static void test_who_is_no_member_is_refused_and_told_that_the_directory_here_does_not_list_it(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_lie(&s, by_nobody, STEP_MEMBER);
    assert_int_equal(s.refusal.hold, HOLD_THEIR_DIRECTORY);
    end(&s);
}

static void by_shelter(struct world *w, struct envelope_header *h, struct content *c)
{
    (void)c;
    h->sender = *world_address(w, SHELTER);
}

static void test_who_is_revoked_is_refused_and_nothing_is_said_of_a_newer_directory(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_revoke(s.w, SHELTER, REVOKED_LEFT);
    world_tick(s.w, MISSION);
    assert_lie(&s, by_shelter, STEP_MEMBER);
    assert_int_equal(s.refusal.hold, HOLD_NONE);
    end(&s);
}

/* Nobody is a member by a directory that has ended: with a newer one the message goes again. */
static void test_under_an_ended_directory_a_message_is_refused_until_a_newer_one_comes(void **state)
{
    struct bytes envelope = {0};
    struct fixture s;

    (void)state;
    begin(&s);
    s.f.expiry = day_of_ms(world_now(s.w)) + 20;
    forge_envelope(s.w, NGO, MISSION, &s.f, &envelope);
    world_advance(s.w, 15 * DAY_MS);
    assert_true(world_inject(s.w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&envelope)));
    world_tick(s.w, MISSION);
    assert_int_equal(s.refusals, 1);
    assert_int_equal(s.refusal.step, STEP_MEMBER);
    assert_int_equal(s.refusal.hold, HOLD_THEIR_DIRECTORY);
    bytes_fini(&envelope);
    end(&s);
}

/* An envelope whose header says another key. */
static void change_key(const struct bytes *envelope, struct bytes *out)
{
    struct arena arena = {0};
    struct bytes header = {0};
    struct envelope e;
    struct error err;

    assert_true(envelope_decode(bytes_view(envelope), &arena, &e, &err));
    e.header.key.at[0] ^= 1;
    envelope_header_encode(&e.header, &header);
    e.header_bytes = bytes_view(&header);
    envelope_encode(&e, out);
    bytes_fini(&header);
    arena_fini(&arena);
}

static void test_what_opens_with_no_key_of_ours_is_refused_and_our_keys_are_said(void **state)
{
    struct bytes envelope = {0};
    struct bytes changed = {0};
    struct fixture s;

    (void)state;
    begin(&s);
    forge_envelope(s.w, NGO, MISSION, &s.f, &envelope);
    change_key(&envelope, &changed);
    assert_frame(&s, bytes_view(&changed), STEP_KEY);
    envelope.at[envelope.size - 1] ^= 1;
    assert_frame(&s, bytes_view(&envelope), STEP_OPENS);
    assert_frame(&s, view_of(envelope.at, envelope.size - 1), STEP_BOUNDS);
    bytes_fini(&envelope);
    bytes_fini(&changed);
    end(&s);
}

/* --- 6: the content --- */

static void lengthen_content(struct bytes *plain)
{
    memset(plain->at, 0xff, 4);
}

static void fill_last(struct bytes *plain)
{
    plain->at[plain->size - 1] = 1;
}

static void fill_all_alike(struct bytes *plain)
{
    size_t end = 4 + read_u32(plain->at);

    memset(plain->at + end, 1, plain->size - end);
}

static void break_content(struct bytes *plain)
{
    plain->at[4] = 0xff;
}

static void leave_out_body(struct world *w, struct envelope_header *h, struct content *c)
{
    (void)w;
    (void)h;
    c->has_body = false;
    c->body = (struct view){0};
}

static void spoil_record(struct world *w, struct envelope_header *h, struct content *c)
{
    (void)w;
    (void)h;
    c->record = view_of_text("no record");
}

static void test_a_content_that_does_not_decode_is_refused(void **state)
{
    static void (*const spoilt[])(struct bytes * plain) = {lengthen_content, fill_last, fill_all_alike, break_content};
    struct fixture s;

    (void)state;
    begin(&s);
    for (size_t i = 0; i < sizeof spoilt / sizeof spoilt[0]; i++) {
        struct forgery f = s.f;

        f.change_plain = spoilt[i];
        assert_step(&s, &f, STEP_CONTENT);
    }
    assert_lie(&s, leave_out_body, STEP_CONTENT);
    assert_lie(&s, spoil_record, STEP_CONTENT);
    end(&s);
}

/* --- 7 and 8: whose log it is, and that the record is in it --- */

/* The checkpoint of C, as if it were of this ORIGIN, signed by node SIGNER. */
static void sign_anew(struct world *w, struct content *c, const char *origin, size_t signer)
{
    struct bytes note = {0};
    struct checkpoint was;
    struct error err;

    world_must(checkpoint_read(c->checkpoint, &was, &err), &err, "read a checkpoint");
    world_must(checkpoint_sign(origin, was.size, &was.root, vault_identity(world_node(w, signer)->vault), &note, &err),
               &err, "sign a checkpoint");
    c->checkpoint = arena_copy(&made, bytes_view(&note));
    bytes_fini(&note);
}

static void sign_as(struct world *w, struct content *c, size_t whose, bool house, uint8_t fid_changed, size_t signer)
{
    struct federation f = *membership_federation(world_node(w, NGO)->membership);
    char origin[ORIGIN_MAX];

    f.fid.at[0] ^= fid_changed;
    origin_write(&f, world_address(w, whose), 1, house, origin);
    sign_anew(w, c, origin, signer);
}

static void by_another_key(struct world *w, struct envelope_header *h, struct content *c)
{
    (void)h;
    sign_as(w, c, NGO, false, 0, MISSION);
}

static void of_another_log(struct world *w, struct envelope_header *h, struct content *c)
{
    (void)h;
    sign_as(w, c, MISSION, false, 0, NGO);
}

static void of_the_house_log(struct world *w, struct envelope_header *h, struct content *c)
{
    (void)h;
    sign_as(w, c, NGO, true, 0, NGO);
}

static void of_another_federation(struct world *w, struct envelope_header *h, struct content *c)
{
    (void)h;
    sign_as(w, c, NGO, false, 1, NGO);
}

static void signed_anew_by_its_own(struct world *w, struct envelope_header *h, struct content *c)
{
    (void)h;
    sign_as(w, c, NGO, false, 0, NGO);
}

static void test_a_checkpoint_is_of_the_senders_exchange_log_and_signed_by_it(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_step(&s, &s.f, STEP_ACTS); /* the next ones are not believed for what this one proved */
    assert_lie(&s, by_another_key, STEP_CHECKPOINT);
    assert_lie(&s, of_another_log, STEP_CHECKPOINT);
    assert_lie(&s, of_the_house_log, STEP_CHECKPOINT);
    assert_lie(&s, of_another_federation, STEP_CHECKPOINT);
    assert_lie(&s, signed_anew_by_its_own, STEP_ACTS);
    end(&s);
}

static struct content proven; /* a content that was believed */

static void save_proven(struct world *w, struct envelope_header *h, struct content *c)
{
    (void)w;
    (void)h;
    proven = *c;
    proven.record = arena_copy(&made, c->record);
    proven.path = arena_copy(&made, c->path);
    proven.checkpoint = arena_copy(&made, c->checkpoint);
}

static void repeat_as_shelter(struct world *w, struct envelope_header *h, struct content *c)
{
    c->record = proven.record;
    c->path = proven.path;
    c->checkpoint = proven.checkpoint;
    h->sender = *world_address(w, SHELTER);
}

static void test_a_checkpoint_that_was_believed_proves_nothing_of_another_agency(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_lie(&s, save_proven, STEP_ACTS);
    assert_lie(&s, repeat_as_shelter, STEP_CHECKPOINT);
    end(&s);
}

static void change_path(struct world *w, struct envelope_header *h, struct content *c)
{
    struct view path = arena_copy(&made, c->path);

    (void)w;
    (void)h;
    assert_true(path.size > 0);
    ((uint8_t *)(uintptr_t)path.at)[0] ^= 1;
    c->path = path;
}

static void test_a_record_that_its_checkpoint_does_not_cover_is_refused(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_lie(&s, change_path, STEP_INCLUSION);
    end(&s);
}

/* --- 9: the record --- */

/* A record of another kind, that the sender's log holds. */
static void bring_a_receipt(struct world *w, struct envelope_header *h, struct content *c)
{
    struct record r = {.kind = RECORD_RECEIVED};
    struct audit_proof proof;

    r.received = (struct record_received){
        .sender = address_view(&h->recipient), .message = h->message, .outcome = OUTCOME_STORED};
    forge_record(w, NGO, &r, &made, &proof);
    c->record = proof.record;
    c->path = proof.path;
    c->checkpoint = proof.checkpoint;
}

static void test_a_record_of_another_kind_discloses_nothing(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_lie(&s, bring_a_receipt, STEP_RECORD);
    end(&s);
}

static void test_a_body_that_does_not_decode_is_refused_though_it_was_committed_to(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    s.f.body = view_of_text("no body");
    assert_step(&s, &s.f, STEP_RECORD);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message_that_is_sound_gets_as_far_as_what_it_is_about),
        cmocka_unit_test(test_a_message_for_another_agency_is_refused),
        cmocka_unit_test(test_a_message_is_taken_on_its_last_day_and_not_after),
        cmocka_unit_test(test_who_is_no_member_is_refused_and_told_that_the_directory_here_does_not_list_it),
        cmocka_unit_test(test_who_is_revoked_is_refused_and_nothing_is_said_of_a_newer_directory),
        cmocka_unit_test(test_under_an_ended_directory_a_message_is_refused_until_a_newer_one_comes),
        cmocka_unit_test(test_what_opens_with_no_key_of_ours_is_refused_and_our_keys_are_said),
        cmocka_unit_test(test_a_content_that_does_not_decode_is_refused),
        cmocka_unit_test(test_a_checkpoint_is_of_the_senders_exchange_log_and_signed_by_it),
        cmocka_unit_test(test_a_checkpoint_that_was_believed_proves_nothing_of_another_agency),
        cmocka_unit_test(test_a_record_that_its_checkpoint_does_not_cover_is_refused),
        cmocka_unit_test(test_a_record_of_another_kind_discloses_nothing),
        cmocka_unit_test(test_a_body_that_does_not_decode_is_refused_though_it_was_committed_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
