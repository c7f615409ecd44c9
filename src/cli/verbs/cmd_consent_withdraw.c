#include "cli/verbs/cmd.h"

#include <stdio.h>

#include "cli/asking.h"
#include "cli/calls.h"
#include "cli/rendering/consent_view.h"
#include "cli/rendering/withdrawal_view.h"
#include "cli/values.h"

static bool fill_withdraw(struct command *c, struct control_consent_withdraw_ask *ask, struct error *err)
{
    if (!connection_ident(c, REFEX_NODE, CONSENT_ID, c->options.words[0], &ask->consent, err) ||
        !values_seen_alone(&c->options, &ask->seen_alone, err))
        return false;
    ask->erase_now = options_flag(&c->options, "erase-now");
    ask->dry_run = options_flag(&c->options, "dry-run");
    if (ask->dry_run && options_flag(&c->options, "confirm"))
        return error_set(err, E_USE_03, "--dry-run and --confirm contradict each other");
    if (ask->erase_now && ask->seen_alone == 0)
        return error_set(
            err, E_USE_02,
            "--seen-alone yes is missing beside --erase-now: erasing at once is for a person who was seen alone");
    if (ask->erase_now && ask->seen_alone != SEEN_ALONE)
        return error_set(err, E_USE_03, "--erase-now and --seen-alone no contradict each other");
    return true;
}

/* An answer, kept after the call, with what its views name. */
struct kept {
    struct control_consent consent;
    struct arena arena;
};

static bool keep_consent(void *cookie, const struct control_consent *s, struct error *err)
{
    struct kept *k = cookie;
    struct bytes encoded = {.wiping = true};
    bool ok;

    control_consent_encode(s, &encoded);
    ok = control_consent_decode(bytes_view(&encoded), &k->arena, &k->consent, err);
    bytes_fini(&encoded);
    return ok;
}

static void print_consent(const struct command *c, const struct control_consent *s)
{
    told_form_show(stdout, c->json, &consent_view_shown, &(struct told_shown){.answer = s});
}

static bool says_yes(const struct control_consent *s)
{
    bool stands = s->progress == CONSENT_STANDS;
    bool yes;

    told_form_show(stderr, false, &withdrawal_view_foretold, &(struct told_shown){.answer = s});
    yes = asking_says_yes(stands ? "Withdraw it?" : "Erase at once?");
    if (!yes)
        (void)fputs(stands ? "Nothing was withdrawn.\n" : "Nothing was changed: it stays withdrawn.\n", stderr);
    return yes;
}

/* At a terminal a person reads what will happen, and decides. Where it says nothing new there is nothing to decide: it
 * only asks the recipient again. Withdrawing is the safe direction, so a script is not held up. */
static bool decide(struct command *c, const struct control_consent_withdraw_ask *ask, bool *confirmed,
                   struct error *err)
{
    struct control_consent_withdraw_ask foresee = *ask;
    struct kept k = {.arena.wiping = true};
    bool ok;

    *confirmed = true;
    if (options_flag(&c->options, "confirm") || !asking_has_terminal(c))
        return true;
    foresee.dry_run = true;
    ok = call_consent_withdraw(c, &foresee, keep_consent, &k, err);
    if (ok && k.consent.would_change)
        *confirmed = says_yes(&k.consent);
    arena_fini(&k.arena);
    return ok;
}

static bool dry_run(struct command *c, const struct control_consent_withdraw_ask *ask, struct error *err)
{
    struct kept k = {.arena.wiping = true};
    bool ok = call_consent_withdraw(c, ask, keep_consent, &k, err);

    if (ok && (c->json || !k.consent.would_change))
        print_consent(c, &k.consent);
    else if (ok)
        told_form_show(stdout, false, &withdrawal_view_foretold, &(struct told_shown){.answer = &k.consent});
    arena_fini(&k.arena);
    return ok;
}

static bool withdraw(struct command *c, const struct control_consent_withdraw_ask *ask, struct error *err)
{
    struct kept k = {.arena.wiping = true};
    bool ok = call_consent_withdraw(c, ask, keep_consent, &k, err);

    if (ok)
        print_consent(c, &k.consent);
    if (ok && !c->json)
        withdrawal_view_print_done(&k.consent);
    arena_fini(&k.arena);
    return ok;
}

static bool run_withdraw(struct command *c, int *status, struct error *err)
{
    struct control_consent_withdraw_ask ask = {0};
    bool confirmed;

    if (!fill_withdraw(c, &ask, err) || !connection_open(c, REFEX_NODE, err))
        return false;
    if (ask.dry_run)
        return dry_run(c, &ask, err);
    if (!decide(c, &ask, &confirmed, err))
        return false;
    if (!confirmed) {
        *status = 1;
        return true;
    }
    return withdraw(c, &ask, err);
}

const struct verb cmd_consent_withdraw = {
    .usage = "--home DIR CONSENT [--erase-now --seen-alone yes] [--confirm | --dry-run]",
    .summary = "The person withdraws: sharing and reading stop at once everywhere; then what is held is erased.",
    .help = "Erasing follows after the federation's time (72 hours unless it says otherwise), or at once with "
            "--erase-now when a\n"
            "caseworker saw the person alone; that may follow a plain withdrawal. Said again it asks the recipient "
            "again at once.\n"
            "It cannot be undone: a new consent is a new consent. At a terminal it says what will happen, and asks; "
            "not with\n"
            "--confirm, nor in a script. --dry-run only says it. An agency that left or was revoked is told outside "
            "refex; then:\n"
            "refex agency told.",
    .syntax.needs = {"CONSENT"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_FLAG("erase-now", "erase at once"),
                   OPTION_VALUE("seen-alone", "yes|no", "whether she was seen alone"),
                   OPTION_FLAG("confirm", "do not ask, at a terminal either"),
                   OPTION_FLAG("dry-run", "say what would happen, and withdraw nothing")},
    .forms = {&consent_view_shown, &withdrawal_view_foretold},
    .run = run_withdraw,
};
