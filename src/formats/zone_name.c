#include "formats/zone_name.h"

#include <stdio.h>

#include "base/file.h"
#include "model/zone.h"

#define ZONES     "/usr/share/zoneinfo/"
#define ZONE_FILE 65536 /* bytes of one: the largest has 4,000 */
#define NAME_MAX  64

/* Of letters, digits, "_", "+" and "-", in parts between "/". */
static bool name_is_safe(struct view name)
{
    if (name.size == 0 || name.size > NAME_MAX || name.at[0] == '/')
        return false;
    for (size_t i = 0; i < name.size; i++) {
        uint8_t c = name.at[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '+' ||
              c == '-' || c == '/'))
            return false;
    }
    return true;
}

/* The last line of the file. */
static bool find_footer(struct view file, struct view *out)
{
    size_t from;

    if (file.size < 5 || memcmp(file.at, "TZif", 4) != 0 || file.at[file.size - 1] != '\n')
        return false;
    from = file.size - 1;
    while (from > 0 && file.at[from - 1] != '\n')
        from--;
    *out = view_of(file.at + from, file.size - 1 - from);
    return true;
}

bool zone_name_rule(struct view name, struct bytes *out)
{
    char path[sizeof ZONES + NAME_MAX];
    struct bytes file = {0};
    struct error ignored = {0};
    struct view rule;
    struct zone zone;
    bool ok;

    if (!name_is_safe(name))
        return false;
    (void)snprintf(path, sizeof path, ZONES "%.*s", (int)name.size, (const char *)name.at);
    ok = file_read(path, ZONE_FILE, &file, &ignored) && find_footer(bytes_view(&file), &rule) && zone_read(rule, &zone);
    if (ok)
        bytes_append_view(out, rule);
    bytes_fini(&file);
    return ok;
}
