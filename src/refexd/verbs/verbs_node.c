/* Verbs on the node: status, stop, init, enrol, its member list and directory. */
#include "refexd/verbs/verbs.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "exchange/entries/entry_calls.h"
#include "exchange/entries/entry_reach.h"
#include "exchange/exchange_status.h"
#include "exchange/home.h"
#include "exchange/logs/audit_calls.h"
#include "exchange/members/agency_calls.h"
#include "exchange/renewal/renewal.h"
#include "exchange/renewal/renewal_ask.h"
#include "exchange/setup.h"
#include "exchange/succession/rekeying.h"
#include "exchange/traffic/owed_list.h"
#include "refexd/config.h"
#include "refexd/machine_stamp.h"
#include "refexd/node_home.h"
#include "refexd/status.h"

#define STATUS_STEP 64 /* consents that are compared with the log in one round: a millisecond */

CONTROL_ANSWER(status)
CONTROL_ANSWER(init_result)
CONTROL_ANSWER(enrol_result)
CONTROL_ANSWER(own_key)
CONTROL_ANSWER(request_result)
CONTROL_ANSWER(node_restored)
CONTROL_ANSWER(agency)
CONTROL_ANSWER(agency_confirmed)
CONTROL_ANSWER(agency_suspended)
CONTROL_ANSWER(agency_said)
CONTROL_ANSWER(reach)
CONTROL_ANSWER(clock)
CONTROL_ANSWER(directory_taken)
CONTROL_ANSWER(membership_taken)
CONTROL_ANSWER(rekeying)
CONTROL_ANSWER(renewing)

bool verbs_status(struct control_call *c, struct error *err)
{
    struct status s;

    c->step->limit = STATUS_STEP;
    if (!control_empty_decode(c->message, err) || !exchange_status_prepare(c->x, c->step, err))
        return false;
    if (c->step->more)
        return true;
    return status_collect(c->context, c->arena, &s, err) && answer_status(c, &s.line, err);
}

bool verbs_node_stop(struct control_call *c, struct error *err)
{
    if (!control_empty_decode(c->message, err))
        return false;
    c->context->stop_node(c->context->cookie);
    return true;
}

static struct exchange_options options_of(const struct control_context *w)
{
    return (struct exchange_options){.home = w->home, .clock = w->clock, .random = w->random};
}

bool verbs_init(struct control_call *c, struct error *err)
{
    const struct exchange_options options = options_of(c->context);
    struct control_init_ask ask;
    struct control_init_result line;
    struct bytes request = {0};
    char literal[CONFIG_ADDRESS_TEXT];
    uint16_t port;
    bool ok;

    if (!control_init_ask_decode(c->message, c->arena, &ask, err))
        return false;
    if (ask.listen.size > 0 && !config_read_endpoint(ask.listen, literal, &port))
        return error_set(err, E_USE_04, "listen must be a literal address and a port, like 127.0.0.1:7411");
    if (!exchange_init(&options, &ask, &request, err))
        return false;
    line.request = bytes_view(&request);
    ok = machine_stamp_write(c->context->home, MACHINE_ID, err) &&
         exchange_request_fingerprint(line.request, &line.fingerprint, err) && answer_init_result(c, &line, err);
    bytes_fini(&request);
    return ok;
}

/* Where the parts of a backup are to lie, or that there is none. */
static bool write_backup(const char *home, const struct control_enrol_ask *ask, struct arena *arena, struct error *err)
{
    struct config_line lines[3];
    size_t count = 0;

    if (ask->backup_data.size > 0)
        lines[count++] = (struct config_line){SETTING_BACKUP_DATA, arena_strdup(arena, ask->backup_data)};
    if (ask->backup_keys.size > 0)
        lines[count++] = (struct config_line){SETTING_BACKUP_KEYS, arena_strdup(arena, ask->backup_keys)};
    if (ask->no_backup || count > 0)
        lines[count++] = (struct config_line){SETTING_BACKUP, ask->no_backup ? "no" : "yes"};
    return count == 0 || config_write(home, lines, count, err);
}

static bool backup_is_unsaid(const char *home)
{
    struct config config;
    struct error ignored;

    return config_read(home, &config, &ignored) && config.backup &&
           (config.backup_data[0] == '\0' || config.backup_keys[0] == '\0');
}

