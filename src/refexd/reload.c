#include "refexd/reload.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"

/* "listen, group". */
static void write_names(uint32_t settings, char out[static RELOAD_TEXT])
{
    size_t at = 0;

    out[0] = '\0';
    for (enum setting s = 0; s < SETTING_END; s++)
        if ((settings >> s & 1) != 0 && at < RELOAD_TEXT)
            at += (size_t)snprintf(out + at, RELOAD_TEXT - at, "%s%s", at == 0 ? "" : ",", setting_name(s));
}

void reload_settings(const char *home, struct config *config, struct exchange *x, char left[static RELOAD_TEXT])
{
    struct config_change change;
    struct error err = {0};
    char taken[RELOAD_TEXT];

    if (!config_read_again(home, config, &change, &err)) {
        log_line(LOG_ERROR, "event=node.not_reloaded code=%s text=\"%s\"", error_row(err.code)->code, err.text);
        (void)snprintf(left, RELOAD_TEXT, "node.conf (%s)", error_row(err.code)->code);
        return;
    }
    exchange_keep_closed(x, config->keep_closed_days);
    log_init("refexd", config->log_level);
    write_names(change.taken, taken);
    write_names(change.left, left);
    log_line(LOG_NOTICE, "event=node.reloaded changed=%s", taken[0] != '\0' ? taken : "-");
    if (left[0] != '\0')
        log_line(LOG_WARNING, "event=node.not_reloaded settings=%s text=\"they take a new start\"", left);
}
