/* Verbs on the settings of the node: show. */
#include "refexd/verbs/verbs.h"

#include <string.h>

#include "refexd/config.h"

CONTROL_ANSWER(setting)

bool verbs_config_show(struct control_call *c, struct error *err)
{
    const struct config *in_force = c->context->mode == CONTROL_NODE ? c->context->config : NULL;
    struct config file;

    if (!control_empty_decode(c->message, err) || !config_read(c->context->home, &file, err))
        return false;
    for (enum setting s = 0; s < SETTING_END; s++) {
        struct control_setting one = {.name = view_of_text(setting_name(s)),
                                      .value = view_of_text(file.said[s].value),
                                      .line = (uint32_t)file.said[s].line,
                                      .at_start = setting_is_at_start(s),
                                      .shared = setting_in_report(s) == SETTING_SHARED,
                                      .left_out = setting_in_report(s) == SETTING_LEFT_OUT};

        if (in_force != NULL && strcmp(in_force->said[s].value, file.said[s].value) != 0) {
            one.differs = true;
            one.in_force = view_of_text(in_force->said[s].value);
        }
        if (!answer_setting(c, &one, err))
            return false;
    }
    return true;
}
