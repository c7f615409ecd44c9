#include "refexd/status_inside.h"

#include "base/text.h"
#include "exchange/exchange_status.h"
#include "exchange/staff/staff_calls.h"

void status_add_note(struct status *s, const char *sentence)
{
    REQUIRE(s->line.note_count < CONTROL_NOTES_MAX); /* none is dropped */
    s->notes[s->line.note_count++] = view_of_text(sentence);
}

void status_add_made(struct status *s, struct bytes *text, struct arena *arena)
{
    bytes_append_u8(text, 0);
    status_add_note(s, (const char *)arena_copy(arena, bytes_view(text)).at);
    bytes_fini(text);
}

/* A stopped node that names nothing is not well for that. */
static void add_unsaid(struct status *s, bool of_caseworker, struct arena *arena)
{
    struct bytes text = {0};

    bytes_append_text(&text, of_caseworker ? "the node is stopped, and what was asked is sealed: it cannot say "
                                           : "nor can it say, for only one that runs knows: ");
    findings_write_unsaid(of_caseworker, &text);
    status_add_made(s, &text, arena);
}

/* What others ask and tell about nobody: whoever is here answers. */
static void add_inquiries(struct status *s, const struct node_status *n, struct arena *arena)
{
    struct bytes text = {0};

    if (n->inquiries != 0) {
        bytes_printf(&text, "%llu agencies' questions for room wait for an answer: `refex capacity list`",
                     (unsigned long long)n->inquiries);
        status_add_made(s, &text, arena);
    }
    if (n->notifications != 0) {
        bytes_printf(&text, "%llu notifications wait to be acknowledged: `refex notification list`",
                     (unsigned long long)n->notifications);
        status_add_made(s, &text, arena);
    }
}

/* Until it ends by itself, whoever looks is to know what the others read. */
static void add_pause(struct status *s, const struct node_status *n, struct arena *arena)
{
    struct bytes text = {0};
    char until[TEXT_MINUTE];

    if (n->pause.paused_until_ms == 0)
        return;
    text_write_minute(n->pause.paused_until_ms, until);
    bytes_printf(&text, "the other agencies read that this node is paused until %s (%s): `refex pause --end` ends it",
                 until, pause_reason_name(n->pause.reason));
    status_add_made(s, &text, arena);
}

static void add_leaving(struct status *s, const struct node_status *n, struct arena *arena)
{
    struct bytes text = {0};
    char when[TEXT_MINUTE];

    if (n->left_ms == 0)
        return;
    text_write_minute(n->left_ms, when);
    bytes_printf(&text, "this agency said at %s that it leaves the federation: nothing new is referred here", when);
    status_add_made(s, &text, arena);
}

/* To supervisors, and to who holds a case that another opened. */
static void add_staff(struct status *s, const struct node_status *n, struct arena *arena)
{
    struct bytes text = {0};
    char until[11];

    if (n->shown.staff_changed != 0) {
        bytes_printf(&text, "others changed who is of the staff (%llu since you looked): `refex staff list`",
                     (unsigned long long)n->shown.staff_changed);
        status_add_made(s, &text, arena);
    }
    if (n->shown.accesses_waiting != 0) {
        bytes_printf(&text,
                     "%llu cases were opened by who does not hold them, and wait for a review: "
                     "`refex staff accesses`",
                     (unsigned long long)n->shown.accesses_waiting);
        status_add_made(s, &text, arena);
    }
    if (n->shown.staff_waiting != 0) {
        text_write_date((int32_t)day_of_ms(n->staff_waits_ms), until);
        bytes_printf(&text,
                     "%llu proposed for the staff wait for a second supervisor, the first until %s: "
                     "`refex staff list`, `refex staff confirm`",
                     (unsigned long long)n->shown.staff_waiting, until);
        status_add_made(s, &text, arena);
    }
}

void status_add_notes(struct status *s, const struct control_context *w, const struct node_status *n,
                      struct arena *arena)
{
    if (w->mode != CONTROL_NODE) {
        add_unsaid(s, true, arena);
        add_unsaid(s, false, arena);
    }
    if (n->unlinked > 0)
        status_add_note(s, "checkpoints of other agencies' audit logs are not proven yet: asked for on the next link");
    if (n->refusals_lost > 0)
        status_add_note(
            s, "the database does not have the row of a refusal any more, which is in the audit log: no consent that "
               "stands is shut by it");
    if (n->shown.storage_key_plain)
        status_add_note(s, "the storage key lies on the disk in the clear: whoever takes the disk can read everything");
    if (w->config != NULL && !w->config->backup)
        status_add_note(s, "node.conf says backup = no: what this disk loses is lost");
    if (w->config != NULL && w->config->allow_unconfined)
        status_add_note(s, "node.conf allows the network process to run unconfined");
    if (n->unsearched > 0)
        status_add_note(s,
                        "cases are still being made ready to be found by words: refex case find does not see all yet");
    if (n->shown.alone)
        status_add_note(s,
                        "no supervisor is entered: whoever is this node's Unix user, or root, may do everything here");
    if (s->line.dates_near > 0)
        status_add_note(s, "dates of cases are near: `refex work`");
    add_pause(s, n, arena);
    add_leaving(s, n, arena);
    add_staff(s, n, arena);
    add_inquiries(s, n, arena);
}