bool verbs_enrol(struct control_call *c, struct error *err)
{
    const struct exchange_options options = options_of(c->context);
    struct control_enrol_ask ask;
    struct control_enrol_result line;

    if (!control_enrol_ask_decode(c->message, c->arena, &ask, err) ||
        !exchange_enrol(&options, &ask, c->arena, &line, err) || !write_backup(c->context->home, &ask, c->arena, err))
        return false;
    line.backup_unsaid = backup_is_unsaid(c->context->home);
    return answer_enrol_result(c, &line, err);
}

bool verbs_own_key(struct control_call *c, struct error *err)
{
    struct control_own_key line = {0};
    struct config config;

    if (!control_empty_decode(c->message, err) || !config_read(c->context->home, &config, err) ||
        !exchange_own_fingerprint(c->context->home, &line.fingerprint, err))
        return false;
    line.agency = config.agency;
    return answer_own_key(c, &line, err);
}

/* *F stays zero without an invitation. */
static bool write_request(const struct control_call *c, const struct control_request_ask *ask, struct bytes *request,
                          struct federation *f, struct error *err)
{
    return ask->invite.size == 0 ? exchange_request_endpoint(c->context->home, ask->endpoint, request, err)
                                 : exchange_request_bind(c->context->home, ask->invite, ask->words,
                                                         clock_now_ms(&clock_real), request, f, err);
}

bool verbs_request(struct control_call *c, struct error *err)
{
    struct federation f = {0};
    struct control_request_ask ask;
    struct control_request_result line = {0};
    struct bytes request = {0};
    char listen[CONFIG_ADDRESS_TEXT + 8] = "";
    struct config config;
    bool ok = control_request_ask_decode(c->message, c->arena, &ask, err) &&
              config_read(c->context->home, &config, err) && write_request(c, &ask, &request, &f, err) &&
              exchange_request_fingerprint(bytes_view(&request), &line.fingerprint, err);

    if (ok) {
        if (config.listens)
            (void)snprintf(listen, sizeof listen, strchr(config.listen_address, ':') != NULL ? "[%s]:%u" : "%s:%u",
                           config.listen_address, (unsigned)config.listen_port);
        line.agency = config.agency;
        line.request = bytes_view(&request);
        line.listen = view_of_text(listen);
        line.federation_id = f.fid;
        ok = answer_request_result(c, &line, err);
    }
    bytes_fini(&request);
    return ok;
}

static bool names_agency(const struct config *config, struct view confirm, struct error *err)
{
    struct address named;

    return (address_read_short(confirm, address_federation(&config->agency), &named, err) &&
            address_equal(&named, &config->agency)) ||
           error_set(err, E_USE_04, "--confirm names another agency than %s", config->agency.text);
}

/* Of a node that runs: it answers with the agency that is awaited no more. */
static bool go_on_without(struct control_call *c, const struct config *config, struct view without, struct error *err)
{
    struct control_node_restored line = {0};
    struct address agency;

    if (without.size == 0)
        return error_set(err, E_NOD_03, "the node is running: refex node stop, then again");
    if (!address_read_short(without, address_federation(&config->agency), &agency, err) ||
        !exchange_restored_without(c->x, &agency, err) ||
        !exchange_own_fingerprint(c->context->home, &line.fingerprint, err))
        return false;
    line.agency = config->agency;
    line.without = agency;
    return answer_node_restored(c, &line, err);
}

bool verbs_node_restored(struct control_call *c, struct error *err)
{
    const struct exchange_options options = options_of(c->context);
    struct control_node_restored_ask ask;
    struct control_node_restored line = {0};
    char request[FILE_PATH_MAX];
    struct config config;

    if (!control_node_restored_ask_decode(c->message, c->arena, &ask, err) ||
        !config_read(c->context->home, &config, err))
        return false;
    if (c->x != NULL)
        return go_on_without(c, &config, ask.without, err);
    if ((ask.confirm.size != 0 && !names_agency(&config, ask.confirm, err)) ||
        !file_join_path(request, c->context->home, HOME_REQUEST, err) ||
        !exchange_mark_restored(&options, ask.confirm.size != 0, c->arena, &line, err) ||
        !exchange_own_fingerprint(c->context->home, &line.fingerprint, err))
        return false;
    line.agency = config.agency;
    line.request = view_of_text(request);
    return answer_node_restored(c, &line, err);
}

