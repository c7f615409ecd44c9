#include "cli/rendering/referral_view.h"

#include <stdio.h>

const char *const referral_view_titles[REFERRAL_VIEW_COLUMNS] = {"REFERRAL", "WAY",     "AGENCY", "STATE",    "REASON",
                                                                 "NEXT TRY", "URGENCY", "DUE",    "SERVICES", "SHARED"};

static void write_services(uint32_t services, struct bytes *out)
{
    for (enum service s = SERVICE_SHELTER; s < SERVICE_END; s++)
        if ((services & UINT32_C(1) << s) != 0)
            bytes_printf(out, "%s%s", out->size > 0 ? "," : "", service_name(s));
}

/* Why what was asked is not shown, in a word; NULL: it is. */
static const char *hidden(const struct control_referral *r)
{
    if (r->urgency != 0)
        return NULL;
    return r->state == REFERRAL_ERASED    ? "erased"
           : r->sealed                    ? "sealed"
           : r->state == REFERRAL_STOPPED ? "stopped"
                                          : "unreadable";
}

static void write_state(const struct control_referral *r, struct bytes *out)
{
    bytes_printf(out, "%s%s%s%s", referral_state_name(r->state), r->lost_there ? " (lost there)" : "",
                 r->overdue ? " (overdue)" : "", r->arrival != ARRIVAL_SETTLED ? ": " : "");
    render_arrival(out, r->arrival, r->arrival_ms);
}

void referral_view_row(const struct control_referral *r, struct render_table *t)
{
    struct bytes services = {0};
    struct bytes state = {0};
    char id[IDENT_TEXT];
    char due[RENDER_TIME];
    char next[RENDER_TIME];

    ident_write(&r->referral, id);
    render_time(r->due_ms, due);
    render_time(r->next_try_ms, next);
    if (hidden(r) != NULL)
        bytes_append_text(&services, hidden(r));
    else
        write_services(r->services, &services);
    write_state(r, &state);
    render_cell(t, id);
    render_cell(t, direction_name(r->direction));
    render_cell(t, r->peer.text);
    render_cell_view(t, bytes_view(&state));
    render_cell(t, r->hold != HOLD_NONE ? hold_name(r->hold) : "-");
    render_cell(t, next);
    render_cell(t, hidden(r) != NULL ? hidden(r) : urgency_name(r->urgency));
    render_cell(t, hidden(r) != NULL ? hidden(r) : due);
    render_cell_view(t, bytes_view(&services));
    if (hidden(r) != NULL)
        render_cell(t, hidden(r));
    else
        render_cell_sections(t, r->shared);
    bytes_fini(&services);
    bytes_fini(&state);
}

/* What is not read is left out: an empty list would say that there was nothing. */
static void json_asked(const struct control_referral *r, struct json_line *j)
{
    json_line_text(j, "urgency", urgency_name(r->urgency));
    json_line_text(j, "purpose", r->purpose != 0 ? purpose_name(r->purpose) : NULL);
    json_line_array(j, "services");
    for (enum service s = SERVICE_SHELTER; s < SERVICE_END; s++)
        if ((r->services & UINT32_C(1) << s) != 0)
            json_line_text(j, NULL, service_name(s));
    json_line_close(j);
    render_json_time(j, "due", r->due_ms);
    render_json_sections(j, "shared", r->shared);
    render_json_sections(j, "offered", r->offered);
    json_line_bool(j, "offer_unnamed", r->unnamed);
}

static void json_members(const struct control_referral *r, struct json_line *j)
{
    render_json_ident(j, "referral", &r->referral);
    json_line_text(j, "direction", direction_name(r->direction));
    json_line_text(j, "agency", r->peer.text);
    render_json_ident(j, "case", &r->case_id);
    json_line_text(j, "kind", message_kind_name(r->kind));
    json_line_text(j, "state", referral_state_name(r->state));
    render_json_time(j, "made", r->made_ms);
    if (r->sealed) {
        json_line_null(j, "overdue");
        json_line_bool(j, "sealed", true);
    } else {
        json_line_bool(j, "overdue", r->overdue);
    }
    if (hidden(r) == NULL)
        json_asked(r, j);
    if (r->erased_ms != 0)
        render_json_time(j, "erased_at", r->erased_ms);
    if (r->answered_ms != 0)
        render_json_time(j, "answered_before", r->answered_ms);
    json_line_bool(j, "lost_there", r->lost_there);
    json_line_bool(j, "by_hand", r->by_hand);
    render_json_ident(j, "message", &r->message);
    json_line_text(j, "waiting_message", r->waits != 0 ? message_kind_name((enum message_kind)r->waits) : NULL);
    render_json_hold(j, &(struct render_wait){r->hold, r->hold_until_ms, r->next_try_ms});
    render_json_arrival(j, r->arrival, r->arrival_ms);
}

