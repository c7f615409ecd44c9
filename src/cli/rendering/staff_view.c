#include "cli/rendering/staff_view.h"

#include "base/text.h"

void staff_view_roles(struct bytes *out, const char *sign, staff_roles roles)
{
    for (unsigned role = 1; role < STAFF_ROLE_END; role++)
        if ((roles & STAFF_ROLE_BIT(role)) != 0) {
            bytes_printf(out, "%s%s", sign, staff_role_name(role));
            sign = ",";
        }
}

/* Of both logs or one, and of which days; nothing where it is whole. */
static void append_scope(struct bytes *out, uint32_t logs, uint32_t from, uint32_t until)
{
    const char *between = "";
    char day[11];

    for (unsigned log = 1; log < LOG_END; log++)
        if ((logs & UINT32_C(1) << log) != 0) {
            bytes_printf(out, "%s%s", between, log_id_name((enum log_id)log));
            between = ", ";
        }
    if (from != 0) {
        text_write_date((int32_t)from, day);
        bytes_printf(out, "%sfrom %s", between, day);
        between = " ";
    }
    if (until != 0) {
        text_write_date((int32_t)until, day);
        bytes_printf(out, "%sto %s", between, day);
    }
}

void staff_view_proposal(struct bytes *out, const struct control_staff_person *p)
{
    char day[11];

    if (ident_is_zero(&p->proposed_by))
        return;
    staff_view_roles(out, "give ", p->proposed_give);
    staff_view_roles(out, p->proposed_give != 0 ? "; take " : "take ", p->proposed_take);
    if (p->proposed_until != 0) {
        text_write_date((int32_t)p->proposed_until, day);
        bytes_printf(out, "%sauditor until %s", (p->proposed_give | p->proposed_take) != 0 ? "; " : "", day);
    }
    if ((p->proposed_scope_logs | p->proposed_scope_from | p->proposed_scope_until) != 0)
        bytes_append_text(out, "; scope ");
    append_scope(out, p->proposed_scope_logs, p->proposed_scope_from, p->proposed_scope_until);
}

void staff_view_write_proposal(struct bytes *out, const struct told_shown *s)
{
    staff_view_proposal(out, s->answer);
}

void staff_view_write_stand_ins(struct bytes *out, const struct told_shown *s)
{
    const struct control_staff_person *p = s->answer;
    char id[IDENT_TEXT];
    char day[11];

    for (size_t i = 0; i < p->stands_in_count; i++) {
        ident_write(&p->stands_in[i].staff, id);
        text_write_date((int32_t)p->stands_in[i].until, day);
        bytes_printf(out, "%s%s until %s", i > 0 ? ", " : "", id, day);
    }
}

void staff_view_write_scope(struct bytes *out, const struct told_shown *s)
{
    const struct control_staff_person *p = s->answer;

    append_scope(out, p->scope_logs, p->scope_from, p->scope_until);
}
