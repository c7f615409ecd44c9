#ifndef DEMO_H
#define DEMO_H
/* The demo: five invented agencies on this machine, real programs, one man's case.
 *
 * Floor: demo. What it shows is done by the verbs that everybody has, run as programs with --json; nothing here knows
 * the inside of a node. Each thing that is told is checked against what the nodes answer.
 */

#include <sys/types.h>

#include "base/error.h"
#include "base/file.h"
#include "demo/printer.h"
#include "model/ident.h"
#include "model/section.h"

enum demo_index { LANTERN, BRIDGE, OAKFIELD, MINISTRY, POLICE, DEMO_AGENCIES };

#define DEMO_ENDPOINT 24 /* "127.0.0.1:65535" and a NUL */

struct demo_agency {
    const char *name;  /* as in name@demo.example, and of its folder */
    const char *title; /* as the story calls it */
    const char *what;
    const char *kind;
    char home[FILE_PATH_MAX];
    char endpoint[DEMO_ENDPOINT];
    int port_fd;               /* a socket bound to the port, so that nobody else is given it */
    pid_t node_pid;            /* refexd; 0 when it does not run */
    pid_t link_pid;            /* refex-link */
    char consent[IDENT_TEXT];  /* the man's, for this agency */
    char referral[IDENT_TEXT]; /* to this agency */
};

struct demo {
    struct printer printer;
    char folder[FILE_PATH_MAX];
    bool keep_folder;
    char case_id[IDENT_TEXT];
    char fingerprint[80];
    struct demo_agency agencies[DEMO_AGENCIES];
    section_set case_sections;
};

/* --- demo_setup.c: a federation of five, and its end --- */

MUST_USE bool demo_scene_federation(struct demo *d, struct error *err);
/* Stops the nodes as people do, and looks whether anything is left running. */
MUST_USE bool demo_stop_nodes(struct demo *d, struct error *err);

/* --- demo_referrals.c, demo_proof.c: the scenes, in the order in which they are told --- */

MUST_USE bool demo_scene_intake(struct demo *d, struct error *err);
MUST_USE bool demo_scene_consents(struct demo *d, struct error *err);
MUST_USE bool demo_scene_mission(struct demo *d, struct error *err);
MUST_USE bool demo_scene_ministry(struct demo *d, struct error *err);
MUST_USE bool demo_scene_tracing(struct demo *d, struct error *err);
MUST_USE bool demo_scene_police(struct demo *d, struct error *err);
MUST_USE bool demo_scene_withdrawal(struct demo *d, struct error *err);
MUST_USE bool demo_scene_matrix(struct demo *d, struct error *err); /* demo_matrix.c */
MUST_USE bool demo_scene_logs(struct demo *d, struct error *err);
void demo_scene_limits(struct demo *d);

/* --- demo_query.c: what nodes answer --- */

/* What AGENCY holds of what others sent it: sections that can be opened now, sections whose consent was withdrawn. ALL
 * (may be NULL) gets every answer as it came. */
struct demo_holdings {
    size_t referrals;
    section_set readable;
    section_set erased;
};
MUST_USE bool demo_read_holdings(struct demo *d, enum demo_index agency, struct demo_holdings *out, struct bytes *all,
                                 struct error *err);
/* Sections as people read them: "triage, contact"; "nothing". */
const char *demo_section_names(section_set set, char out[static 256]);
/* Records of AGENCY's exchange log of KIND about MESSAGE (NULL: any) with PEER (NULL: any); *FIRST (may be NULL) is the
 * index of the first. */
MUST_USE bool demo_count_records(struct demo *d, enum demo_index agency, const char *kind, const char *peer,
                                 const char *message_kind, size_t *count, uint64_t *first, char message[IDENT_TEXT],
                                 struct error *err);
/* Waits until AGENCY's referral is in STATE; E_DEM_02 when it does not get there. */
MUST_USE bool demo_wait_state(struct demo *d, enum demo_index agency, const char *referral, const char *state,
                              struct error *err);
/* Waits until AGENCY can open exactly SECTIONS. */
MUST_USE bool demo_wait_readable(struct demo *d, enum demo_index agency, section_set sections,
                                 struct demo_holdings *holdings, struct error *err);
/* Waits until nothing of AGENCY's waits for others. */
MUST_USE bool demo_wait_idle(struct demo *d, enum demo_index agency, struct error *err);

#endif
