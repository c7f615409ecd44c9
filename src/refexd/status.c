/* Collects what `refex status` shows: numbers, notes, and the facts from which findings are made. */
#include "refexd/status.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "exchange/backup/backup_notes.h"
#include "exchange/backup/backup_places.h"
#include "exchange/exchange_status.h"
#include "exchange/logs/audit_calls.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/traffic/owed_list.h"
#include "refexd/backup/backups.h"
#include "refexd/hooks/hooks.h"
#include "refexd/seam_door.h"
#include "refexd/status_inside.h"
#include "refexd/unix_account.h"

/* --- numbers --- */

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

/* The line has no time before 1970, as certificates and directories may. */
static void fill_node(struct control_status *line, const struct node_status *n)
{
    int64_t *times[] = {&line->directory_refresh_after_ms,
                        &line->directory_hard_expiry_ms,
                        &line->transport_until_ms,
                        &line->identity_until_ms,
                        &line->renews_ms,
                        &line->oldest_waiting_ms,
                        &line->next_try_ms};

    *line = n->shown;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        if (*times[i] < 0)
            *times[i] = 0;
}

/* --- the facts of findings --- */

/* What lists gave so far; most end at BOUND_FINDINGS, more than are named. */
struct gathered {
    const struct node_status *node;
    struct arena *arena;
    struct owed_summary *owed;
    size_t owed_count;
    struct owed_summary *untold;
    size_t untold_count;
    struct held_summary *held;
    size_t held_count;
    struct finding_summary *logs;
    size_t log_count;
    struct due_summary *due;
    size_t due_count;
    struct ending_case *ending;
    size_t ending_count;
    struct near_date *past;
    size_t past_count;
    uint64_t dates_near; /* and not past */
};

/* LIST, of COUNT items of SIZE bytes, with room for one more: its room is the next power of two. */
static void *with_room(struct arena *arena, void *list, size_t count, size_t size)
{
    void *grown;

    if ((count & (count - 1)) != 0)
        return list;
    grown = arena_new(arena, (count == 0 ? 1 : 2 * count) * size);
    if (count != 0)
        memcpy(grown, list, count * size);
    return grown;
}

/* What is open and not late concerns nobody. */
static bool take_owed(void *cookie, const struct owed_summary *o, struct error *err)
{
    struct gathered *g = cookie;

    (void)err;
    if (g->owed_count < BOUND_FINDINGS &&
        (o->doubted || o->lost || o->by_hand || o->refused_at != 0 || g->node->closing_ms >= o->late_ms)) {
        g->owed = with_room(g->arena, g->owed, g->owed_count, sizeof *o);
        g->owed[g->owed_count++] = *o;
    }
    return true;
}

static bool take_untold(void *cookie, const struct owed_summary *o, struct error *err)
{
    struct gathered *g = cookie;

    (void)err;
    if (g->untold_count < BOUND_FINDINGS) {
        g->untold = with_room(g->arena, g->untold, g->untold_count, sizeof *o);
        g->untold[g->untold_count++] = *o;
    }
    return true;
}

/* As many as there are: a bound would let those of one row hide those of another. */
static bool take_held(void *cookie, const struct held_summary *h, struct error *err)
{
    struct gathered *g = cookie;

    (void)err;
    g->held = with_room(g->arena, g->held, g->held_count, sizeof *h);
    g->held[g->held_count++] = *h;
    return true;
}

static bool take_log(void *cookie, const struct finding_summary *f, struct error *err)
{
    struct gathered *g = cookie;

    (void)err;
    if (g->log_count < BOUND_FINDINGS) {
        g->logs = with_room(g->arena, g->logs, g->log_count, sizeof *f);
        g->logs[g->log_count++] = *f;
    }
    return true;
}

static bool take_due(void *cookie, const struct due_summary *d, struct error *err)
{
    struct gathered *g = cookie;

    (void)err;
    if (g->due_count < 2 * BOUND_LATE) {
        g->due = with_room(g->arena, g->due, g->due_count, sizeof *d);
        g->due[g->due_count++] = *d;
    }
    return true;
}