void referral_view_json_line(const struct control_referral *r, struct bytes *line)
{
    struct json_line j;

    render_json_begin(&j, line);
    json_members(r, &j);
    render_json_end(&j);
}

void referral_view_json_detail(const struct control_referral_detail *d, const struct case_view *view)
{
    struct bytes line = {0};
    struct json_line j;

    render_json_begin(&j, &line);
    json_members(&d->summary, &j);
    json_line_text(&j, "reason", d->reason != 0 ? decline_reason_name(d->reason) : NULL);
    if (d->note.size > 0)
        json_line_view(&j, "note", d->note);
    json_line_array(&j, "timeline");
    for (size_t i = 0; i < d->timeline_count; i++) {
        const struct control_timeline_entry *e = &d->timeline[i];

        json_line_object(&j, NULL);
        render_json_time(&j, "time", e->time_ms);
        json_line_text(&j, "record", record_kind_name((enum record_kind)e->kind));
        if (e->index != 0)
            json_line_u64(&j, "index", e->index);
        else
            json_line_null(&j, "index");
        json_line_text(&j, "message_kind",
                       e->message_kind != 0 ? message_kind_name((enum message_kind)e->message_kind) : NULL);
        json_line_text(&j, "outcome", e->outcome != 0 ? outcome_name(e->outcome) : NULL);
        render_json_arrival(&j, e->arrival, e->arrival_ms);
        json_line_close(&j);
    }
    json_line_close(&j);
    json_line_u64(&j, "timeline_more", d->timeline_more);
    if (view != NULL)
        case_view_json(view, &j);
    render_json_end(&j);
    bytes_fini(&line);
}

static void print_sections(const char *title, section_set set)
{
    struct bytes names = {0};

    if (set == 0)
        return;
    section_set_write(set, &names);
    (void)printf("%s%.*s\n", title, (int)names.size, (const char *)names.at);
    bytes_fini(&names);
}

/* Where the offer names no section; here it is known all the same. */
static void print_unnamed(const struct control_referral *r)
{
    if (!r->unnamed)
        return;
    if (r->direction == DIRECTION_OUT)
        (void)puts("to them   no section is named: more follows when they accept, if anything");
    else
        (void)puts("offered   no section is named: more follows when you accept, if anything");
}

/* What a person does where the other agency does not know the referral any more. */
static void print_by_hand(const struct control_referral *r)
{
    char id[IDENT_TEXT];

    if (!r->by_hand)
        return;
    ident_write(&r->referral, id);
    (void)printf("by hand   the answer cannot reach %s: tell it yourself outside refex, then\n"
                 "          refex agency told %s %s --reason told-outside\n",
                 r->peer.text, r->peer.text, id);
}

static void print_lost(const struct control_referral *r)
{
    if (!r->lost_there)
        return;
    (void)printf("lost      the machine of %s was replaced after this, and the referral is not known\n"
                 "          there any more. ",
                 r->peer.text);
    if (r->direction == DIRECTION_OUT && r->state == REFERRAL_ACCEPTED)
        (void)puts("Phone them: ask who sees to her now, and send it again if\n"
                   "          she still wants it");
    else if (r->direction == DIRECTION_OUT)
        (void)puts("They do not answer it: phone them, and send it again if she still\n"
                   "          wants it");
    else if (r->state == REFERRAL_ACCEPTED || r->state == REFERRAL_DECLINED)
        (void)puts("Your answer is not known there any more, if it had come: phone them\n"
                   "          (`refex status` lists one that had not, until you say that you told them)");
    else
        (void)puts("An answer that you give does not reach them: tell them outside refex\n"
                   "          (`refex status` lists it until you say that you did)");
}

