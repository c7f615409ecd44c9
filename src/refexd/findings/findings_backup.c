/* Findings about backups: none, old, failing, never rehearsed, or on the disk that they are for. */
#include "refexd/findings/findings_inside.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "exchange/backup/backup_places.h"

#define OLD_MS      (2 * DAY_MS)
#define OUTDATED_MS (10 * MINUTE_MS)
#define REHEARSE_MS (180 * DAY_MS)
#define WORDS       (ERROR_TEXT_MAX + 32)

static bool has_places(const struct finding_facts *f)
{
    return f->backup != NULL && f->config != NULL && f->config->backup && f->config->backup_data[0] != '\0' &&
           f->config->backup_keys[0] != '\0';
}

void find_backup_none(const struct finding_facts *f, struct finding_list *l)
{
    const struct config *c = f->config;

    if (c == NULL || !c->backup || has_places(f) || f->backup == NULL)
        return;
    finding_add(l, &(struct finding_item){.what = c->backup_data[0] == '\0' && c->backup_keys[0] == '\0'
                                                      ? "its parts (backup_data, backup_keys)"
                                                  : c->backup_data[0] == '\0' ? "the data part (backup_data)"
                                                                              : "the keys part (backup_keys)"});
}

void find_backup_words(const struct finding_facts *f, struct finding_list *l)
{
    if (has_places(f) && !f->backup->has_words)
        finding_add(l, &(struct finding_item){0});
}

static bool is_trial(const struct control_backup_part *p)
{
    return text_is(p->code, error_row(E_BAK_05)->code);
}

static void add_failing(const struct control_backup_part *p, bool trial, struct finding_list *l)
{
    char then[WORDS];

    if (p->failing_since_ms == 0 || is_trial(p) != trial)
        return;
    if (text_is(p->code, error_row(trial ? E_BAK_05 : E_BAK_04)->code)) /* which stands behind the sentence */
        (void)snprintf(then, sizeof then, "%.*s", (int)p->failure.size, (const char *)p->failure.at);
    else
        (void)snprintf(then, sizeof then, "%.*s (%.*s)", (int)p->failure.size, (const char *)p->failure.at,
                       (int)p->code.size, (const char *)p->code.at);
    finding_add(
        l, &(struct finding_item){.what = backup_kind_name(p->part), .since_ms = p->failing_since_ms, .then = then});
}

void find_backup_failed(const struct finding_facts *f, struct finding_list *l)
{
    if (!has_places(f))
        return;
    add_failing(&f->backup->data, false, l);
    add_failing(&f->backup->keys, false, l);
}

void find_backup_trial(const struct finding_facts *f, struct finding_list *l)
{
    if (!has_places(f))
        return;
    add_failing(&f->backup->data, true, l);
    add_failing(&f->backup->keys, true, l);
}

static void add_old(const struct control_backup_part *p, int64_t now_ms, struct finding_list *l)
{
    if (p->made_ms != 0 && now_ms - p->made_ms > OLD_MS)
        finding_add(l, &(struct finding_item){
                           .what = backup_kind_name(p->part), .time_ms = p->made_ms, .since_ms = p->made_ms});
}

/* A machine whose clock was ahead made it; the node makes another as soon as it can. */
static void add_ahead(const struct control_backup_part *p, int64_t now_ms, struct finding_list *l)
{
    if (p->made_ms > now_ms)
        finding_add(l, &(struct finding_item){.what = backup_kind_name(p->part), .time_ms = p->made_ms});
}

void find_backup_ahead(const struct finding_facts *f, struct finding_list *l)
{
    if (!has_places(f))
        return;
    add_ahead(&f->backup->data, f->node->closing_ms, l);
    add_ahead(&f->backup->keys, f->node->closing_ms, l);
}

void find_backup_old(const struct finding_facts *f, struct finding_list *l)
{
    if (!has_places(f))
        return;
    add_old(&f->backup->data, f->node->closing_ms, l);
    add_old(&f->backup->keys, f->node->closing_ms, l);
}

/* An erasure makes it so for seconds; longer is somebody's to see to. */
void find_backup_outdated(const struct finding_facts *f, struct finding_list *l)
{
    const struct control_backup_part *p = f->backup != NULL ? &f->backup->keys : NULL;

    if (has_places(f) && p->outdated && p->outdated_since_ms != 0 &&
        f->node->closing_ms - p->outdated_since_ms > OUTDATED_MS)
        finding_add(l, &(struct finding_item){.since_ms = p->outdated_since_ms});
}

