/* What the doctor looks at beside what status finds. */
#include "refexd/findings/checks_inside.h"

/* --- what is lost for good --- */

static bool is_found(const struct check_facts *f, enum found row)
{
    for (size_t i = 0; i < f->status->findings.count; i++)
        if (f->status->findings.rows[i] == row)
            return true;
    return false;
}

/* A home that was put back and not entered yet, or one in whose place another goes on. */
static bool is_put_back_or_over(const struct check_facts *f)
{
    return is_found(f, FOUND_RESTORED) || is_found(f, FOUND_KEYS_WAIT) || is_found(f, FOUND_MOVED) ||
           is_found(f, FOUND_LOG_IS_OVER) || is_found(f, FOUND_KEY_SUCCEEDED);
}

void check_backup(const struct check_facts *f, struct check_list *l)
{
    if (f->config != NULL && !f->config->backup)
        check_warn(l, E_DOC_02, "node.conf says backup = no: what this disk loses is lost");
    else if (is_put_back_or_over(f) || is_found(f, FOUND_COPY))
        check_unknown(l, "this home signs nothing, and writes no backup");
}

/* Status finds on each look whether others can read them. */
void check_key_files(const struct check_facts *f, struct check_list *l)
{
    if (f->keys != NULL && f->keys->code != E_KEY_02)
        check_fail(l, f->keys->code, "%s", f->keys->text);
}

void check_storage_key(const struct check_facts *f, struct check_list *l)
{
    if (!f->storage_known)
        check_unknown(l, "the storage key cannot be looked at");
    else if (f->storage_plain)
        check_warn(l, E_DOC_07, "the storage key lies on the disk in the clear: who takes the disk reads everything");
}

void check_one_machine(const struct check_facts *f, struct check_list *l)
{
    switch (f->machine) {
    case MACHINE_OTHER:
        check_fail(l, E_DOC_04, "this home was made on another machine, or this machine was given another id");
        break;
    case MACHINE_UNKNOWN:
        check_unknown(l, "this machine has no id (/etc/machine-id), or the home says none");
        break;
    case MACHINE_SAME:
        if (is_put_back_or_over(f))
            check_unknown(l, "this home signs nothing, so nobody could meet another of its name");
        break;
    }
}

/* --- this machine --- */

void check_service(const struct check_facts *f, struct check_list *l)
{
    if (f->is_stopped)
        check_unknown(l, "the node is stopped");
    else if (!f->is_managed)
        check_warn(l, E_DOC_11, "no service manager started this node: after a power cut it stays down");
}

void check_confinement(const struct check_facts *f, struct check_list *l)
{
    if (f->config != NULL && f->config->allow_unconfined)
        check_warn(l, E_DOC_10, "node.conf allows the network process to run unconfined");
}

/* --- the federation --- */

/* A node that nobody had to dial, since it dialled them all, asks one of them to (status names what that one says). */
void check_firewall(const struct check_facts *f, struct check_list *l)
{
    const struct control_status *s = &f->status->line;
    const struct dial_back_said *said = f->dial_back;

    if (f->is_stopped || f->network == NULL) {
        check_unknown(l, "the node is stopped");
        return;
    }
    if (f->config == NULL || !f->config->listens || f->network->came > 0 || f->others == 0)
        return;
    if (s->links == 0 && f->running_ms >= SEAM_FIRST_LINKS_MS)
        check_fail(l, E_DOC_05, "no agency has opened a link to this node since it started, and none answers it");
    else if (said->failed.text[0] != '\0' && said->failed_ms >= said->asked_ms)
        return;
    else if (said->asked.text[0] != '\0')
        check_unknown(l, "%s was asked to dial this node at its listed address: ask again in a minute",
                      said->asked.text);
    else
        check_unknown(l,
                      "no agency has had to dial this node since it started, and none is linked yet that could be "
                      "asked to: ask again in a minute, or somebody at another agency asks `refex doctor %s`",
                      s->agency.text);
}

/* --- people --- */

static void check_role(struct check_list *l, uint32_t count, const char *role)
{
    if (count == 1)
        check_warn(l, E_DOC_08, "one %s is entered", role);
    else if (count == 0)
        check_warn(l, E_DOC_08, "no %s is entered", role);
}

void check_operators(const struct check_facts *f, struct check_list *l)
{
    if (f->people == NULL) {
        check_unknown(l, "the node is stopped, and who is of the staff is sealed");
        return;
    }
    if (f->status->line.alone) {
        check_warn(l, E_DOC_08, "nobody is entered: whoever has this node's Unix user does everything, and alone");
        return;
    }
    check_role(l, f->people->operators, "operator");
    check_role(l, f->people->supervisors, "supervisor");
}

void check_duty(const struct check_facts *f, struct check_list *l)
{
    if (f->people == NULL)
        check_unknown(l, "the node is stopped, and who is on duty is sealed");
    else if (!f->status->line.alone && f->people->caseworkers == 0)
        check_fail(l, E_DOC_12, "no caseworker is entered: nobody but supervisors sees what comes in");
    else if (f->people->desks > 0 && f->people->on_duty == 0)
        check_warn(l, E_DOC_06, "nobody is on duty at any desk: every caseworker sees what comes in");
}