static bool take_ending(void *cookie, const struct ending_case *c, struct error *err)
{
    struct gathered *g = cookie;

    (void)err;
    g->ending = with_room(g->arena, g->ending, g->ending_count, sizeof *c);
    g->ending[g->ending_count++] = *c;
    return true;
}

static bool take_date(void *cookie, const struct near_date *d, struct error *err)
{
    struct gathered *g = cookie;

    (void)err;
    if (!d->is_past) {
        g->dates_near++;
        return true;
    }
    g->past = with_room(g->arena, g->past, g->past_count, sizeof *g->past);
    g->past[g->past_count++] = *d;
    return true;
}

static bool gather(const struct control_context *w, const struct node_status *node, struct arena *arena,
                   struct gathered *g, struct error *err)
{
    *g = (struct gathered){.node = node, .arena = arena};
    return exchange_held_list(w->exchange, take_held, g, err) && exchange_finding_list(w->exchange, take_log, g, err) &&
           exchange_untold_list(w->exchange, take_untold, g, err) &&
           exchange_owed_list(w->exchange, take_owed, g, err) && exchange_due_list(w->exchange, take_due, g, err) &&
           exchange_ending_list(w->exchange, take_ending, g, err) &&
           exchange_date_list(w->exchange, NULL, take_date, g, err);
}

/* The members of the staff whose Unix user is another account's by now; of a node that runs. */
static void find_given_on(const struct control_context *w, struct arena *arena, const struct ident **out, size_t *count)
{
    struct ident *list = arena_new(arena, BOUND_STAFF * sizeof *list);
    struct view account;
    uint32_t uid;

    *out = list;
    *count = 0;
    for (size_t n = 0;
         w->mode == CONTROL_NODE && *count < BOUND_STAFF && exchange_staff_nth(w->exchange, n, &uid, &list[*count]);
         n++)
        if (exchange_staff_account(w->exchange, uid, &account) && unix_account_is_other(uid, account))
            ++*count;
}

static bool find_backups(const struct control_context *w, struct backup_facts *out, struct error *err)
{
    uint8_t key[32];

    return exchange_backup_part(w->exchange, BACKUP_DATA, &out->data, err) &&
           exchange_backup_part(w->exchange, BACKUP_KEYS, &out->keys, err) &&
           exchange_backup_old_places(w->exchange, &out->places, err) &&
           exchange_backup_rehearsal(w->exchange, &out->rehearsal, err) &&
           exchange_backup_find_words(w->exchange, key, &out->has_words, err);
}

/* Of a part that was made. */
static bool knows_disks(const struct control_backup_part *p)
{
    return p->made_ms == 0 || p->own_disk || (p->own_known && (p->one_disk || p->one_known));
}

/* That no finding says so is no word that they lie apart. */
static void add_disks(struct status *s, const struct config *c, const struct backup_facts *b)
{
    if (c != NULL && c->backup && (!knows_disks(&b->data) || !knows_disks(&b->keys)))
        status_add_note(
            s, "which disks the backup lies on cannot be found out from here: see yourself that neither part is "
               "on this node's disk, and that they are on two (`refex backup show --json`)");
}

/* What the file says as it is now: why it cannot be used, or a note of what it says otherwise than what is in force. */
static const struct error *look_at_conf(struct status *s, const struct control_context *w, struct arena *arena)
{
    struct error *why = arena_new(arena, sizeof *why);
    struct bytes text = {0};
    struct config file;

    *why = (struct error){0};
    if (w->config == NULL || w->home == NULL || config_is_taken(w->home, w->config) ||
        !config_read(w->home, &file, why))
        return why;
    for (enum setting i = 0; i < SETTING_END; i++)
        if (strcmp(file.said[i].value, w->config->said[i].value) != 0)
            bytes_printf(&text, "%s%s", text.size == 0 ? "" : ", ", setting_name(i));
    if (text.size != 0) {
        bytes_append_text(&text, ": node.conf says otherwise than what is in force, until the node reads it again or "
                                 "starts anew (`refex config show`)");
        status_add_made(s, &text, arena);
    }
    return why;
}

