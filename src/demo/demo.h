#ifndef DEMO_H
#define DEMO_H
/* The demo: five invented agencies on this machine, real programs, one man's case.
 *
 * Floor: demo. It runs the verbs that everybody has, as programs with --json, and uses nothing of a node's inside. Each
 * claim of the story is checked against what the nodes answer.
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
    const char *title; /* in the story */
    const char *what;
    const char *kind;
    char home[FILE_PATH_MAX];
    char endpoint[DEMO_ENDPOINT];
    int port_fd;               /* a socket bound to the port, which reserves it */
    pid_t node_pid;            /* refexd; 0 when it does not run */
    pid_t link_pid;            /* refex-link */
    char consent[IDENT_TEXT];  /* id of his consent for this agency */
    char referral[IDENT_TEXT]; /* id of the referral to this agency */
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

struct demo_options {
    const char *keep_path; /* the folder that stays; NULL: a new one, which is removed */
    const struct printer_forms *forms;
    bool json;
    bool slow; /* with pauses for reading */
};

/* Plays all scenes and ends every process it started. *ALL_HELD: no check failed; set unless E_DEM_01. False with
 * E_DEM_02 or E_DEM_03 when a scene could not be played to its end. */
MUST_USE bool demo_play(const struct demo_options *options, bool *all_held, struct error *err);

#endif