/* "referral: SHELTER,MEDICAL", how urgent, by when; or why that is not known. */
static void print_request(const struct control_referral *r)
{
    static const char not_read[] =
        "sealed    what was asked, and by when it is to be answered, is not read while the node is stopped.\n"
        "          Start it: refex node run (While it runs: the disk does not give its key, E-KEY-21.)";
    static const char stopped[] = "stopped   her consent was withdrawn: what was asked is not read any more";
    static const char unreadable[] =
        "not read  what was asked does not open: tell the operator (refex status names its consent)";
    struct bytes services = {0};
    char at[RENDER_TIME];

    write_services(r->services, &services);
    (void)printf("asks      %s%s%.*s\n", message_kind_name(r->kind), services.size > 0 ? ": " : "", (int)services.size,
                 services.size > 0 ? (const char *)services.at : "");
    bytes_fini(&services);
    if (hidden(r) == NULL) {
        render_time(r->due_ms, at);
        (void)printf("urgency   %s, due %s\n", urgency_name(r->urgency), at);
        return;
    }
    render_time(r->erased_ms, at);
    if (r->state == REFERRAL_ERASED)
        (void)printf(
            "erased    %s: what was asked, how urgent it was and what was shared cannot be known here any more.\n"
            "          What is left of it stands here and in the audit log\n",
            r->erased_ms != 0 ? at : "now");
    else
        (void)puts(r->sealed ? not_read : r->state == REFERRAL_STOPPED ? stopped : unreadable);
}

static void print_timeline(const struct control_referral_detail *d)
{
    char at[RENDER_TIME];

    for (size_t i = 0; i < d->timeline_count; i++) {
        const struct control_timeline_entry *e = &d->timeline[i];
        struct bytes arrival = {0};

        render_time(e->time_ms, at);
        render_arrival(&arrival, e->arrival, e->arrival_ms);
        (void)printf("  %s  %-10s %s%s%s", at, record_kind_name((enum record_kind)e->kind),
                     e->message_kind != 0 ? message_kind_name((enum message_kind)e->message_kind) : "",
                     e->outcome != 0 ? ": " : "", e->outcome != 0 ? outcome_name(e->outcome) : "");
        if (arrival.size > 0)
            (void)printf(": %.*s", (int)arrival.size, (const char *)arrival.at);
        if (e->index != 0)
            (void)printf("  (record %llu)", (unsigned long long)e->index);
        (void)putchar('\n');
        bytes_fini(&arrival);
    }
    if (d->timeline_more > 0)
        (void)printf("  and %llu more: `refex audit list` has them all\n", (unsigned long long)d->timeline_more);
}

void referral_view_print(const struct control_referral_detail *d, const struct case_view *view)
{
    const struct control_referral *r = &d->summary;
    struct bytes state = {0};
    char id[IDENT_TEXT];
    char made[RENDER_TIME];
    const char *reason = r->state != REFERRAL_DECLINED ? ""
                         : d->reason != 0              ? decline_reason_name(d->reason)
                                                       : "why is sealed: a running node shows it";

    ident_write(&r->referral, id);
    render_time(r->made_ms, made);
    write_state(r, &state);
    (void)printf("referral  %s, %s %s\nstate     %.*s%s%s\nmade      %s\n", id,
                 r->direction == DIRECTION_OUT ? "to" : "from", r->peer.text, (int)state.size, (const char *)state.at,
                 reason[0] != 0 ? ": " : "", reason, made);
    print_request(r);
    if (r->hold != HOLD_NONE) {
        (void)printf("waits     the %s\n", message_kind_name((enum message_kind)r->waits));
        struct bytes why = {0};
        render_hold(&why, "lifted by ", "next try  ", &(struct render_wait){r->hold, r->hold_until_ms, r->next_try_ms});
        (void)printf("reason    %.*s\n", (int)why.size, (const char *)why.at);
        bytes_fini(&why);
    }
    print_sections("shared    ", r->shared);
    print_sections("offered   ", r->offered);
    print_unnamed(r);
    if (r->state != REFERRAL_DECLINED && d->reason != 0)
        (void)printf("answered  declined: %s\n", decline_reason_name(d->reason));
    print_lost(r);
    print_by_hand(r);
    if (d->note.size > 0) {
        (void)fputs("note      ", stdout);
        render_print(stdout, d->note);
        (void)putchar('\n');
    }
    print_timeline(d);
    if (view != NULL)
        case_view_print(view);
    bytes_fini(&state);
}
