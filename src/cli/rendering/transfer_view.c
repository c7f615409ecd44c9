#include "cli/rendering/transfer_view.h"

void transfer_view_write(struct bytes *out, const struct control_referral *r)
{
    const bool is_out = r->direction == DIRECTION_OUT;
    const char *peer = r->peer.text;

    switch (r->transfer) {
    case TRANSFER_ASKED:
        if (is_out)
            bytes_printf(out, "you stay responsible for her case until %s accepts it", peer);
        else
            bytes_printf(out, "%s stays responsible for her case until you accept it; then you are", peer);
        break;
    case TRANSFER_MOVED:
        bytes_printf(out, "it has moved: %s %s responsible for her case", is_out ? peer : "you", is_out ? "is" : "are");
        break;
    case TRANSFER_NOT_MOVED:
        bytes_printf(out, "nothing has moved, or it came back: %s", is_out ? "you are" : peer);
        bytes_append_text(out, is_out ? " responsible for her case" : " is responsible for her case");
        break;
    case TRANSFER_ENDED:
        bytes_append_text(out, "her consent was withdrawn: ask her who goes on with her case");
        break;
    default:
        break;
    }
}
