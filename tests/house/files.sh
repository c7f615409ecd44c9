#!/bin/bash
# Each .c of src begins with its own header, which proves that the header needs no other before it. No line is over
# 120 columns. And each scenario can be started.
. "$(dirname "$0")/lib.sh"
set -o pipefail

# FILE (a pattern under src/) HEADER REASON: the files that share a header, which they include first; - for none.
shared='
[a-z]+/main                             -                           nobody calls a program
ca/ca_cmd_[a-z]+                        ca/ca_cmd.h                 a subcommand is one row of its table
cli/verbs/cmd_[a-z_]+                   cli/verbs/cmd.h             a verb is one row of its table
codec/contract_(decode|encode|walk)     codec/contract.h            one path, in steps
ca/federation_home_sign                 ca/federation_home.h        the folder, and what is signed in it
crypto/sign_key_file                    crypto/sign.h               keys in files, and in memory
exchange/exchange_tick                  exchange/exchange.h         a running node, in parts
exchange/(exchange_enrol|restored/exchange_(restored|replaced)) exchange/setup.h a node is made, joins, and was put back
exchange/consent/consent_list           exchange/consent/consent_calls.h what people ask about consents
crypto/data_keys_rewrap                 crypto/data_keys_inside.h   another storage key, a part at a time
exchange/entries/entry_own              exchange/entries/entries_inside.h ours, beside those of others
exchange/logs/audit_closed              exchange/logs/audit_inside.h the logs that are over
exchange/restored/exchange_moved                 exchange/members/agency_calls.h what ends this home
exchange/members/agency_confirm         exchange/members/agency_calls.h what people say of a key
exchange/exchange_sizes                 exchange/exchange_status.h  what a doctor counts
exchange/logs/audit_list                exchange/logs/audit_calls.h what people ask about logs
exchange/logs/events                    exchange/logs/audit_calls.h what people ask about logs
exchange/search/case_find               exchange/search/search_calls.h what people look for
exchange/staff/staff_(change|erase|list|refused|stand_in) exchange/staff/staff_calls.h what is asked about people here
exchange/access/house                    exchange/access/house_calls.h what who is on duty may read
exchange/staff/desk_change             exchange/staff/desk_calls.h what is asked about desks here
exchange/access/kept_count               exchange/access/never_calls.h who is kept from how much
exchange/access/assigning                exchange/access/assign_calls.h whose a case is from now on
exchange/cases/case_import               exchange/cases/case_calls.h what people do with cases
exchange/referrals/wrong_agency             exchange/referrals/incident_calls.h what people ask about incidents
exchange/referrals/work_list                exchange/referrals/work_calls.h what people have to do
exchange/referrals/(due|referral)_list       exchange/referrals/referral_calls.h what people ask about a referral
exchange/referrals/(phone_acceptance|referral_show) exchange/referrals/referral_calls.h the same
exchange/traffic/beginnings(_answers|_named)? exchange/traffic/beginnings_inside.h frames, and what answers them
exchange/members/membership_renewal     exchange/members/membership.h what is in use, and another in its place
io/stream_write                         io/stream_inside.h          reading, and writing
sandbox/sandbox_[a-z]+                  sandbox/sandbox.h           one lock each
link/session(_frames)?                  link/session_inside.h       states, and frames
link/tls(_context)?                      link/tls_inside.h           what is of all links, and one
refexd/findings/checks_[a-z]+           refexd/findings/checks_inside.h      a check is one row of its table
refexd/backup/backup_(data|keys|rehearsal) refexd/backup/backup_process.h     what one process writes
refexd/backup/backups_run                      refexd/backup/backups_inside.h     when, and how
refexd/config_write                     refexd/config.h             read, and written
refexd/findings/findings_[a-z]+         refexd/findings/findings_inside.h    a finding is one row of its table
refexd/status_notes                    refexd/status_inside.h     findings, and notes
refexd/seam_send                        refexd/seam_door_inside.h   the half that sends
refexd/verbs/verbs_[a-z]+               refexd/verbs/verbs.h              a verb is one row of its table
'
files c src | tr '\n' '\0' | xargs -0 awk -v shared="${shared//\\/\\\\}" '
BEGIN {
    lines = split(shared, line, "\n")
    for (i = 1; i <= lines; i++)
        if (split(line[i], w, " ") > 2) { file_of[++rows] = "^src/(" w[1] ")\\.c$"; header_of[rows] = w[2] }
}
FNR == 1 {
    judged = 0
    wanted = substr(FILENAME, 5, length(FILENAME) - 6) ".h"
    for (i = 1; i <= rows; i++) if (FILENAME ~ file_of[i]) { wanted = header_of[i]; used[i] = 1 }
    public = wanted
    sub(/.*\//, "refex/", public)
}
!judged && /^[ \t]*#[ \t]*include/ {
    judged = 1
    split($0, w, /["<>]/)
    if (wanted == "-" || w[2] == wanted || w[2] == public) next
    print FILENAME ":" FNR ": begins with " w[2] ", not with " wanted
}
END {
    for (i = 1; i <= rows; i++)
        if (!used[i]) print "tests/house/files.sh: there is no " file_of[i] ": take the row away"
}' | report_lines "a file includes its own header first; those that share one are listed in tests/house/files.sh"

# A row of a table (a .def) is one line, however long; data is as it is. Columns, not bytes, of UTF-8.
{ files 'c|h|def|sql|proto|awk'; files 'sh|txt|cmake' tests/house tools; } | grep -vE '^tests/(data|vectors)/' |
    tr '\n' '\0' | LC_ALL=C xargs -0 awk '
        { gsub(/[\200-\277]/, "") }
        FILENAME ~ /\.def$/ && /^([A-Z]+_ROW|REFERRAL_STATE)\(/ { next }
        length > 120 { print FILENAME ":" FNR ": " length " columns" }' |
    report_lines "a line has 120 columns at most"

for scenario in tests/scenario/[0-9]*.sh; do
    [ -x "$scenario" ] || echo "$scenario:1: is not executable"
done | report_lines "a scenario is started by its name"
finish
