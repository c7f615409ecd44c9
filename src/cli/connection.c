#include "cli/connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/calls.h"
#include "model/spoken_id.h"

#define SILENCE_MS 5000 /* after which a person is told that the node has not answered yet */

static struct refex_failure last_failure;
static bool has_last_failure;
static char home_folder[901]; /* as messages show it: without slashes at its end */

/* Keeps the failure for connection_failure and sets *ERR from it. A code that this program does not have, as of a newer
 * node, becomes E_CTL_02 with the node's text. */
static bool keep_failure(const struct refex_failure *f, struct error *err)
{
    enum error_code code = error_code_find(f->code);

    last_failure = *f;
    has_last_failure = true;
    return error_set(err, code != E_NONE ? code : E_CTL_02, "%s", f->text);
}

const struct refex_failure *connection_failure(void)
{
    return has_last_failure ? &last_failure : NULL;
}

bool connection_home(const struct command *c, const char **out, struct error *err)
{
    const char *home = c->home != NULL ? c->home : getenv("REFEX_HOME");

    if (home == NULL || home[0] == '\0')
        return error_set(err, E_USE_02, "--home DIR (or REFEX_HOME) is missing: which node");
    if (strlen(home) >= sizeof home_folder)
        return error_set(err, E_USE_04, "the name of the home folder is too long");
    (void)snprintf(home_folder, sizeof home_folder, "%.*s", (int)file_folder_size(home), home);
    *out = home_folder;
    return true;
}

/* It is not given up: whether the node does what was asked is not known. */
static void on_silence(void *cookie, const char *sentence)
{
    static const char *const then[] = {
        [CONTROL_READS] = "you may ask again.",
        [CONTROL_NOTHING_MORE] = "you may ask again: that does nothing more than asking once.",
        [CONTROL_NOTHING_MORE_BY_ID] =
            "what it asked for may still be done: look before you ask again, or do so with the same --request-id.",
        [CONTROL_ANEW] = "what it asked for may still be done: look before you ask again.",
    };
    const struct command *c = cookie;

    (void)fprintf(stderr,
                  "refex: warning: %s yet: it is busy, or stands still (`refex status` says which). This command\n"
                  "waits. If you end it, %s\n",
                  sentence, then[c->request_id != NULL ? CONTROL_NOTHING_MORE_BY_ID : c->asking->again]);
}

bool connection_open(struct command *c, enum refex_door door, struct error *err)
{
    struct refex_failure f;
    const char *home;

    if (c->client != NULL)
        return true;
    if (!connection_home(c, &home, err))
        return false;
    if (!refex_client_open(home, door, &c->client, &f))
        return keep_failure(&f, err);
    refex_client_on_silence(c->client, SILENCE_MS, on_silence, c);
    return true;
}

struct ask_context {
    connection_item_fn *item_fn;
    void *cookie;
    struct error *err; /* of item_fn */
    bool ended;        /* by item_fn */
    size_t items;
};

static bool on_item(void *cookie, const void *message, size_t size, struct refex_failure *why)
{
    struct ask_context *a = cookie;

    (void)why;
    a->items++;
    if (a->item_fn(a->cookie, view_of(message, size), a->err))
        return true;
    a->ended = true;
    return false;
}

static enum refex_door door_of(const struct control_verb *verb)
{
    if ((verb->modes & CONTROL_NODE) == 0)
        return (verb->modes & CONTROL_TOOL) != 0 ? REFEX_TOOL : REFEX_READER;
    return (verb->modes & CONTROL_READER) != 0 ? REFEX_NODE_OR_READER : REFEX_NODE;
}

/* MESSAGE becomes one under the request id. What a command asks in parts comes in the same order when it is asked
 * again. */
static enum control_kind name_request(struct command *c, const struct control_verb *verb, struct bytes *message)
{
    const struct control_named_ask named = {.request_id = view_of_text(c->request_id),
                                            .kind = (uint32_t)verb->kind,
                                            .ask = bytes_view(message),
                                            .part = c->named++};
    struct bytes whole = {.wiping = true};

    control_named_ask_encode(&named, &whole);
    bytes_fini(message);
    *message = whole;
    return CONTROL_NAMED;
}

static bool ask(struct command *c, const struct control_verb *verb, struct bytes *message, struct ask_context *a,
                struct error *err)
{
    enum control_kind kind = verb->kind;
    struct refex_failure f = {0};

    if (c->request_id != NULL && control_verb_takes_id(verb))
        kind = name_request(c, verb, message);
    if (message->size > BOUND_FRAME - CONTROL_NUMBER_SIZE)
        return error_set(err, E_FIL_04, "what is asked is over %d bytes", BOUND_FRAME);
    if (!connection_open(c, door_of(verb), err))
        return false;
    c->asking = verb;
    if (!refex_client_ask(c->client, (uint16_t)kind, message->at, message->size, on_item, a, &f))
        return a->ended ? false : keep_failure(&f, err);
    return verb->items == CONTROL_MANY || a->items == (verb->items == CONTROL_ONE) ||
           error_set(err, E_CTL_01, "the answer to %s has %zu parts", verb->name, a->items);
}

bool connection_ask(struct command *c, enum control_kind kind, struct bytes *message, connection_item_fn *item_fn,
                    void *cookie, struct error *err)
{
    struct ask_context a = {item_fn, cookie, err, false, 0};
    bool ok = ask(c, control_verb_find((uint16_t)kind), message, &a, err);

    bytes_fini(message);
    return ok;
}

static bool on_status(void *cookie, const struct control_status *status, struct error *err)
{
    struct command *c = cookie;

    (void)err;
    (void)snprintf(c->federation, sizeof c->federation, "%.*s", (int)status->federation.size,
                   (const char *)status->federation.at);
    return true;
}

