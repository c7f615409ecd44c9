/* node.conf: a table of its keys, read by inih a line at a time; the first error stands. */
#include "refexd/config.h"

#include <arpa/inet.h>
#include <grp.h>
#include <ini.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/bounds.h"
#include "base/file.h"
#include "base/text.h"
#include "exchange/cases/case_ending.h"
#include "exchange/exchange.h"
#include "model/agency.h"

struct config_parser {
    struct config config;
    struct error error; /* the first one */
    const char *path;
    struct view rest; /* of the file */
    int line;         /* number of the line returned last, from 1 */
};

static bool set_line_error(struct config_parser *r, int line, const char *what)
{
    if (r->error.code == E_NONE)
        (void)error_set(&r->error, E_NOD_06, "%s:%d: %s", r->path, line, what);
    return false;
}

bool config_read_endpoint(struct view text, char address[static CONFIG_ADDRESS_TEXT], uint16_t *port)
{
    const char *colon = text.size > 0 ? memrchr(text.at, ':', text.size) : NULL;
    struct view host;
    struct view digits;
    uint32_t number;
    uint8_t binary[16];
    bool six;

    if (colon == NULL)
        return false;
    host = view_of(text.at, (size_t)(colon - (const char *)text.at));
    digits = view_of(colon + 1, text.size - host.size - 1);
    six = host.size > 2 && host.at[0] == '[' && host.at[host.size - 1] == ']';
    if (six)
        host = view_of(host.at + 1, host.size - 2);
    if (host.size >= CONFIG_ADDRESS_TEXT || !text_read_u32(digits, &number) || number > UINT16_MAX)
        return false;
    memcpy(address, host.at, host.size);
    address[host.size] = '\0';
    *port = (uint16_t)number;
    return inet_pton(six ? AF_INET6 : AF_INET, address, binary) == 1;
}

static bool read_bool(struct view v, bool *out)
{
    *out = text_is(v, "yes") || text_is(v, "true");
    return *out || text_is(v, "no") || text_is(v, "false");
}

static bool set_agency(struct config *c, struct view v)
{
    return address_read(v, &c->agency);
}

static bool set_listen(struct config *c, struct view v)
{
    c->listens = v.size > 0;
    return v.size == 0 || config_read_endpoint(v, c->listen_address, &c->listen_port);
}

/* In force is what the directory has; status compares. */
static bool set_endpoint(struct config *c, struct view v)
{
    if (v.size > BOUND_ENDPOINT || !text_is_utf8(v))
        return false;
    memcpy(c->endpoint, v.at, v.size);
    c->endpoint[v.size] = '\0';
    return true;
}

static bool set_federation(struct config *c, struct view v)
{
    if (v.size > BOUND_ENDPOINT || !text_is_utf8(v) || (v.size > 0 && v.at[0] != '/'))
        return false;
    memcpy(c->federation, v.at, v.size);
    c->federation[v.size] = '\0';
    return true;
}

static bool set_allow_unconfined(struct config *c, struct view v)
{
    return read_bool(v, &c->allow_unconfined);
}

static bool set_metrics(struct config *c, struct view v)
{
    return read_bool(v, &c->metrics);
}

static bool set_backup(struct config *c, struct view v)
{
    return read_bool(v, &c->backup);
}

/* Whole: the node has no folder of its own to begin from. */
static bool set_place(char out[static BOUND_BACKUP_PLACE + 1], struct view v)
{
    if (v.size > BOUND_BACKUP_PLACE || (v.size > 0 && v.at[0] != '/') || text_has_control(v, false))
        return false;
    memcpy(out, v.at, v.size);
    out[v.size] = '\0';
    return true;
}

static bool set_backup_data(struct config *c, struct view v)
{
    return set_place(c->backup_data, v);
}

static bool set_backup_keys(struct config *c, struct view v)
{
    return set_place(c->backup_keys, v);
}

/* It is told to other agencies: a word, and no path. */
static bool set_backup_keys_name(struct config *c, struct view v)
{
    if (v.size == 0 || v.size > BOUND_BACKUP_NAME)
        return false;
    for (size_t i = 0; i < v.size; i++)
        if (!(v.at[i] >= 'a' && v.at[i] <= 'z') && !(v.at[i] >= '0' && v.at[i] <= '9') && v.at[i] != '-')
            return false;
    memcpy(c->backup_keys_name, v.at, v.size);
    c->backup_keys_name[v.size] = '\0';
    return true;
}

#define BACKUP_GENERATIONS 14 /* of the data part: two weeks of days */
#define GENERATIONS_LEAST  2  /* one is being made while the other is there */

