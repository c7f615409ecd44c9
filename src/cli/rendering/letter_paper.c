#include "cli/rendering/letter_paper.h"

#include "cli/rendering/paper.h"
#include "model/consent.h"
#include "model/referral.h"
#include "output/render.h"

/* Nothing of what she kept back is named: that it is there would be told with it. */
static void add_letter(struct paper *p, const struct control_letter *l, const struct case_view *view)
{
    struct bytes to = {.wiping = true};
    char until[11];

    render_day(l->until, until);
    render_escaped(&to, l->outside);
    paper_add(p, "To", bytes_view(&to));
    bytes_fini(&to);
    paper_add_time(p, "Date", l->time_ms);
    paper_add_text(p, "Priority", urgency_name(l->urgency));
    paper_add_title(p, "FROM");
    paper_add_text(p, "Agency", l->reach.agency.text);
    if (l->reach.phone.size == 0)
        paper_add_blank(p, "Phone");
    else
        paper_add(p, l->reach.at_night ? "Phone (at night)" : "Phone", l->reach.phone);
    paper_add_blank(p, "Contact person");
    paper_add_services(p, l->services);
    paper_add_values(p, "THE PERSON", view, SECTION_ALL);
    paper_add_title(p, "HER CONSENT");
    paper_add_text(p, "She agreed that you have this", "for what is asked above, and for nothing else");
    paper_add_text(p, "For the purpose", purpose_name(l->purpose));
    paper_add_text(p, "Until", until);
    paper_add_text(p, "Passing it on", "she did not agree to that: ask us, and we ask her");
    paper_add_text(p, "If she withdraws", "we phone you: destroy this letter then, and after the day above");
    paper_add_title(p, "YOUR ANSWER, BY PHONE PLEASE");
    paper_add_text(p, "[ ]", "accepted        [ ] waiting list        [ ] declined");
    paper_add_blank(p, "Name, date");
}

void letter_paper_write(const struct control_letter *l, const struct case_view *view, struct bytes *out)
{
    struct paper p = {.lines.wiping = true};
    struct bytes reference = {0};
    char id[IDENT_TEXT];

    ident_write(&l->consent, id);
    bytes_printf(&reference, "our reference %.8s/%u", id, (unsigned)l->letter);
    bytes_append_u8(&reference, 0);
    add_letter(&p, l, view);
    paper_end(&p, "CONFIDENTIAL LETTER, CANNOT BE RECALLED", (const char *)reference.at, out);
    bytes_fini(&reference);
}
