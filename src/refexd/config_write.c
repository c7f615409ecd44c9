/* Settings that a verb was given, written into node.conf. */
#include "refexd/config.h"

#include <string.h>

#include "base/file.h"
#include "base/text.h"

/* Whether LINE says SETTING. */
static bool says(struct view line, enum setting s)
{
    struct view name;

    return text_split(&line, '=', &name) && line.at != NULL && text_is(text_trim(name), setting_name(s));
}

static bool is_replaced(struct view line, const struct config_line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (says(line, lines[i].setting))
            return true;
    return false;
}

static void write_lines(struct view file, const struct config_line *lines, size_t count, struct bytes *out)
{
    struct view line;

    while (text_split(&file, '\n', &line))
        if (!is_replaced(line, lines, count) && (line.size > 0 || file.at != NULL))
            bytes_printf(out, "%.*s\n", (int)line.size, (const char *)line.at);
    for (size_t i = 0; i < count; i++)
        bytes_printf(out, "%s = %s\n", setting_name(lines[i].setting), lines[i].value);
}

bool config_write(const char *home, const struct config_line *lines, size_t count, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct bytes before = {0};
    struct bytes after = {0};
    struct config ignored;
    struct error not_written;
    bool ok = file_join_path(path, home, "node.conf", err) && file_read(path, BOUND_CONFIG, &before, err);

    if (ok) {
        write_lines(bytes_view(&before), lines, count, &after);
        ok = file_write(path, bytes_view(&after), 0600, err);
    }
    if (ok && !config_read(home, &ignored, err)) {
        ok = false;
        if (!file_write(path, bytes_view(&before), 0600, &not_written))
            *err = not_written;
    }
    bytes_fini(&before);
    bytes_fini(&after);
    return ok;
}