static bool set_backup_generations(struct config *c, struct view v)
{
    return text_read_u32(v, &c->backup_generations) && c->backup_generations >= GENERATIONS_LEAST &&
           c->backup_generations <= BOUND_BACKUP_GENERATIONS;
}

#define KEEP_LEAST CASE_NOTICE_DAYS
#define KEEP_MOST  36525 /* a hundred years */

static bool set_keep_closed_days(struct config *c, struct view v)
{
    if (v.size > 1 && v.at[v.size - 1] == 'd') /* the unit */
        v.size--;
    return text_read_u32(v, &c->keep_closed_days) && c->keep_closed_days >= KEEP_LEAST &&
           c->keep_closed_days <= KEEP_MOST;
}

static bool set_log_level(struct config *c, struct view v)
{
    static const char *const words[] = {"error", "warning", "notice", "info", "debug"};

    _Static_assert(LOG_ERROR + sizeof words / sizeof words[0] - 1 == LOG_DEBUG, "a word for each level");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (text_is(v, words[i])) {
            c->log_level = (enum log_level)(LOG_ERROR + (int)i);
            return true;
        }
    return false;
}

/* `refex init` wrote these for the membership request; in force is what the directory has, and status compares. */
static bool set_kind(struct config *c, struct view v)
{
    return agency_kind_find(v, &c->kind);
}

static bool set_unlisted(struct config *c, struct view v)
{
    return read_bool(v, &c->unlisted);
}

static bool set_relay(struct config *c, struct view v)
{
    return v.size == 0 || address_read(v, &c->relay);
}

/* From /etc/group itself: getgrnam would load into this process, which has the keys, whatever nsswitch.conf names. */
static bool find_group(struct view name, gid_t *out)
{
    FILE *file = fopen("/etc/group", "re");
    const struct group *row;
    bool found = false;

    if (file == NULL)
        return false;
    while (!found && (row = fgetgrent(file)) != NULL)
        if (text_is(name, row->gr_name)) {
            *out = row->gr_gid;
            found = true;
        }
    (void)fclose(file);
    return found;
}

static bool set_group(struct config *c, struct view v)
{
    uint32_t number;

    c->has_group = true;
    if (!text_read_u32(v, &number))
        return find_group(v, &c->group);
    c->group = number;
    return number != UINT32_MAX; /* no group: "leave it as it is" */
}

#define TEXT(n)    #n
#define TEXT_OF(n) TEXT(n)

enum setting_when { AT_START, AT_RELOAD };

static const struct setting_row {
    const char *name;
    bool (*set)(struct config *c, struct view value);
    const char *by_default;
    enum setting_when when;
    enum setting_report shared;
    size_t from; /* of struct config, … */
    size_t to;   /* … and behind its last byte */
    const char *form;
} settings[] = {
#define SHARED   SETTING_SHARED
#define OWN      SETTING_OWN
#define LEFT_OUT SETTING_LEFT_OUT
#define SETTING(id, name, setter, by_default, when, first, last, shared, form)                                         \
    {name,                                                                                                             \
     setter,                                                                                                           \
     by_default,                                                                                                       \
     when,                                                                                                             \
     shared,                                                                                                           \
     offsetof(struct config, first),                                                                                   \
     offsetof(struct config, last) + sizeof((struct config *)0)->last,                                                 \
     form},
#include "refexd/settings.def"
};
#define SETTING_COUNT (sizeof settings / sizeof settings[0])

enum setting_report setting_in_report(enum setting s)
{
    return settings[s].shared;
}

const char *setting_name(enum setting s)
{
    return settings[s].name;
}

bool setting_is_at_start(enum setting s)
{
    return settings[s].when == AT_START;
}

/* C says VALUE from now on, of line LINE. */
static bool take(struct config *c, enum setting s, const char *value, int line)
{
    struct config_said *said = &c->said[s];

    if (strlen(value) >= sizeof said->value || !settings[s].set(c, view_of_text(value)))
        return false;
    (void)snprintf(said->value, sizeof said->value, "%s", value);
    said->line = line;
    return true;
}

static void take_defaults(struct config *c)
{
    for (enum setting s = 0; s < SETTING_END; s++)
        if (settings[s].by_default[0] != '\0')
            REQUIRE(take(c, s, settings[s].by_default, 0));
}

