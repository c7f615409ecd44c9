/* What is wrong with the federation's own certificates, and with the processes that strangers reach: how they are
 * confined, and whether the folder beside a coordinator's node makes certificates.
 */
#include "refexd/findings/findings_inside.h"

#include <stdio.h>

#include "base/bounds.h"

#define WORDS 64

void find_authority(const struct finding_facts *f, struct finding_list *l)
{
    const struct authorities_end *a = &f->node->authorities;
    int64_t left = a->ends_ms - f->node->closing_ms;

    if (a->which != NULL && left < BOUND_AUTHORITY_WARN_MS)
        finding_add(l, &(struct finding_item){
                           .what = a->which, .then = left < 0 ? "ended at" : "ends at", .time_ms = a->ends_ms});
}

static void add_unconfined(struct finding_list *l, uint32_t landlock, bool seccomp)
{
    char what[WORDS];

    if (landlock > 0 && seccomp)
        return;
    (void)snprintf(what, sizeof what, "Landlock %s, seccomp %s", landlock > 0 ? "yes" : "no", seccomp ? "yes" : "no");
    finding_add(l, &(struct finding_item){.what = what});
}

void find_unconfined(const struct finding_facts *f, struct finding_list *l)
{
    if (f->network != NULL && f->network->ready)
        add_unconfined(l, f->network->landlock, f->network->seccomp);
}

void find_ca_unconfined(const struct finding_facts *f, struct finding_list *l)
{
    if (f->network != NULL && f->network->ca.greeted)
        add_unconfined(l, f->network->ca.landlock, f->network->ca.seccomp);
}

void find_ca_broken(const struct finding_facts *f, struct finding_list *l)
{
    if (f->network != NULL && f->network->ca.why[0] != '\0')
        finding_add(l, &(struct finding_item){.what = f->network->ca.why, .since_ms = f->network->ca.since_ms});
}