/* A desk is a part of the agency, and no recipient of its own. */
static bool refuse_desk(const char *option, const char *text, struct view agency, struct error *err)
{
    return error_set(err, E_USE_04, "--%s: \"%.80s\" is a desk; here the agency is named: %.*s", option, text,
                     (int)agency.size, (const char *)agency.at);
}

bool connection_address(struct command *c, const char *option, const char *text, struct address *out, struct error *err)
{
    struct view agency;
    struct view desk;

    if (address_read(view_of_text(text), out))
        return true;
    if (strchr(text, '@') == NULL && agency_name_ok(view_of_text(text))) {
        if (c->federation[0] == '\0' && !call_status(c, NULL, on_status, c, err))
            return false;
        return address_read_short(view_of_text(text), c->federation, out, err);
    }
    if (desk_address_split(view_of_text(text), &desk, &agency) && desk.size != 0 &&
        (address_ok(agency) || agency_name_ok(agency)))
        return refuse_desk(option, text, agency, err);
    return error_set(err, E_USE_04, "--%s: \"%.80s\" is not the name of an agency, like shelter or shelter@nrm.example",
                     option, text);
}

bool connection_desk(struct command *c, const char *option, const char *text, struct view *desk, struct address *agency,
                     struct error *err)
{
    struct view rest;

    if (!desk_address_split(view_of_text(text), desk, &rest))
        return error_set(err, E_USE_04, "--%s: \"%.80s\" does not begin with the name of a desk, as legal.shelter does",
                         option, text);
    return connection_address(c, option, (const char *)rest.at, agency, err);
}

struct ids_found {
    struct ident first;
    struct bytes shown;
    size_t count;
};

static bool on_id(void *cookie, const struct control_id_found *found, struct error *err)
{
    struct ids_found *f = cookie;
    char text[IDENT_TEXT];

    (void)err;
    ident_write(&found->id, text);
    if (f->count++ == 0)
        f->first = found->id;
    bytes_append_text(&f->shown, "\n  ");
    bytes_append_text(&f->shown, text);
    if (found->agency.size > 0)
        bytes_printf(&f->shown, ", %.*s", (int)found->agency.size, (const char *)found->agency.at);
    return true;
}

/* "case", "consent or referral". */
static void write_kinds(uint32_t of, char out[static 64])
{
    int n = 0;

    out[0] = '\0';
    for (enum id_of kind = ID_OF_CASE; kind < ID_OF_END; kind++)
        if ((of & 1U << kind) != 0)
            n += snprintf(out + n, 64 - (size_t)n, "%s%s", n > 0 ? " or " : "", id_of_name(kind));
}

/* The one id that the node has from ASK->first to ASK->last. */
static bool find_ident(struct command *c, const struct control_id_find_ask *ask, const char *text, struct ident *out,
                       struct error *err)
{
    bool is_spoken = spoken_id_form(view_of_text(text)) != SPOKEN_ID_NONE;
    struct ids_found f = {0};
    char kinds[64];
    bool ok = call_id_find(c, ask, on_id, &f, err);

    write_kinds(ask->of, kinds);
    if (!ok && err->code == E_CTL_09)
        (void)error_set(err, E_CTL_09, "%s was to be looked up", text);
    if (ok && f.count == 0)
        ok = error_set(err, E_USE_05, "no %s here %s %s", kinds, is_spoken ? "is called" : "has an id that begins with",
                       text);
    else if (ok && f.count > 1)
        ok = error_set(err, E_USE_06, "%s%zu ids of a %s %s %s:%.*s", f.count == BOUND_IDS_FOUND ? "at least " : "",
                       f.count, kinds, is_spoken ? "are spelled" : "begin with", text, (int)f.shown.size,
                       (const char *)f.shown.at);
    *out = f.first;
    bytes_fini(&f.shown);
    return ok;
}

bool connection_ident(struct command *c, enum refex_door door, uint32_t of, const char *text, struct ident *out,
                      struct error *err)
{
    struct control_id_find_ask ask = {.of = of};
    struct view typed = view_of_text(text);
    enum spoken_id form = spoken_id_form(typed);
    char kinds[64];

    if (ident_read(typed, out) && !ident_is_zero(out))
        return true;
    if (typed.size >= BOUND_ID_DIGITS && typed.size < IDENT_TEXT - 1 && ident_read_range(typed, &ask.first, &ask.last))
        return connection_open(c, door, err) && find_ident(c, &ask, text, out, err);
    if (form == SPOKEN_ID_LABEL && (of & CASE_ID) != 0)
        ask.of = CASE_ID;
    else if (form == SPOKEN_ID_CODE_NAME && (of & REFERRAL_ID) != 0)
        ask.of = REFERRAL_ID;
    else
        form = SPOKEN_ID_NONE;
    if (form != SPOKEN_ID_NONE)
        return spoken_id_read(typed, &ask.first, &ask.last, err) && connection_open(c, door, err) &&
               find_ident(c, &ask, text, out, err);
    write_kinds(of, kinds);
    return error_set(
        err, E_USE_04,
        "\"%.60s\" is not the id of a %s: 32 hexadecimal digits, as the lists show them, or the first %d or "
        "more of them%s",
        text, kinds, BOUND_ID_DIGITS,
        (of & CASE_ID) != 0       ? "; or its label, two words and a digit"
        : (of & REFERRAL_ID) != 0 ? "; or its code-name, like those of the list"
                                  : "");
}

void connection_close(struct command *c)
{
    refex_client_close(c->client);
    c->client = NULL;
}
