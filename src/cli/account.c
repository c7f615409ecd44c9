#include "cli/account.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "base/bounds.h"
#include "base/text.h"

bool account_is_line(struct view v, size_t max)
{
    return v.size > 0 && v.size <= max && text_is_utf8(v) && !text_has_control(v, false);
}

bool account_read(const char *word, uint32_t *uid, struct view *account, struct error *err)
{
    uint64_t number = 0;
    bool is_number = text_read_u64(view_of_text(word), &number) && number <= UINT32_MAX;
    const struct passwd *found = is_number ? getpwuid((uid_t)number) : getpwnam(word);
    const char *name = found != NULL ? found->pw_name : word;

    if (found == NULL && !is_number)
        return error_set(err, E_STF_11, "this machine has no account \"%s\"; where it is gone, give its number", word);
    if (!account_is_line(view_of_text(name), BOUND_ACCOUNT))
        return error_set(err, E_STF_04, "an account is a word of 1 to %d bytes", BOUND_ACCOUNT);
    *uid = found != NULL ? (uint32_t)found->pw_uid : (uint32_t)number;
    *account = view_of_text(name);
    return true;
}

bool account_read_former(const char *word, struct ident *staff, uint32_t *uid, struct error *err)
{
    struct view account;

    return (strlen(word) == IDENT_TEXT - 1 && ident_read(view_of_text(word), staff)) ||
           account_read(word, uid, &account, err);
}

bool account_read_holder(const char *word, uint32_t *uid, struct error *err)
{
    struct view account;

    if (strcmp(word, "me") != 0)
        return account_read(word, uid, &account, err);
    *uid = (uint32_t)geteuid();
    return true;
}