static bool set_unknown_error(struct config_parser *r, int line, const char *name)
{
    const char *names[SETTING_COUNT];
    const char *near;
    char what[256];

    for (size_t i = 0; i < SETTING_COUNT; i++)
        names[i] = settings[i].name;
    near = text_nearest(name, names, SETTING_COUNT);
    if (near != NULL)
        (void)snprintf(what, sizeof what, "unknown setting \"%.40s\"; did you mean \"%s\"?", name, near);
    else
        (void)snprintf(what, sizeof what, "unknown setting \"%.40s\"", name);
    return set_line_error(r, line, what);
}

static int on_setting(void *cookie, const char *section, const char *name, const char *value)
{
    struct config_parser *r = cookie;
    int line = r->line;
    char what[160];

    if (section[0] != '\0')
        return set_line_error(r, line, "there are no [sections] in this file");
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (strcmp(settings[i].name, name) != 0)
            continue;
        if (take(&r->config, (enum setting)i, value, line))
            return 1;
        (void)snprintf(what, sizeof what, "%s must be %s", name, settings[i].form);
        return set_line_error(r, line, what);
    }
    return set_unknown_error(r, line, name);
}

/* Returns a line as fgets does. What libinih does not take of a longer one would be another setting. */
static char *next_line(char *out, int size, void *cookie)
{
    struct config_parser *r = cookie;
    size_t n = text_take_line(&r->rest, out, (size_t)size);

    if (n == 0)
        return NULL;
    r->line++;
    if (r->rest.size > 0 && out[n - 1] != '\n')
        (void)set_line_error(r, r->line, "the line is longer than 198 bytes");
    return out;
}

/* The whole FILE; what does not hold is left out. */
static void take_lines(struct config_parser *r, struct view file)
{
    int line;

    take_defaults(&r->config);
    if (!text_is_utf8(file))
        (void)set_line_error(r, 1, "the file is not UTF-8 text");
    r->rest = file;
    line = ini_parse_stream(next_line, r, on_setting, r);
    if (line != 0)
        (void)set_line_error(r, line, "this is not a line of the form name = value");
    if (r->error.code == E_NONE && r->config.agency.text[0] == '\0')
        (void)set_line_error(r, 1, "agency is not set");
}

static struct config_file look_at_file(const char *path)
{
    struct stat st;

    return stat(path, &st) != 0
               ? (struct config_file){0}
               : (struct config_file){.changed_ns = st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec,
                                      .size = st.st_size,
                                      .number = st.st_ino};
}

bool config_is_taken(const char *home, const struct config *config)
{
    char path[FILE_PATH_MAX];
    struct config_file now;
    struct error why;

    if (!file_join_path(path, home, "node.conf", &why))
        return false;
    now = look_at_file(path);
    return now.number != 0 && now.number == config->file.number && now.size == config->file.size &&
           now.changed_ns == config->file.changed_ns;
}

bool config_read(const char *home, struct config *out, struct error *err)
{
    struct config_parser r = {.line = 0};
    struct config_file before;
    char path[FILE_PATH_MAX];
    struct bytes file = {0};

    if (!file_join_path(path, home, "node.conf", err))
        return false;
    if (!file_exists(path))
        return error_set(err, E_NOD_01, "there is no node in %s", home);
    r.path = path;
    before = look_at_file(path);
    if (!file_read(path, BOUND_CONFIG, &file, err))
        return false;
    take_lines(&r, bytes_view(&file));
    bytes_fini(&file);
    if (r.error.code != E_NONE) {
        *err = r.error;
        return false;
    }
    *out = r.config;
    out->file = before;
    return true;
}

void config_read_lines(struct view file, struct config *out, struct error *fault)
{
    struct config_parser r = {.path = "node.conf"};

    take_lines(&r, file);
    *out = r.config;
    *fault = r.error;
}

bool config_read_again(const char *home, struct config *config, struct config_change *out, struct error *err)
{
    struct config newer;

    *out = (struct config_change){0};
    if (!config_read(home, &newer, err))
        return false;
    for (enum setting s = 0; s < SETTING_END; s++) {
        const struct setting_row *row = &settings[s];

        if (strcmp(newer.said[s].value, config->said[s].value) == 0)
            continue;
        if (row->when == AT_START) {
            out->left |= UINT32_C(1) << s;
            continue;
        }
        memcpy((uint8_t *)config + row->from, (const uint8_t *)&newer + row->from, row->to - row->from);
        config->said[s] = newer.said[s];
        out->taken |= UINT32_C(1) << s;
    }
    if (out->left == 0)
        config->file = newer.file;
    return true;
}

bool config_check_agency(const struct config *config, const struct address *member, struct error *err)
{
    return address_equal(&config->agency, member) ||
           error_set(err, E_NOD_06, "node.conf says agency = %s, and the membership in this folder is that of %s",
                     config->agency.text, member->text);
}
