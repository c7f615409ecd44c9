/* A backup is put back: asked of refexd --tool. */
#include "refexd/verbs.h"

#include "refexd/backup_restore.h"

CONTROL_ANSWER(backup_restored)

bool verbs_backup_restore(struct control_call *c, struct error *err)
{
    struct control_backup_restore_ask ask;
    struct control_backup_restored line;

    return control_backup_restore_ask_decode(c->message, c->arena, &ask, err) &&
           backup_restore(c->context->home, &ask, c->arena, &line, err) && answer_backup_restored(c, &line, err);
}
