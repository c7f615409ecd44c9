/* Findings about this agency, its node and its machine. */
#include "refexd/findings/findings_inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "exchange/exchange_status.h"

#define ROOM_WARNING_BYTES (4 * (uint64_t)BOUND_DISK_FREE)
#define RESTARTS_WARNING   3
#define WORDS              256

/* --- this agency --- */

/* Whether the directory shows of this agency what its node asked for, beside keys, machine and address. */
static bool is_as_asked(const struct node_status *n, const struct config *c)
{
    return c == NULL || c->kind == 0 || !n->own_listed ||
           (n->shown.kind == c->kind && n->own_unlisted == c->unlisted && address_equal(&n->own_relay, &c->relay));
}

void find_own_differs(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->own_differs || !is_as_asked(f->node, f->config))
        finding_add(l, &(struct finding_item){.count = f->node->shown.directory_sequence});
}

void find_own_revoked(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->own_revoked)
        finding_add(l, &(struct finding_item){.what = revocation_reason_name(f->node->own_reason)});
}

void find_own_missing(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->own_missing)
        finding_add(l, &(struct finding_item){.count = f->node->shown.directory_sequence});
}

void find_node_conf(const struct finding_facts *f, struct finding_list *l)
{
    if (f->conf != NULL && f->conf->code != E_NONE)
        finding_add(l, &(struct finding_item){.what = f->conf->text});
}

/* Of one that is not renewed although it was due: whoever renews by itself is not named. */
static void check_certificate(const struct finding_facts *f, const char *which, int64_t due_ms, int64_t until_ms,
                              struct finding_list *l)
{
    int64_t left = until_ms - f->node->closing_ms;

    if (left < BOUND_CERTIFICATE_WARN_MS && f->node->closing_ms - due_ms > BOUND_RENEWAL_LATE_MS)
        finding_add(
            l, &(struct finding_item){.what = which, .then = left < 0 ? "ended at" : "ends at", .time_ms = until_ms});
}

void find_own_certificate(const struct finding_facts *f, struct finding_list *l)
{
    check_certificate(f, "transport", f->node->transport_due_ms, f->node->shown.transport_until_ms, l);
    check_certificate(f, "identity", f->node->identity_due_ms, f->node->shown.identity_until_ms, l);
}

static bool directory_has_ended(const struct node_status *n)
{
    return n->closing_ms > n->shown.directory_hard_expiry_ms;
}

void find_directory_ended(const struct finding_facts *f, struct finding_list *l)
{
    if (directory_has_ended(f->node))
        finding_add(l, &(struct finding_item){.time_ms = f->node->shown.directory_hard_expiry_ms,
                                              .since_ms = f->node->shown.directory_hard_expiry_ms});
}

void find_directory_old(const struct finding_facts *f, struct finding_list *l)
{
    const struct node_status *n = f->node;

    if (!directory_has_ended(n) && n->closing_ms > n->shown.directory_refresh_after_ms)
        finding_add(l, &(struct finding_item){.time_ms = n->shown.directory_hard_expiry_ms,
                                              .since_ms = n->shown.directory_refresh_after_ms});
}

void find_other_directory(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->other_directory != 0)
        finding_add(l, &(struct finding_item){.count = f->node->other_directory});
}

void find_suspended_by_one(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->node->suspended_count; i++) {
        const struct suspended *s = &f->node->suspended[i];

        finding_add(l, &(struct finding_item){.agency = &s->agency,
                                              .time_ms = s->until_ms,
                                              .what = s->by_members ? "two members" : "one officer"});
    }
}

void find_suspension_asked(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->node->asked_count; i++) {
        const struct suspension_asked *a = &f->node->asked[i];

        finding_add(l, &(struct finding_item){.agency = &a->by, .time_ms = a->until_ms, .what = a->agency.text});
    }
}

void find_suspension_unused(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->node->unused_count; i++) {
        const struct suspension_unused *u = &f->node->unused[i];
        struct bytes who = {0};

        if (u->key == 0)
            bytes_append_text(&who, u->member.text);
        else
            bytes_printf(&who, "directory key %" PRIu32, u->key);
        bytes_append_u8(&who, 0);
        finding_add(l, &(struct finding_item){.time_ms = u->until_ms,
                                              .what = (const char *)arena_copy(l->arena, bytes_view(&who)).at,
                                              .then = u->why == E_RVK_10 ? "the same signer had signed another one"
                                                                         : "as many members' as are kept are in use"});
        bytes_fini(&who);
    }
}

