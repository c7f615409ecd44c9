#include "exchange/home.h"

#include "base/bytes.h"
#include "base/file.h"

bool home_check(const char *home, struct error *err)
{
    char path[FILE_PATH_MAX];

    if (!file_join_path(path, home, HOME_CONF, err))
        return false;
    return file_exists(path) || error_set(err, E_NOD_01, "there is no node in %s", home);
}

bool home_read_node(const char *home, struct ident *node, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct bytes text = {0};
    bool ok = file_join_path(path, home, HOME_NODE, err) && file_read(path, IDENT_TEXT, &text, err);

    if (ok && (text.size != IDENT_TEXT || text.at[IDENT_TEXT - 1] != '\n' ||
               !ident_read(view_of(text.at, IDENT_TEXT - 1), node)))
        ok = error_set(err, E_NOD_06, "%s holds no node id", path);
    bytes_fini(&text);
    return ok;
}

bool home_write_node(const char *home, const struct ident *node, struct error *err)
{
    char path[FILE_PATH_MAX];
    char text[IDENT_TEXT]; /* with the line's end in place of the NUL */

    ident_write(node, text);
    text[IDENT_TEXT - 1] = '\n';
    return file_join_path(path, home, HOME_NODE, err) && file_create(path, view_of(text, IDENT_TEXT), 0600, err);
}
