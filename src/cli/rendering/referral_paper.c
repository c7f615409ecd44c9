#include "cli/rendering/referral_paper.h"

#include "cli/rendering/paper.h"
#include "cli/rendering/state_view.h"
#include "model/referral.h"

/* --- what is known of the referral --- */

static void add_agency(struct paper *p, const struct address *agency, const struct control_reach *reach)
{
    paper_add_text(p, "Agency", agency->text);
    if (reach == NULL || reach->phone.size == 0)
        paper_add_blank(p, "Phone");
    else
        paper_add(p, reach->at_night ? "Phone (at night)" : "Phone", reach->phone);
    paper_add_blank(p, "Contact person");
}

static void add_agencies(struct paper *p, const struct control_referral_detail *d, const struct address *own)
{
    bool out = d->summary.direction == DIRECTION_OUT;

    paper_add_title(p, "REFERRING AGENCY");
    add_agency(p, out ? own : &d->summary.peer, out ? NULL : &d->reach);
    paper_add_title(p, "RECEIVING AGENCY");
    add_agency(p, out ? &d->summary.peer : own, out ? &d->reach : NULL);
}

static void add_consent(struct paper *p, const struct control_referral *r)
{
    paper_add_title(p, "CONSENT");
    paper_add_sections(p, "She agreed to share", r->shared);
    paper_add_sections(p, "On offer after acceptance", r->offered);
    paper_add_text(p, "For the purpose", purpose_name(r->purpose));
}

/* --- the pages --- */

static void add_form(struct paper *p, const struct control_referral_detail *d, const struct case_view *view,
                     const struct address *own)
{
    const section_set client = SECTION_BIT(SECTION_IDENTITY) | SECTION_BIT(SECTION_CONTACT);
    const section_set caregiver = SECTION_BIT(SECTION_CHILD);
    struct bytes stands = {0};

    paper_add_text(p, "Priority", urgency_name(d->summary.urgency));
    paper_add_time(p, "Date of referral", d->summary.made_ms);
    add_agencies(p, d, own);
    paper_add_values(p, "CLIENT INFORMATION", view, client);
    paper_add_values(p, "IF THE CLIENT IS A MINOR", view, caregiver);
    paper_add_values(p, "BACKGROUND INFORMATION, REASON FOR REFERRAL", view, SECTION_ALL & ~client & ~caregiver);
    paper_add_services(p, d->summary.services);
    add_consent(p, &d->summary);
    paper_add_title(p, "DETAILS OF REFERRAL");
    paper_add_time(p, "Answer expected by", d->summary.due_ms);
    state_view_write(&stands, d->summary.state, d->summary.direction);
    paper_add_bytes(p, "Where it stands", &stands);
    paper_add_blank(p, "Received by");
    paper_add_blank(p, "Date, signature");
}

void referral_paper_write(const struct control_referral_detail *d, const struct case_view *view,
                          const struct address *own, struct bytes *out)
{
    struct paper p = {.lines.wiping = true};
    char id[IDENT_TEXT];

    ident_write(&d->summary.referral, id);
    add_form(&p, d, view, own);
    paper_end(&p, "INTER-AGENCY REFERRAL, CONFIDENTIAL", id, out);
}