/* What is erased meanwhile opens from it. */
static void add_copy(struct status *s, const struct backup_facts *b, int64_t now_ms, struct arena *arena)
{
    char until[TEXT_MINUTE];

    for (size_t i = 0; i < b->places.old_count; i++) {
        const struct control_backup_place *p = &b->places.old[i];
        struct bytes text = {0};

        if (!p->copy || now_ms - p->since_ms > BACKUP_COPY_KEPT_MS)
            continue; /* then it is a finding */
        text_write_minute(p->since_ms + BACKUP_COPY_KEPT_MS, until);
        bytes_printf(&text,
                     "another refexd ran here before: until the copy of that home (%.*s) is erased, by %s at "
                     "the latest, statements of erasure name it; then `refex backup destroyed %.*s`",
                     (int)p->path.size, (const char *)p->path.at, until, (int)p->name.size, (const char *)p->name.at);
        status_add_made(s, &text, arena);
    }
}

static bool look_at_backup(struct status *s, const struct control_context *w, struct arena *arena,
                           struct backup_facts *out, int64_t now_ms, struct error *err)
{
    if (!find_backups(w, out, err))
        return false;
    backups_fill_part(w->backups, w->config, &out->keys);
    add_disks(s, w->config, out);
    add_copy(s, out, now_ms, arena);
    return true;
}

bool status_collect(const struct control_context *w, struct arena *arena, struct status *out, struct error *err)
{
    struct node_status *node = arena_new(arena, sizeof *node);
    struct seam_state seam = {0};
    const char *hook = NULL;
    const struct ident *given_on = NULL;
    size_t given_on_count = 0;
    size_t hooks = w->hooks != NULL ? hooks_failing(w->hooks, &hook) : 0;
    struct backup_facts backup;
    struct gathered g;

    memset(out, 0, sizeof *out);
    if (!exchange_status(w->exchange, node, err) || !gather(w, node, arena, &g, err))
        return false;
    fill_node(&out->line, node);
    out->line.started_ms = w->started_ms;
    out->line.version = view_of_text(REFEX_VERSION);
    out->line.process = (uint32_t)getpid();
    out->line.notes = out->notes;
    out->line.dates_near = g.dates_near;
    status_add_notes(out, w, node, arena);
    if (w->network != NULL) {
        w->network(w->cookie, &seam);
        fill_network(out, &seam);
    }
    find_given_on(w, arena, &given_on, &given_on_count);
    if (!look_at_backup(out, w, arena, &backup, node->closing_ms, err))
        return false;
    findings_make(&(struct finding_facts){.is_stopped = w->mode != CONTROL_NODE,
                                          .backup = &backup,
                                          .dial_back = exchange_dial_back_said(w->exchange),
                                          .node = node,
                                          .hook = hook,
                                          .hooks_failing = hooks,
                                          .hooks_stopped = w->hooks != NULL ? hooks_stopped(w->hooks) : 0,
                                          .given_on = given_on,
                                          .given_on_count = given_on_count,
                                          .config = w->config,
                                          .conf = look_at_conf(out, w, arena),
                                          .network = w->network != NULL ? &seam : NULL,
                                          .owed = g.owed,
                                          .owed_count = g.owed_count,
                                          .untold = g.untold,
                                          .untold_count = g.untold_count,
                                          .held = g.held,
                                          .held_count = g.held_count,
                                          .logs = g.logs,
                                          .log_count = g.log_count,
                                          .due = g.due,
                                          .due_count = g.due_count,
                                          .ending = g.ending,
                                          .ending_count = g.ending_count,
                                          .past = g.past,
                                          .past_count = g.past_count},
                  arena, &out->findings);
    out->line.findings = out->findings.items;
    out->line.finding_count = out->findings.count;
    return true;
}
