#!/usr/bin/awk -f
# The members that programs print with --json: json_keys.awk FILE…, a line "FILE FUNCTION member" for each. Of a .proto
# its messages stand for functions, and those of their fields that are told (src/codec/told.h) for members.
# For tests/house/pages.sh, which compares them with docs/JSON.md.

BEGIN { # the name stands behind the object, alone or as "is_that ? "name" : "other""
    call_with_name = "(json_line|render_json|put|print)_[a-z0-9_]+\\([^,;()]+(\\([^()]*\\))?, *" \
        "([^,\"]*\\? *\"[a-z_]+\" *: *)?\"[a-z_]+\""
}
function member(name) { print FILENAME, within, name }
FNR == 1 { within = ""; statement = "" }
FILENAME ~ /\.proto$/ {
    if (/^message /) within = $2
    if (match($0, /json: "[a-z_.]+"/)) {
        told = substr($0, RSTART + 7, RLENGTH - 8)
        for (n = split(told, part, "."); n > 0; n--) member(part[n]) # "a.b": b in a
        if (match($0, /object: "[A-Z][A-Za-z]*"/)) # it stands with its members
            print FILENAME, substr($0, RSTART + 9, RLENGTH - 10), told
    }
    next
}
/^[a-z].*[a-z0-9_]+\(/ && !/;$/ {
    within = $0
    sub(/\(.*/, "", within)
    sub(/.*[^a-z0-9_]/, "", within)
    statement = ""
    next
}
within == "" { next }
{
    statement = statement " " $0
    if (!/[;{}]$/) next
    text = statement
    statement = ""
    if (text ~ /[^a-z_]case_view_json\(/) member("sections")
    while (match(text, /[{,]\\"[a-z_]+\\":/)) { # an object that is written by hand
        member(substr(text, RSTART + 3, RLENGTH - 6))
        text = substr(text, RSTART + RLENGTH)
    }
    while (match(text, call_with_name)) {
        call = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        sub(/^[^,]*,/, "", call)
        while (match(call, /"[a-z_]+"/)) {
            member(substr(call, RSTART + 1, RLENGTH - 2))
            call = substr(call, RSTART + RLENGTH)
        }
    }
}
