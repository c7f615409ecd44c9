#include "client/failure.h"

#include <stdio.h>
#include <string.h>

#include "codec/control_codec.h"
#include "model/section.h"

_Static_assert((int)REFEX_FAULT_NONE == FAULT_NONE && (int)REFEX_FAULT_ASKED == FAULT_ASKED &&
                   (int)REFEX_FAULT_DENIED == FAULT_DENIED && (int)REFEX_FAULT_PEER == FAULT_PEER &&
                   (int)REFEX_FAULT_BUSY == FAULT_BUSY && (int)REFEX_FAULT_LOCAL == FAULT_LOCAL &&
                   (int)REFEX_FAULT_BUG == FAULT_BUG,
               "faults are published by their numbers");
_Static_assert(REFEX_TEXT_MAX >= ERROR_TEXT_MAX, "a sentence is told whole");
_Static_assert(SECTION_END - 1 <= REFEX_HELD_MAX, "and each section that is held back");

bool failure_set_from(struct refex_failure *why, const struct error *err)
{
    const struct error_row *row = error_row(err->code);

    memset(why, 0, sizeof *why);
    why->fault = (enum refex_fault)row->fault;
    why->exit_status = row->exit_status;
    (void)snprintf(why->code, sizeof why->code, "%s", row->code);
    (void)snprintf(why->text, sizeof why->text, "%s", err->text);
    why->means = row->means;
    why->remedy = row->remedy;
    return false;
}

bool failure_set(struct refex_failure *why, enum error_code code, const char *text)
{
    struct error err = {0};

    (void)error_set(&err, code, "%s", text);
    return failure_set_from(why, &err);
}

/* The exit status where the code of a failure is newer than this program: by its fault; 70 where that is newer too. */
static int status_of_fault(uint32_t fault)
{
    static const int statuses[] = {70, 65, 77, 76, 75, 74, 70};

    _Static_assert(sizeof statuses / sizeof statuses[0] == FAULT_BUG + 1, "a status for each fault");
    return fault < sizeof statuses / sizeof statuses[0] ? statuses[fault] : 70;
}

bool failure_read(struct arena *arena, struct view message, struct refex_failure *out, struct error *err)
{
    struct control_failure f;
    enum error_code code;

    arena_reset(arena);
    if (!control_failure_decode(message, arena, &f, err))
        return false;
    memset(out, 0, sizeof *out);
    (void)snprintf(out->code, sizeof out->code, "%.*s", (int)f.code.size, (const char *)f.code.at);
    (void)snprintf(out->text, sizeof out->text, "%.*s", (int)f.text.size, (const char *)f.text.at);
    code = error_code_find(out->code);
    out->fault = (enum refex_fault)f.fault;
    out->exit_status = code != E_NONE ? error_row(code)->exit_status : status_of_fault(f.fault);
    out->means =
        code != E_NONE ? error_row(code)->means : "The node is newer than this program, which does not know the code.";
    out->remedy =
        code != E_NONE ? error_row(code)->remedy : "Look the code up in the documentation of the node's version.";
    for (size_t i = 0; i < f.held_back_count && i < REFEX_HELD_MAX; i++) {
        out->held_back[i].section = f.held_back[i].section;
        out->held_back[i].why = f.held_back[i].why;
        out->held_back_count++;
    }
    return true;
}
