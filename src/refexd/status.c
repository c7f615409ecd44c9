/* Collects what `refex status` shows; each check adds a finding where somebody has to act. */
#include "refexd/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "refexd/seam_door.h"

#define CERTIFICATE_WARNING_MS (30 * DAY_MS)
#define WAITING_WARNING_MS     DAY_MS
#define ROOM_WARNING_BYTES     (4 * (uint64_t)BOUND_DISK_FREE)
#define RESTARTS_WARNING       3
#define UNTOLD_MAX             16 /* withdrawals that are named one by one */
#define COMMAND_MAX            (BOUND_AGENCY + 80)

static void add_note(struct status *s, const char *sentence)
{
    if (s->line.note_count < CONTROL_NOTES_MAX)
        s->notes[s->line.note_count++] = view_of_text(sentence);
}

static void add_finding(struct status *s, enum error_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static void add_finding(struct status *s, enum error_code code, const char *fmt, ...)
{
    size_t n = s->line.finding_count;
    va_list ap;

    if (n >= CONTROL_NOTES_MAX)
        return;
    va_start(ap, fmt);
    (void)vsnprintf(s->sentences[n], sizeof s->sentences[n], fmt, ap);
    va_end(ap);
    s->findings[n].code = view_of_text(error_row(code)->code);
    s->findings[n].text = view_of_text(s->sentences[n]);
    s->line.finding_count++;
}

static void check_directory(struct status *s, const struct node_status *n, int64_t now)
{
    char at[TEXT_MINUTE];

    text_write_minute(n->directory_hard_expiry_ms, at);
    if (now > n->directory_hard_expiry_ms)
        add_finding(s, E_FED_23, "the directory ended at %s: nothing is exchanged until a newer one comes", at);
    else if (now > n->directory_refresh_after_ms)
        add_finding(s, E_FED_23, "the directory is due for renewal; it can be used until %s", at);
}

static void check_certificate(struct status *s, const char *which, int64_t until, int64_t now)
{
    char at[TEXT_MINUTE];

    text_write_minute(until, at);
    if (now > until)
        add_finding(s, E_LNK_03, "this node's %s certificate ended at %s", which, at);
    else if (until - now < CERTIFICATE_WARNING_MS)
        add_finding(s, E_LNK_03, "this node's %s certificate ends at %s", which, at);
}

static void check_other_directory(struct status *s, const struct node_status *n)
{
    if (n->other_directory != 0)
        add_finding(s, E_FED_22,
                    "two different directories have the number %llu, both signed: somebody else has a directory key. "
                    "The second is not used and lies in other-directory.refex of the home: phone the federation. A "
                    "newer directory ends this",
                    (unsigned long long)n->other_directory);
}

static void check_own_entry(struct status *s, const struct node_status *n)
{
    if (n->own_revoked)
        add_finding(s, E_FED_44, "the federation has revoked this agency's certificates: %s",
                    revocation_reason_name(n->own_reason));
    if (n->own_missing)
        add_finding(s, E_FED_42, "directory %llu has no entry for this agency",
                    (unsigned long long)n->directory_sequence);
    if (n->own_differs)
        add_finding(s, E_FED_43, "directory %llu has an entry in this agency's name that this node did not make",
                    (unsigned long long)n->directory_sequence);
}

/* "3 days", "2 hours", "14 minutes". */
static void write_span(int64_t ms, char out[static 32])
{
    int64_t minutes = (ms < 0 ? -ms : ms) / 60000;

    if (minutes >= 2880)
        (void)snprintf(out, 32, "%lld days", (long long)(minutes / 1440));
    else if (minutes >= 120)
        (void)snprintf(out, 32, "%lld hours", (long long)(minutes / 60));
    else
        (void)snprintf(out, 32, "%lld minutes", (long long)minutes);
}

static void check_clock(struct status *s, const struct clock_status *c)
{
    char clock[TEXT_MINUTE];
    char trusted[TEXT_MINUTE];
    char since[TEXT_MINUTE];
    char span[32];

    text_write_minute(c->clock_ms, clock);
    text_write_minute(c->trusted_ms, trusted);
    text_write_minute(c->since_ms, since);
    write_span(c->clock_ms - c->trusted_ms, span);
    if (c->in_doubt)
        add_finding(s, E_CLK_01,
                    "this machine's clock says %s and is in doubt since %s: it is %s ahead of the log's time; of %zu "
                    "agencies %zu answered, %zu agree. Lifted by: most that answer, or `refex node clock --confirm`",
                    clock, since, span, c->peers, c->answered, c->agree);
    if (c->is_behind)
        add_finding(
            s, E_CLK_02,
            "this machine's clock says %s, %s behind the log's time %s. Set it; or, if it is right, `refex node "
            "clock --confirm`",
            clock, span, trusted);
    for (size_t i = 0; i < c->differ_count; i++) {
        write_span(c->differ[i].ahead_ms, span);
        add_finding(s, E_CLK_03, "the clock of %s is %s %s this machine's", c->differ[i].agency.text, span,
                    c->differ[i].ahead_ms > 0 ? "ahead of" : "behind");
    }
    if (c->differ_more > 0)
        add_finding(s, E_CLK_03, "the clocks of %llu more agencies differ from this machine's",
                    (unsigned long long)c->differ_more);
}

static void check_held(struct status *s, const struct node_status *n)
{
    for (size_t i = 0; i < n->held_count; i++) {
        const struct agency_held *h = &n->held[i];
        char until[48] = "";
        char at[TEXT_MINUTE];

        if (!hold_is_finding(h->hold))
            continue;
        text_write_minute(h->until_ms, at);
        if (h->until_ms != 0)
            (void)snprintf(until, sizeof until, ", until %s at the latest", at);
        add_finding(s, h->hold == HOLD_KEY_CHANGED ? E_FED_41 : E_FED_45, "%s: %s; waiting: %llu%s. Lifted by: %s",
                    h->agency.text, hold_sentence(h->hold), (unsigned long long)h->waiting, until,
                    hold_lifted_by(h->hold));
    }
    if (n->held_more > 0)
        add_finding(s, E_FED_45, "messages wait for %llu more agencies: see `refex agency list`",
                    (unsigned long long)n->held_more);
}

static void check_shares(struct status *s, const struct node_status *n)
{
    char until[TEXT_MINUTE];

    text_write_minute(n->over_until_ms, until);
    for (size_t i = 0; i < n->over_count; i++)
        add_finding(s, E_LNK_94, "%s has used up its share of this node (%s): what it sends waits there until %s",
                    n->over[i].agency.text, resource_name(n->over[i].what), until);
    if (n->over_more > 0)
        add_finding(s, E_LNK_94, "%llu more agencies have used up their shares", (unsigned long long)n->over_more);
}

/* Whose refusal it was is not known again, so nothing opens what it shuts; a person ends these consents one by one. */
static void add_lost_refusal(struct status *s, const struct consent_differing *d)
{
    char id[IDENT_TEXT];

    ident_write(&d->consent, id);
    if (d->shuts == 0)
        add_note(s, "of a refusal it is not known any more whom it was about; no consent that stands is shut by it");
    else
        add_finding(s, E_CON_21,
                    "consent %s is a refusal of which it is not known any more whom it was about. It shuts the %llu "
                    "consents before it that stand (shut in refex consent list): ask these persons, record anew what "
                    "they agree to, withdraw the old ones. Somebody changed the database: copy the home, find out who",
                    id, (unsigned long long)d->shuts);
}

/* Consents that are shut because the database and the audit log do not agree, and what a person does about each. */
static void check_consents(struct status *s, const struct node_status *n)
{
    static const char *const what[CONSENT_DIFFERENCE_END] = {
        [CONSENT_DIFFERS_STATE] = "its state in the database is not the audit log's",
        [CONSENT_DIFFERS_UNTIL] = "its days in the database are not the audit log's",
        [CONSENT_DIFFERS_CASE] = "it lies with another case than it was recorded for",
        [CONSENT_DIFFERS_CONTENT] = "its content is not what the audit log commits to",
        [CONSENT_HAS_NO_ROW] = "the database does not have it any more",
        [CONSENT_HAS_NO_KEY] = "it is withdrawn and not destroyed here, for which key opens it is not known any more",
        [CONSENT_NOT_IN_LOG] = "the audit log does not have it",
    };
    char id[IDENT_TEXT];

    for (size_t i = 0; i < n->differing_count; i++) {
        const struct consent_differing *d = &n->differing[i];

        if (d->what == CONSENT_REFUSAL_LOST) {
            add_lost_refusal(s, d);
            continue;
        }
        ident_write(&d->consent, id);
        add_finding(s, E_CON_21, "consent %s is shut: %s. Somebody changed the database: copy the home, find out who%s",
                    id, what[d->what],
                    d->what == CONSENT_HAS_NO_KEY ? "" : ". To end this consent: refex consent withdraw");
    }
    if (n->differing_more > 0)
        add_finding(s, E_CON_21, "%llu more consents are shut for this", (unsigned long long)n->differing_more);
    if (n->consents_differ)
        add_finding(s, E_LOG_01, "the audit log states other consents than its records say: run `refex audit verify`");
    if (n->consents_read_again)
        add_finding(s, E_LOG_08, "the stored entries of the consents were not those that the audit log states");
}

/* A copy of this node signs or did: a person decides which goes on. */
static void check_copy(struct status *s, const struct node_status *n)
{
    if (n->signed_beyond == 0)
        return;
    add_finding(s, E_LOG_27,
                "this node is a copy, or was put back to an older state: %s holds a checkpoint of its log with %llu "
                "records, which it does not have. Nothing is signed, sent or taken. If another copy has the newer "
                "log, stop this one and run that; else the agency begins again on a new machine (refex init, "
                "refex federation issue --replace)",
                n->signed_beyond_seen_by.text, (unsigned long long)n->signed_beyond);
    add_finding(s, E_CON_22,
                "that a person withdraws cannot be recorded here: refex consent withdraw CONSENT names the agency to "
                "tell outside "
                "refex; then withdraw again at the node that has the newer log");
}

static void check_node(struct status *s, const struct node_status *n, int64_t now)
{
    check_copy(s, n);
    check_clock(s, &n->clock);
    check_directory(s, n, now);
    check_other_directory(s, n);
    check_own_entry(s, n);
    check_held(s, n);
    check_shares(s, n);
    check_consents(s, n);
    check_certificate(s, "transport", n->transport_until_ms, now);
    check_certificate(s, "identity", n->identity_until_ms, now);
    if (n->owed_mended > 0)
        add_finding(s, E_OWE_06, "at the start %llu of what is owed was not stored as the log says, and was made so",
                    (unsigned long long)n->owed_mended);
    if (n->sealing_until <= day_of_ms(now))
        add_finding(s, E_FED_30, "peers have no key to seal to for this node");
    if (n->waiting > 0 && n->oldest_waiting_ms > 0 && now - n->oldest_waiting_ms > WAITING_WARNING_MS)
        add_finding(s, E_LNK_01, "messages wait here for more than a day; none is lost");
    if (n->room_bytes < ROOM_WARNING_BYTES)
        add_finding(s, E_STO_03, "the disk has %llu MiB left: make room. Below %d MiB no case and no referral is taken",
                    (unsigned long long)(n->room_bytes >> 20), BOUND_DISK_FREE / 1048576);
}

/* What a person tells an agency that refex cannot tell any more. SUBJECT: an id. */
static void write_to_tell(const struct owed_summary *o, const char *subject, char out[static 128])
{
    switch (o->what) {
    case OWED_WITHDRAWAL:
        (void)snprintf(out, 128, "consent %s was withdrawn: stop reading, and erase%s", subject,
                       o->step == CONSENT_ERASE ? " at once" : "");
        break;
    case OWED_STATEMENT:
        (void)snprintf(out, 128, "what came under consent %s is erased here", subject);
        break;
    case OWED_REPLY:
        (void)snprintf(out, 128, "referral %s was %s", subject, referral_state_name((enum referral_state)o->step));
        break;
    default:
        (void)snprintf(out, 128, "referral %s is cancelled", subject);
    }
}

/* Names what is owed for too long, one finding each; of many, the oldest. */
struct owed_check {
    struct status *s;
    int64_t now;
    bool is_copy; /* it tells nobody: what it owes is named with that */
    uint64_t untold;
};

/* The command that closes what O says, by the short name: all agencies are of one federation. */
static void write_command(const struct owed_summary *o, const char *subject, char out[static COMMAND_MAX])
{
    (void)snprintf(out, COMMAND_MAX, "refex agency told %.*s %s --reason %s", (int)strcspn(o->agency.text, "@"),
                   o->agency.text, subject, closing_name(o->doubted ? CLOSING_EXPLAINED : CLOSING_TOLD));
}

/* What the agency says is nobody's signed word: it is shown, and a person ends it. */
static void add_refused(struct status *s, const struct owed_summary *o, const char *tell, const char *command)
{
    char since[TEXT_MINUTE];

    text_write_minute(o->refused_ms, since);
    add_finding(s, E_OWE_09, "by hand: tell %s outside refex that %s, then: %s (its node refuses this since %s: %s)",
                o->agency.text, tell, command, since,
                o->refused_at == STEP_ACTS     ? refusal_reason_sentence(o->refused_why)
                : o->refused_at == STEP_RECORD ? "it does not accept the record"
                                               : "it cannot read it");
}

/* A withdrawal without a receipt: the agency may still read. With one it has stopped, and its answer is late. */
static void add_late(struct status *s, const struct owed_summary *o, const char *subject, const char *since)
{
    char receipt[TEXT_MINUTE];

    text_write_minute(o->receipt_ms, receipt);
    if (o->what == OWED_WITHDRAWAL && o->receipt_ms != 0)
        add_finding(s, E_OWE_03, "withdrawal about %s: %s receipted it %s, and has not confirmed that it erased",
                    subject, o->agency.text, receipt);
    else
        add_finding(s, E_OWE_03, "%s about %s: %s is asked since %s and has given no receipt: %s%s", owed_name(o->what),
                    subject, o->agency.text, since,
                    o->hold != HOLD_NONE ? hold_sentence(o->hold)
                    : o->linked          ? "it does not answer what is sent"
                                         : "there is no link to it",
                    o->what == OWED_WITHDRAWAL ? ". Until then it may read on: tell it outside refex" : "");
}

static bool list_untold(void *cookie, const struct owed_summary *o, struct error *err)
{
    struct owed_check *c = cookie;
    char subject[IDENT_TEXT];

    (void)err;
    ident_write(&o->subject, subject);
    if (++c->untold <= UNTOLD_MAX)
        add_finding(
            c->s, E_CON_22,
            "consent %s is withdrawn here, and %s is not told by this node: withdraw again at the node that has "
            "the newer log, or tell them outside refex",
            subject, o->agency.text);
    return true;
}

static bool check_untold(const struct control_context *w, struct status *s, struct error *err)
{
    struct owed_check c = {.s = s};

    if (!exchange_untold_list(w->exchange, list_untold, &c, err))
        return false;
    if (c.untold > UNTOLD_MAX)
        add_finding(s, E_CON_22, "%llu more consents are withdrawn here and not told by this node: refex consent list",
                    (unsigned long long)(c.untold - UNTOLD_MAX));
    return true;
}

static bool check_owed(void *cookie, const struct owed_summary *o, struct error *err)
{
    struct owed_check *c = cookie;
    char subject[IDENT_TEXT];
    char since[TEXT_MINUTE];
    char command[COMMAND_MAX];
    char tell[128];

    (void)err;
    ident_write(&o->subject, subject);
    text_write_minute(o->since_ms, since);
    write_to_tell(o, subject, tell);
    write_command(o, subject, command);
    if (o->doubted)
        add_finding(c->s, E_OWE_05,
                    "consent %s: %s received data and states that it held nothing. Phone it and ask, then: %s", subject,
                    o->agency.text, command);
    else if (o->lost)
        add_finding(c->s, E_OWE_07,
                    "tell %s outside refex that %s, then: %s (its machine was replaced, and the referral is not known "
                    "there any more)",
                    o->agency.text, tell, command);
    else if (o->refused_at != 0)
        add_refused(c->s, o, tell, command);
    else if (o->by_hand)
        add_finding(c->s, E_OWE_04, "by hand: tell %s outside refex that %s, then: %s (owed since %s; %s)",
                    o->agency.text, tell, command, since,
                    o->cut_off ? "no agency talks to this node" : "it is no member now");
    else if (c->now >= o->late_ms && !c->is_copy)
        add_late(c->s, o, subject, since);
    return true;
}

/* What other agencies' logs proved, or did not prove: it stands until a person closes it. */
static bool check_finding(void *cookie, const struct finding_summary *f, struct error *err)
{
    struct status *s = cookie;
    char since[TEXT_MINUTE];

    (void)err;
    text_write_minute(f->since_ms, since);
    if (f->which == FINDING_FORK)
        add_finding(s, E_LOG_24,
                    "%s has signed two histories of its log (since %s): phone it and the federation, send nothing that "
                    "can wait; `refex audit list --kind FORK` shows both, `refex agency close` ends this",
                    f->agency.text, since);
    else
        add_finding(s, E_LOG_25,
                    "%s did not prove that its log only grew (since %s): phone it, its node may have been put back to "
                    "an older state; `refex agency close` ends this",
                    f->agency.text, since);
    return true;
}

static void check_network(struct status *s, const struct control_context *w, const struct seam_state *seam)
{
    if (!seam->running || !seam->ready)
        add_finding(s, E_NOD_07, "the network process is not running");
    else if (seam->restarts >= RESTARTS_WARNING)
        add_finding(s, E_NOD_07, "the network process was started %u times again", seam->restarts);
    if (seam->ready && (seam->landlock == 0 || !seam->seccomp))
        add_finding(s, E_LNK_12, "the network process is not fully confined (Landlock %s, seccomp %s)",
                    seam->landlock > 0 ? "yes" : "no", seam->seccomp ? "yes" : "no");
    if (w->allow_unconfined)
        add_note(s, "node.conf allows the network process to run unconfined");
}

static void fill_network(struct status *s, const struct seam_state *seam)
{
    (void)snprintf(s->listen, sizeof s->listen, "%s", seam->listen);
    s->line.listen = view_of_text(s->listen);
    s->line.link_running = seam->running && seam->ready;
    s->line.link_landlock = seam->landlock;
    s->line.link_seccomp = seam->seccomp;
    s->line.link_restarts = seam->restarts;
    s->line.link_process = (uint32_t)seam->process;
}

static int64_t not_negative(int64_t ms)
{
    return ms < 0 ? 0 : ms;
}

static void fill_node(struct status *s, const struct node_status *n)
{
    struct control_status *line = &s->line;

    (void)snprintf(s->federation, sizeof s->federation, "%s", n->federation.name);
    line->agency = n->agency;
    line->kind = n->kind;
    line->federation = view_of_text(s->federation);
    line->federation_id = n->federation.fid;
    line->storage_key_plain = n->storage_key_plain;
    line->directory_sequence = n->directory_sequence;
    line->directory_refresh_after_ms = not_negative(n->directory_refresh_after_ms);
    line->directory_hard_expiry_ms = not_negative(n->directory_hard_expiry_ms);
    line->transport_until_ms = not_negative(n->transport_until_ms);
    line->identity_until_ms = not_negative(n->identity_until_ms);
    line->sealing_until = n->sealing_until;
    line->exchange_log_size = n->log_size[0];
    line->house_log_size = n->log_size[1];
    line->waiting = n->waiting;
    line->oldest_waiting_ms = not_negative(n->oldest_waiting_ms);
    line->links = n->links;
    line->room_bytes = n->room_bytes;
}

bool status_collect(const struct control_context *w, struct status *out, struct error *err)
{
    struct node_status node;
    int64_t now;
    struct seam_state seam = {0};

    memset(out, 0, sizeof *out);
    if (!exchange_status(w->exchange, &node, err))
        return false;
    now = node.closing_ms;
    fill_node(out, &node);
    out->line.started_ms = w->started_ms;
    out->line.version = view_of_text(REFEX_VERSION);
    out->line.process = (uint32_t)getpid();
    out->line.notes = out->notes;
    out->line.findings = out->findings;
    if (node.unlinked > 0)
        add_note(out, "checkpoints of other agencies' audit logs are not proven yet: asked for on the next link");
    if (node.storage_key_plain)
        add_note(out, "the storage key lies on the disk in the clear: whoever takes the disk can read everything");
    check_node(out, &node, now);
    if (!exchange_finding_list(w->exchange, check_finding, out, err))
        return false;
    if (!check_untold(w, out, err))
        return false;
    if (!exchange_owed_list(w->exchange, check_owed,
                            &(struct owed_check){.s = out, .now = now, .is_copy = node.signed_beyond != 0}, err))
        return false;
    if (w->network != NULL) {
        w->network(w->cookie, &seam);
        fill_network(out, &seam);
        check_network(out, w, &seam);
    }
    return true;
}