void find_no_sealing_key(const struct finding_facts *f, struct finding_list *l)
{
    /* One that signs nothing makes none, and says so. */
    if (f->node->shown.sealing_until <= day_of_ms(f->node->closing_ms) && f->node->stopped == OWN_SIGNS)
        finding_add(l, &(struct finding_item){0});
}

void find_other_succession(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->other_succession)
        finding_add(l, &(struct finding_item){0});
}

void find_next_key(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->next_key_unopened)
        finding_add(l, &(struct finding_item){0});
}

void find_other_keys(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->other_keys)
        finding_add(l, &(struct finding_item){0});
}

void find_other_entry(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->other_entry)
        finding_add(l, &(struct finding_item){0});
}

void find_entry_unopened(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->entry_unopened)
        finding_add(l, &(struct finding_item){0});
}

void find_keys_open(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->keys_open)
        finding_add(l, &(struct finding_item){0});
}

void find_keys_unread(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->keys_unread)
        finding_add(l, &(struct finding_item){0});
}

void find_rewrap_late(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->rewrap_late_ms != 0)
        finding_add(l, &(struct finding_item){.since_ms = f->node->rewrap_late_ms});
}

void find_access_late(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->accesses_late > 0)
        finding_add(l, &(struct finding_item){.count = f->node->accesses_late});
}

void find_letter_late(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->letters_late > 0)
        finding_add(l, &(struct finding_item){.count = f->node->letters_late,
                                              .since_ms = (int64_t)f->node->letters_late_from * DAY_MS});
}

void find_note_late(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->notes_late > 0)
        finding_add(l, &(struct finding_item){.count = f->node->notes_late,
                                              .since_ms = (int64_t)f->node->notes_late_from * DAY_MS});
}

void find_suspended_stops(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->node->stops_count; i++) {
        const struct agency_stops *s = &f->node->stops[i];

        finding_add(l, &(struct finding_item){.agency = &s->agency, .count = s->count, .since_ms = s->since_ms});
    }
}

void find_incident(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->incidents > 0)
        finding_add(l, &(struct finding_item){.count = f->node->incidents, .since_ms = f->node->incidents_ms});
}

void find_staff_given_on(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->given_on_count; i++)
        finding_add(l, &(struct finding_item){.id = &f->given_on[i]});
}

void find_staff_unread(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->staff_unread > 0)
        finding_add(l, &(struct finding_item){.count = f->node->staff_unread});
}

/* Whether SHOWN is the address that node.conf says: its endpoint, or where that is not set what it listens on. Where it
 * listens on every address of the machine, the port is compared. */
static bool is_our_endpoint(const struct config *c, const char *shown)
{
    const char *port = strrchr(shown, ':');
    char listen[CONFIG_ADDRESS_TEXT + 16];
    bool six = strchr(c->listen_address, ':') != NULL;

    if (c->endpoint[0] != '\0')
        return strcmp(c->endpoint, shown) == 0;
    if (!c->listens || c->listen_port == 0)
        return true; /* nothing is said of it */
    (void)snprintf(listen, sizeof listen, "%s%s%s:%u", six ? "[" : "", c->listen_address, six ? "]" : "",
                   c->listen_port);
    if (strcmp(c->listen_address, "0.0.0.0") == 0 || strcmp(c->listen_address, "::") == 0)
        return port != NULL && strcmp(port, strrchr(listen, ':')) == 0;
    return strcmp(listen, shown) == 0;
}

void find_endpoint(const struct finding_facts *f, struct finding_list *l)
{
    const struct node_status *n = f->node;
    char shown[BOUND_ENDPOINT + 1];
    char then[WORDS];

    if (f->config == NULL || n->own_endpoint.size == 0)
        return;
    (void)snprintf(shown, sizeof shown, "%.*s", (int)n->own_endpoint.size, (const char *)n->own_endpoint.at);
    if (is_our_endpoint(f->config, shown))
        return;
    if (f->config->endpoint[0] != '\0')
        (void)snprintf(then, sizeof then, "%.200s", f->config->endpoint);
    else
        (void)snprintf(then, sizeof then, "%s, port %u", f->config->listen_address, f->config->listen_port);
    finding_add(l, &(struct finding_item){.what = shown, .then = then});
}

