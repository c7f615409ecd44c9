#include "cli/dialogue/sending.h"

#include <poll.h>
#include <string.h>

#include "base/text.h"
#include "cli/calls.h"
#include "cli/dialogue/lines.h"
#include "cli/dialogue/typed.h"
#include "formats/loose_text.h"
#include "model/spoken_id.h"
#include "output/render.h"

#define WORDS         16
#define LOOKS         15  /* whether it has arrived */
#define LOOK_EVERY_MS 200 /* so often: three seconds in all, in which most arrive */

/* A referral of this draft, to this agency: another when the agency is another. */
static void request_id(const struct sheet *s, char out[static SHEET_REQUEST])
{
    struct view to = sheet_text(s, QUESTION_TO);
    char text[DESK_ADDRESS_MAX + 1] = "";

    REQUIRE(to.size <= DESK_ADDRESS_MAX);
    memcpy(text, to.at, to.size);
    sheet_request_id(s, "send", text, out);
}

uint32_t sending_services(const struct sheet *s)
{
    struct view rest = sheet_text(s, QUESTION_SERVICE);
    struct view word;
    uint32_t set = 0;

    while (loose_text_split(&rest, ',', &word))
        for (uint32_t n = 1; n < SERVICE_END; n++)
            if (text_is(word, service_name((enum service)n)))
                set |= UINT32_C(1) << n;
    return set;
}

static const char *copy_text(struct arena *arena, struct view v)
{
    return arena_strdup(arena, v);
}

/* What nobody knows she is not asked again. The questions are each of another field. */
static const char *write_not_known(const struct sheet *s, struct arena *arena)
{
    struct bytes list = {0};
    const char *text;

    for (int q = QUESTION_NONE + 1; q < QUESTION_END; q++) {
        const struct case_field *f = question_field((enum question)q);

        if (f != NULL && sheet_said(s, (enum question)q) == ANSWER_NOT_KNOWN)
            bytes_printf(&list, "%s%s", list.size > 0 ? "," : "", case_field_ref_name(case_field_ref(f)));
    }
    text = copy_text(arena, bytes_view(&list));
    bytes_fini(&list);
    return text;
}

static bool run_send(struct command *c, const struct sheet *s, bool dry_run, int *status, struct error *err)
{
    struct arena arena = {0};
    const char *words[WORDS];
    char request[SHEET_REQUEST];
    char id[IDENT_TEXT];
    size_t n = 0;
    bool ok;

    ident_write(&s->case_id, id);
    request_id(s, request);
    words[n++] = "--case";
    words[n++] = id;
    words[n++] = "--to";
    words[n++] = copy_text(&arena, sheet_text(s, QUESTION_TO));
    words[n++] = "--service";
    words[n++] = copy_text(&arena, sheet_text(s, QUESTION_SERVICE));
    words[n++] = "--urgency";
    words[n++] = copy_text(&arena, sheet_text(s, QUESTION_URGENCY));
    words[n] = "--not-known";
    words[n + 1] = write_not_known(s, &arena);
    n += words[n + 1][0] != '\0' ? 2 : 0;
    words[n++] = "--partial"; /* what is held back was said before */
    words[n++] = dry_run ? "--dry-run" : "--request-id";
    if (!dry_run)
        words[n++] = request;
    ok = typed_run(c, "referral send", words, n, status, err);
    arena_fini(&arena);
    return ok;
}

bool sending_show(struct command *c, const struct sheet *s, struct error *err)
{
    int status;

    lines_print_empty();
    return run_send(c, s, true, &status, err);
}

/* --- how it stands --- */

struct sent {
    struct ident referral;
    enum referral_state state;
    int64_t made_ms;
};

static bool on_again(void *cookie, const struct control_referral_result *r, struct error *err)
{
    (void)err;
    ((struct sent *)cookie)->referral = r->referral;
    return true;
}

static bool on_shown(void *cookie, const struct control_referral_detail *d, struct error *err)
{
    (void)err;
    ((struct sent *)cookie)->state = (enum referral_state)d->summary.state;
    return true;
}

/* Asked again under its request id it is told, and not sent again. */
static bool find_sent(struct command *c, const struct sheet *s, struct sent *out, struct error *err)
{
    uint32_t wanted = sending_services(s);
    uint32_t services[BOUND_SERVICES];
    struct control_refer_ask ask = {.case_id = s->case_id,
                                    .kind = MESSAGE_REFERRAL,
                                    .services = services,
                                    .purpose = PURPOSE_SERVICES,
                                    .partial = true};
    char request[SHEET_REQUEST];
    struct view agency;

    for (uint32_t n = 1; n < SERVICE_END && ask.service_count < BOUND_SERVICES; n++)
        if ((wanted & UINT32_C(1) << n) != 0)
            services[ask.service_count++] = n;
    for (uint32_t n = 1; n < URGENCY_END; n++)
        if (sheet_is(s, QUESTION_URGENCY, urgency_name((enum urgency)n)))
            ask.urgency = (enum urgency)n;
    request_id(s, request);
    ask.request_id = view_of_text(request);
    return desk_address_split(sheet_text(s, QUESTION_TO), &ask.desk, &agency) && address_read(agency, &ask.to) &&
           call_referral_send(c, &ask, on_again, out, err);
}

static bool wait_for_it(struct command *c, struct sent *sent, struct error *err)
{
    const struct control_referral_show_ask ask = {.referral = sent->referral};

    for (int i = 0; i < LOOKS; i++) {
        if (!call_referral_show(c, &ask, on_shown, sent, err))
            return false;
        if (sent->state != REFERRAL_SAVED && sent->state != REFERRAL_WAITING)
            return true;
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
    return true;
}

static void print_state(const struct sent *sent)
{
    char name[BOUND_SPOKEN_ID];

    code_name_write(&sent->referral, name);
    if (sent->state == REFERRAL_SAVED || sent->state == REFERRAL_WAITING)
        lines_print(0,
                    "It is not sent yet: it is saved here, and goes to their computer by itself. "
                    "Where it stands, and why it waits: refex referral show %s",
                    name);
    else if (sent->state == REFERRAL_DELIVERED)
        lines_print(0,
                    "It is at their computer, and nobody there need have read it yet. Where it stands: refex "
                    "referral show %s",
                    name);
    else
        lines_print(0, "It is %s: refex referral show %s", referral_word_says(referral_state_word(sent->state), false),
                    name);
}

bool sending_send(struct command *c, const struct sheet *s, bool *sent, int *status, struct error *err)
{
    struct sent now = {.state = REFERRAL_SAVED};

    *sent = false;
    if (!run_send(c, s, false, status, err))
        return false;
    if (*status == 1) /* warned of the agency, she did not go on */
        return true;
    *sent = true;
    if (c->json)
        return true;
    if (!find_sent(c, s, &now, err) || !wait_for_it(c, &now, err))
        return false;
    print_state(&now);
    return true;
}
