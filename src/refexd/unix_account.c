#include "refexd/unix_account.h"

#include <pwd.h>
#include <stdio.h>

#include "base/text.h"

/* From the file itself: getpwuid would load into this process, which has the keys, whatever nsswitch.conf names. */
bool unix_account_is_other(uint32_t uid, struct view account)
{
    FILE *file = fopen("/etc/passwd", "re");
    const struct passwd *row;
    bool is_same = false;
    bool is_known = false;

    while (file != NULL && (row = fgetpwent(file)) != NULL)
        if (row->pw_uid == uid) {
            is_known = true;
            is_same = is_same || text_is(account, row->pw_name); /* one number may have two names */
        }
    if (file != NULL)
        (void)fclose(file);
    return is_known && !is_same;
}