/* What an agency said that was asked to dial. */
void find_unreached(const struct finding_facts *f, struct finding_list *l)
{
    const struct dial_back_said *said = f->dial_back;

    if (said != NULL && f->network != NULL && f->network->came == 0 && said->failed.text[0] != '\0')
        finding_add(l, &(struct finding_item){
                           .agency = &said->failed, .since_ms = said->failed_ms, .what = dial_failure_says(said->why)});
}

/* One that only dials chose so, and listens nowhere. */
void find_no_way_in(const struct finding_facts *f, struct finding_list *l)
{
    const struct node_status *n = f->node;

    if (f->config != NULL && f->config->listens && n->own_listed && n->own_endpoint.size == 0 &&
        n->own_relay.text[0] == '\0')
        finding_add(l, &(struct finding_item){0});
}

/* --- consents, and what was mended --- */

void find_owed_mended(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->owed_mended > 0)
        finding_add(l, &(struct finding_item){.count = f->node->owed_mended});
}

/* Consents that are shut because the database and the audit log do not agree. */
void find_consent_shut(const struct finding_facts *f, struct finding_list *l)
{
    static const char *const what[CONSENT_DIFFERENCE_END] = {
        [CONSENT_DIFFERS_STATE] = "its state in the database is not the audit log's",
        [CONSENT_DIFFERS_UNTIL] = "its days in the database are not the audit log's",
        [CONSENT_DIFFERS_CASE] = "it lies with another case than it was recorded for",
        [CONSENT_DIFFERS_CONTENT] = "its content is not what the audit log commits to",
        [CONSENT_HAS_NO_ROW] = "the database does not have it any more",
        [CONSENT_HAS_NO_KEY] = "it is withdrawn and not destroyed here, for which key opens it is not known any more",
        [CONSENT_NOT_IN_LOG] = "the audit log does not have it",
        [CONSENT_REFUSAL_LOST] = ("it is a refusal, and about which person and agency is not known any more. What was "
                                  "agreed before it is shut: ask again, and record it"),
    };

    for (size_t i = 0; i < f->node->differing_count; i++)
        finding_add(
            l, &(struct finding_item){.id = &f->node->differing[i].consent, .what = what[f->node->differing[i].what]});
    finding_add_more(l, f->node->differing_more);
}

void find_consents_differ(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->consents_differ)
        finding_add(l, &(struct finding_item){0});
}

void find_consents_read_again(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->consents_read_again)
        finding_add(l, &(struct finding_item){0});
}

/* --- this machine --- */

void find_clock_doubt(const struct finding_facts *f, struct finding_list *l)
{
    const struct control_clock *c = &f->node->clock;
    char span[FINDING_SPAN];
    char what[WORDS];

    if (!c->in_doubt)
        return;
    finding_write_span(c->clock_ms - c->trusted_ms, span);
    (void)snprintf(what, sizeof what, "of %llu agencies %llu answered, %llu agree", (unsigned long long)c->peers,
                   (unsigned long long)c->answered, (unsigned long long)c->agree);
    finding_add(l, &(struct finding_item){.time_ms = c->clock_ms, .since_ms = c->since_ms, .what = what, .then = span});
}

void find_clock_behind(const struct finding_facts *f, struct finding_list *l)
{
    const struct control_clock *c = &f->node->clock;
    char span[FINDING_SPAN];

    if (!c->is_behind)
        return;
    finding_write_span(c->clock_ms - c->trusted_ms, span);
    finding_add(l, &(struct finding_item){.time_ms = c->clock_ms, .since_ms = c->trusted_ms, .then = span});
}

void find_no_room(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->shown.room_bytes < ROOM_WARNING_BYTES)
        finding_add(l, &(struct finding_item){.count = f->node->shown.room_bytes >> 20});
}

void find_hooks_stopped(const struct finding_facts *f, struct finding_list *l)
{
    if (f->hooks_stopped > 0)
        finding_add(l, &(struct finding_item){.count = f->hooks_stopped});
}

void find_hook_fails(const struct finding_facts *f, struct finding_list *l)
{
    if (f->hooks_failing > 0)
        finding_add(l, &(struct finding_item){.what = f->hook, .count = f->hooks_failing});
}

void find_network_down(const struct finding_facts *f, struct finding_list *l)
{
    if (f->network != NULL && (!f->network->running || !f->network->ready))
        finding_add(l, &(struct finding_item){0});
}

void find_network_restarts(const struct finding_facts *f, struct finding_list *l)
{
    if (f->network != NULL && f->network->restarts >= RESTARTS_WARNING)
        finding_add(l, &(struct finding_item){.count = f->network->restarts});
}
