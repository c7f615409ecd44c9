#include "refexd/metrics_text.h"

#include <inttypes.h>

#include "exchange/members/agency_calls.h"
#include "refexd/status.h"

/* The begin of a family: what all its samples are. */
static void begin(struct bytes *out, const char *name, const char *type, const char *unit, const char *help)
{
    bytes_printf(out, "# TYPE refex_%s %s\n", name, type);
    if (unit != NULL)
        bytes_printf(out, "# UNIT refex_%s %s\n", name, unit);
    bytes_printf(out, "# HELP refex_%s %s\n", name, help);
}

/* Of a family with one sample. */
static void write_time(struct bytes *out, const char *name, const char *help, int64_t ms)
{
    if (ms == 0)
        return;
    begin(out, name, "gauge", "seconds", help);
    bytes_printf(out, "refex_%s %" PRId64 "\n", name, ms / 1000);
}

static void write_flag(struct bytes *out, const char *name, const char *help, bool is_so)
{
    begin(out, name, "gauge", NULL, help);
    bytes_printf(out, "refex_%s %d\n", name, is_so);
}

/* --- findings --- */

/* That caseworkers have something to do is no matter of the machine's. */
static bool is_told(const struct control_finding *f)
{
    return f->who == CONTROL_OPERATOR || f->who == CONTROL_COORDINATOR;
}

static bool is_well(const struct finding_list *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        if (is_told(&findings->items[i]))
            return false;
    return true;
}

/* Each code once, however many findings have it. */
static void write_findings(const struct finding_list *findings, struct bytes *out)
{
    begin(out, "finding", "gauge", NULL, "A finding of refex status that an operator or the coordinator acts on.");
    for (size_t i = 0; i < findings->count; i++) {
        const struct control_finding *f = &findings->items[i];
        bool is_first = is_told(f);

        for (size_t k = 0; k < i; k++)
            is_first = is_first && !view_equal(f->code, findings->items[k].code);
        if (is_first)
            bytes_printf(out, "refex_finding{code=\"%.*s\"} 1\n", (int)f->code.size, (const char *)f->code.at);
    }
}

/* --- agencies --- */

static bool write_linked(void *cookie, const struct control_agency *a, struct error *err)
{
    struct bytes *out = cookie;

    (void)err;
    if (!a->self && !a->revoked)
        bytes_printf(out, "refex_agency_linked{agency=\"%s\"} %d\n", a->agency.text, a->linked);
    return true;
}

static bool write_agencies(struct exchange *x, struct bytes *out, struct error *err)
{
    begin(out, "agency_linked", "gauge", NULL, "Whether there is a link with that member now.");
    return exchange_agency_list(x, write_linked, out, err);
}

/* --- all of it --- */

static void write_node(const struct status *s, struct bytes *out)
{
    const struct control_status *line = &s->line;

    begin(out, "build", "info", NULL, "The version that runs.");
    bytes_append_text(out, "refex_build_info{version=\"" REFEX_VERSION "\"} 1\n");
    write_flag(out, "well", "refex status has nothing that an operator or the coordinator acts on.",
               is_well(&s->findings));
    write_flag(out, "network_running", "The network process runs, confined or not.", line->link_running);
    write_time(out, "started_timestamp_seconds", "When the node was started.", line->started_ms);
    write_time(out, "transport_certificate_expiry_timestamp_seconds", "The last moment of the certificate for links.",
               line->transport_until_ms);
    write_time(out, "identity_certificate_expiry_timestamp_seconds", "The last moment of the agency's certificate.",
               line->identity_until_ms);
    write_time(out, "directory_expiry_timestamp_seconds", "The last moment of the directory.",
               line->directory_hard_expiry_ms);
    write_time(out, "oldest_waiting_timestamp_seconds", "Since when the oldest message waits; absent: none waits.",
               line->oldest_waiting_ms);
    begin(out, "room_bytes", "gauge", "bytes", "Free room of the disk that holds the database.");
    bytes_printf(out, "refex_room_bytes %" PRIu64 "\n", line->room_bytes);
}

bool metrics_text_write(const struct control_context *w, struct bytes *out, struct error *err)
{
    struct arena arena = {0};
    struct status status;
    bool ok = status_collect(w, &arena, &status, err);

    if (ok) {
        write_node(&status, out);
        write_findings(&status.findings, out);
        ok = write_agencies(w->exchange, out, err);
    }
    bytes_append_text(out, "# EOF\n");
    arena_fini(&arena);
    return ok;
}
