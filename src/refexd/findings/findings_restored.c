/* Findings about a home that has less than it signed: a copy, one that was put back, one that was moved. */
#include "refexd/findings/findings_inside.h"

#include "exchange/exchange_status.h"

void find_copy(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->stopped == OWN_COPY)
        finding_add(l,
                    &(struct finding_item){.agency = &f->node->signed_beyond_seen_by, .count = f->node->signed_beyond});
}

void find_copy_runs(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->newer_ms != 0)
        finding_add(l,
                    &(struct finding_item){.agency = &f->node->signed_beyond_seen_by, .since_ms = f->node->newer_ms});
}

void find_copy_rests(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->same_ms != 0)
        finding_add(l, &(struct finding_item){.agency = &f->node->signed_beyond_seen_by, .since_ms = f->node->same_ms});
}

void find_restored(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->stopped == OWN_RESTORED)
        finding_add(l, &(struct finding_item){.since_ms = f->node->restored_ms});
}

void find_keys_wait(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->stopped == OWN_KEYS_WAIT)
        finding_add(l, &(struct finding_item){.since_ms = f->node->restored_ms});
}

void find_moved(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->stopped == OWN_MOVED)
        finding_add(l, &(struct finding_item){.since_ms = f->node->moved_ms});
}

void find_stolen_runs(const struct finding_facts *f, struct finding_list *l)
{
    if (f->network != NULL && f->network->stolen.last_ms != 0)
        finding_add(
            l, &(struct finding_item){.agency = &f->network->stolen.agency, .since_ms = f->network->stolen.last_ms});
}

void find_short_log(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->node->short_count; i++) {
        const struct short_log *s = &f->node->short_logs[i];

        finding_add(l,
                    &(struct finding_item){.agency = &s->agency,
                                           .since_ms = s->seen_ms,
                                           .what = s->goes_on ? "another home of it goes on, so that one is a copy"
                                                              : "nothing newer has come since, so it looks put back"});
    }
}

void find_restored_awaits(const struct finding_facts *f, struct finding_list *l)
{
    for (size_t i = 0; i < f->node->awaited_count; i++)
        finding_add(l, &(struct finding_item){
                           .agency = &f->node->awaited[i],
                           .what = f->node->key_is_compared
                                       ? "; a person there compares the new key of this agency before (refex agency "
                                         "confirm), and no time ends that: phone it"
                                       : ""});
}

void find_gaps(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->gaps.messages != 0)
        finding_add(l, &(struct finding_item){.count = f->node->gaps.messages});
}

void find_gaps_to_ask(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->gaps.withdrawals != 0)
        finding_add(l, &(struct finding_item){.count = f->node->gaps.withdrawals});
}

void find_unshown(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->unshown != 0 && f->node->stopped != OWN_KEYS_WAIT) /* it does not start, so it asks nobody */
        finding_add(l, &(struct finding_item){.count = f->node->unshown});
}

void find_gaps_more(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->gaps.more != 0)
        finding_add(l, &(struct finding_item){.count = f->node->gaps.more});
}

void find_log_is_over(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->stopped == OWN_OVER)
        finding_add(l, &(struct finding_item){.count = f->node->shown.directory_sequence});
}

void find_key_succeeded(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->stopped == OWN_SUCCEEDED)
        finding_add(l, &(struct finding_item){.count = f->node->shown.directory_sequence});
}

void find_copy_withdraws(const struct finding_facts *f, struct finding_list *l)
{
    if (f->node->stopped != OWN_SIGNS)
        finding_add(l, &(struct finding_item){0});
}