/* What was there is overwritten by now: whoever rehearses looks at what lies there. */
void find_backup_other(const struct finding_facts *f, struct finding_list *l)
{
    const struct control_backup_part *p = f->backup != NULL ? &f->backup->keys : NULL;

    if (has_places(f) && p->other_found_ms != 0 && p->other_found_ms >= f->backup->rehearsal.good_ms)
        finding_add(l, &(struct finding_item){.what = p->other_gone ? "none, and this node had written one"
                                                                    : "another than this node had written",
                                              .since_ms = p->other_found_ms});
}

/* Also of a node that makes no backup any more. */
void find_backup_old_place(const struct finding_facts *f, struct finding_list *l)
{
    char what[WORDS];

    for (size_t i = 0; f->backup != NULL && i < f->backup->places.old_count; i++) {
        const struct control_backup_place *p = &f->backup->places.old[i];

        if (p->copy)
            continue;
        (void)snprintf(what, sizeof what, "%.*s number %u (%.*s)", (int)p->name.size, (const char *)p->name.at,
                       (unsigned)p->number, (int)p->path.size, (const char *)p->path.at);
        finding_add(l, &(struct finding_item){.what = what, .since_ms = p->since_ms});
    }
}

/* For a week it is the way back, and a note says until when (status.c). */
void find_backup_copy(const struct finding_facts *f, struct finding_list *l)
{
    char what[WORDS];

    for (size_t i = 0; f->backup != NULL && i < f->backup->places.old_count; i++) {
        const struct control_backup_place *p = &f->backup->places.old[i];

        if (!p->copy || f->node->closing_ms - p->since_ms <= BACKUP_COPY_KEPT_MS)
            continue;
        (void)snprintf(what, sizeof what, "%.*s", (int)p->path.size, (const char *)p->path.at);
        finding_add(l, &(struct finding_item){.what = what, .since_ms = p->since_ms});
    }
}

void find_backup_untold(const struct finding_facts *f, struct finding_list *l)
{
    char what[WORDS];

    for (size_t i = 0; f->backup != NULL && i < f->backup->places.untold_count; i++) {
        const struct view *agency = &f->backup->places.untold[i];

        (void)snprintf(what, sizeof what, "%.*s", (int)agency->size, (const char *)agency->at);
        finding_add(l, &(struct finding_item){.what = what});
    }
    if (f->backup != NULL && f->backup->places.untold_more)
        finding_add(l, &(struct finding_item){.what = "some other agency"});
}

/* The exchange takes no other place then (exchange/backup/backup_places.h). */
void find_backup_places_full(const struct finding_facts *f, struct finding_list *l)
{
    const size_t count = f->backup != NULL ? backup_places_with_keys(&f->backup->places) : 0;

    if (has_places(f) && count >= BOUND_BACKUP_OLD_PLACES && !text_is(f->backup->places.path, f->config->backup_keys))
        finding_add(l, &(struct finding_item){.what = f->config->backup_keys, .count = count});
}

void find_backup_rehearsal(const struct finding_facts *f, struct finding_list *l)
{
    char date[TEXT_MINUTE];
    char what[WORDS];
    int64_t good_ms;

    if (!has_places(f) || !f->backup->has_words)
        return;
    good_ms = f->backup->rehearsal.good_ms;
    if (good_ms == 0) {
        finding_add(l, &(struct finding_item){.what = "nobody has rehearsed yet with the recovery words"});
    } else if (f->node->closing_ms - good_ms > REHEARSE_MS) {
        text_write_minute(good_ms, date);
        (void)snprintf(what, sizeof what, "the recovery words were rehearsed last at %s", date);
        finding_add(l, &(struct finding_item){.what = what, .since_ms = good_ms});
    }
}

/* Without either of the two nothing can be put back. */
void find_backup_own_disk(const struct finding_facts *f, struct finding_list *l)
{
    const bool data = has_places(f) && f->backup->data.own_disk;
    const bool keys = has_places(f) && f->backup->keys.own_disk;

    if (data || keys)
        finding_add(l, &(struct finding_item){.what = data && keys ? "each part of the backup lies"
                                                      : data       ? "the data part of the backup lies"
                                                                   : "the keys part of the backup lies"});
}

void find_backup_one_disk(const struct finding_facts *f, struct finding_list *l)
{
    if (has_places(f) && !f->backup->data.own_disk && !f->backup->keys.own_disk &&
        (f->backup->data.one_disk || f->backup->keys.one_disk))
        finding_add(l, &(struct finding_item){0});
}
