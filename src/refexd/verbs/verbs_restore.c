/* A backup is put back, asked of refexd --tool; and a home is moved, of the node that runs. */
#include "refexd/verbs/verbs.h"

#include "exchange/backup/backup_notes.h"
#include "exchange/members/agency_calls.h"
#include "refexd/backup/backup_restore.h"
#include "refexd/backup/backups.h"
#include "refexd/config.h"

CONTROL_ANSWER(backup_restored)
CONTROL_ANSWER(backup_run)
CONTROL_ANSWER(node_gap)

static bool put_back(struct control_call *c, bool replaces, struct error *err)
{
    struct control_backup_restore_ask ask;
    struct control_backup_restored line;

    return control_backup_restore_ask_decode(c->message, c->arena, &ask, err) &&
           backup_restore(c->context->home, &ask, replaces, c->arena, &line, err) &&
           answer_backup_restored(c, &line, err);
}

bool verbs_backup_restore(struct control_call *c, struct error *err)
{
    return put_back(c, false, err);
}

bool verbs_backup_replace(struct control_call *c, struct error *err)
{
    return put_back(c, true, err);
}

static bool check_move(struct control_call *c, struct view confirm, bool *moved, struct error *err)
{
    struct address named;
    uint8_t key[32];
    bool found;

    if (!address_read_short(confirm, address_federation(&c->context->config->agency), &named, err))
        return false;
    if (!address_equal(&named, &c->context->config->agency))
        return error_set(err, E_USE_04, "--confirm names another agency than %s", c->context->config->agency.text);
    if (!exchange_backup_find_words(c->x, key, &found, err))
        return false;
    return (found || error_set(err, E_BAK_06, "no recovery words were made")) && exchange_may_move(c->x, moved, err);
}

/* A home stops when it has shown that both parts can be made, there and now. They are made once more behind this tick,
 * so that they have all that it signed. */
bool verbs_backup_move(struct control_call *c, struct error *err)
{
    struct control_backup_move_ask ask;
    struct control_backup_run line;
    bool moved;

    if (!control_backup_move_ask_decode(c->message, c->arena, &ask, err) || !check_move(c, ask.confirm, &moved, err))
        return false;
    if (ask.stops && !moved && !backups_are_fresh(c->context->backups, err))
        return false;
    return backups_ask(c->context->backups, &line.run, err) && (!ask.stops || exchange_mark_moved(c->x, err)) &&
           answer_backup_run(c, &line, err);
}

bool verbs_node_gaps(struct control_call *c, struct error *err)
{
    struct control_node_gaps_ask ask;
    struct address agency;

    if (!control_node_gaps_ask_decode(c->message, c->arena, &ask, err))
        return false;
    if (ask.seen.size == 0)
        return exchange_gaps(c->x, answer_node_gap, c, err);
    return address_read_short(ask.seen, address_federation(&c->context->config->agency), &agency, err) &&
           exchange_gaps_seen(c->x, &agency, err);
}
