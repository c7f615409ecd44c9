#ifndef CLI_REFERRAL_VIEW_H
#define CLI_REFERRAL_VIEW_H
/* A referral as people and programs read it.
 *
 * Floor: cli.
 */

#include "cli/rendering/case_view.h"
#include "cli/rendering/render.h"
#include "codec/control_codec.h"

#define REFERRAL_VIEW_COLUMNS 10
extern const char *const referral_view_titles[REFERRAL_VIEW_COLUMNS];

void referral_view_row(const struct control_referral *r, struct render_table *t);
void referral_view_json_line(const struct control_referral *r, struct bytes *line);
/* VIEW NULL: what is in the sections was not asked for. */
void referral_view_print(const struct control_referral_detail *d, const struct case_view *view);
void referral_view_json_detail(const struct control_referral_detail *d, const struct case_view *view);

#endif
