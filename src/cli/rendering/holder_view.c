#include "cli/rendering/holder_view.h"

#include "output/render.h"

#define DIGITS 8

void holder_view_write(struct bytes *out, const struct ident *holder, struct view account)
{
    char text[IDENT_TEXT];

    ident_write(holder, text);
    if (ident_is_zero(holder))
        bytes_append_u8(out, '-');
    else if (account.size != 0)
        render_escaped(out, account);
    else
        bytes_printf(out, "%.*s", DIGITS, text);
}