bool verbs_passphrase(struct control_call *c, struct error *err)
{
    struct control_passphrase_ask ask;

    return control_passphrase_ask_decode(c->message, c->arena, &ask, err) &&
           (ask.new_passphrase.size == 0
                ? exchange_try_passphrase(c->context->home, ask.old_passphrase, err)
                : exchange_change_passphrase(c->context->home, ask.old_passphrase, ask.new_passphrase, err));
}

bool verbs_agency_list(struct control_call *c, struct error *err)
{
    return control_empty_decode(c->message, err) && exchange_agency_list(c->x, answer_agency, c, err);
}

bool verbs_entry_set(struct control_call *c, struct error *err)
{
    struct control_entry_set_ask ask;
    struct control_agency_said line;

    return control_entry_set_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_entry_set(c->x, &ask.entry, &line, err) && answer_agency_said(c, &line, err);
}

bool verbs_entry_show(struct control_call *c, struct error *err)
{
    struct control_entry_show_ask ask;
    struct control_agency_said line;

    return control_entry_show_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_entry_show(c->x, &ask.agency, &line, err) && answer_agency_said(c, &line, err);
}

bool verbs_duty(struct control_call *c, struct error *err)
{
    struct control_reach line;

    return control_empty_decode(c->message, err) && entry_reach_fill(c->x, exchange_agency(c->x), &line, err) &&
           answer_reach(c, &line, err);
}

bool verbs_agency_confirm(struct control_call *c, struct error *err)
{
    struct control_agency_confirm_ask ask;
    struct control_agency_confirmed line = {0};

    return control_agency_confirm_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_agency_confirm(c->x, &ask.agency, ask.fingerprint, &line.changed, &line.held_there, err) &&
           answer_agency_confirmed(c, &line, err);
}

bool verbs_agency_suspend(struct control_call *c, struct error *err)
{
    struct control_agency_suspend_ask ask;
    struct control_agency_suspended line = {0};

    return control_agency_suspend_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_agency_suspend(c->x, &ask.agency, &line, err) && answer_agency_suspended(c, &line, err);
}

bool verbs_agency_close(struct control_call *c, struct error *err)
{
    struct control_agency_close_ask ask;

    return control_agency_close_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_finding_close(c->x, &ask.agency, ask.which, ask.reason, err);
}

bool verbs_agency_told(struct control_call *c, struct error *err)
{
    struct control_agency_told_ask ask;

    return control_agency_told_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_owed_close(c->x, &ask.agency, &ask.subject, ask.reason, err);
}

bool verbs_node_clock(struct control_call *c, struct error *err)
{
    struct control_clock_ask ask;
    struct control_clock line;
    bool changed = false;

    if (!control_clock_ask_decode(c->message, c->arena, &ask, err) ||
        (ask.confirm && !exchange_clock_confirm(c->x, &changed, err)) || !exchange_clock_show(c->x, &line, err))
        return false;
    line.changed = changed;
    line.clock_ms = line.clock_ms > 0 ? line.clock_ms : 0;
    return answer_clock(c, &line, err);
}

bool verbs_node_renew(struct control_call *c, struct error *err)
{
    struct control_renewing line;

    if (!control_empty_decode(c->message, err))
        return false;
    renewal_now(c->x, &line);
    return answer_renewing(c, &line, err);
}

bool verbs_node_rekey(struct control_call *c, struct error *err)
{
    struct control_rekeying line;

    return control_empty_decode(c->message, err) && exchange_node_rekey(c->x, &line, err) &&
           answer_rekeying(c, &line, err);
}

bool verbs_take_directory(struct control_call *c, struct error *err)
{
    struct control_take_directory_ask ask;
    struct control_directory_taken line;

    return control_take_directory_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_take_offered(c->x, ask.note, &line.sequence, err) && answer_directory_taken(c, &line, err);
}

bool verbs_take_membership(struct control_call *c, struct error *err)
{
    struct control_take_membership_ask ask;
    struct control_membership_taken line;

    return control_take_membership_ask_decode(c->message, c->arena, &ask, err) &&
           exchange_take_membership(c->x, &ask, &line, err) && answer_membership_taken(c, &line, err);
}
