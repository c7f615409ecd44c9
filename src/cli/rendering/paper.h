#ifndef CLI_PAPER_H
#define CLI_PAPER_H
/* What is printed: labels with values beside them, in pages.
 *
 * Floor: cli. Plain text of 80 columns. A page has PAPER_LINES at most and ends with a form feed: A4 has 66 at six an
 * inch, of which printers leave some free.
 */

#include "cli/rendering/case_view.h"

#define PAPER_COLUMNS 80
#define PAPER_LINES   60

/* The caller's, all zeros but that its lines are wiped; paper_end ends it. */
struct paper {
    struct bytes lines; /* each ends with a line feed */
    size_t count;
};

/* LABEL, and TEXT beside it in as many lines as that takes. */
void paper_add(struct paper *p, const char *label, struct view text);
/* NULL: not known. */
void paper_add_text(struct paper *p, const char *label, const char *text);
/* Ends TEXT. */
void paper_add_bytes(struct paper *p, const char *label, struct bytes *text);
void paper_add_title(struct paper *p, const char *title);
/* For who writes by hand. */
void paper_add_blank(struct paper *p, const char *label);
void paper_add_time(struct paper *p, const char *label, int64_t ms);
void paper_add_sections(struct paper *p, const char *label, section_set sections);
/* SERVICES: bits. */
void paper_add_services(struct paper *p, uint32_t services);
/* Those of the sections of SET, under a title, if there are any. */
void paper_add_values(struct paper *p, const char *title, const struct case_view *view, section_set set);

/* Appends the pages, each with TITLE and, below it, REFERENCE. */
void paper_end(struct paper *p, const char *title, const char *reference, struct bytes *out);

#endif
