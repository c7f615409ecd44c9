#!/usr/bin/awk -f
# A table of docs/PROTOCOL.md from rows of a .def file: tables_md.awk -v table=kinds|holds|states|refusals|steps FILE


BEGIN {
    head["kinds"] = "| kind | name | goes | begins a referral | needs a permission | carries sections | is owed " \
        "| to who is cut off |"
    head["holds"] = "| hold | name | meaning | ends | lifted by | withdrawals and statements | WITHHELD |"
    head["states"] = "| state | name | open |"
    head["refusals"] = "| reason | name | what it says | passes |"
    head["steps"] = "| from | what happens | by | to |"
    if (!(table in head)) { print "tables_md.awk: there is no table " table >"/dev/stderr"; exit 1 }
    rule = head[table]
    gsub(/[^|]+/, "---", rule)
    print head[table] "\n" rule
    way["FORTH"] = "to the agency referred to"; way["BACK"] = "to the agency that referred"
    way["TO_HOLDER"] = "to who holds data under a consent"; way["TO_TAKER"] = "to who took the consent"
    who["REFERRER"] = "the agency that refers"; who["RECIPIENT"] = "the agency referred to"
    who["TAKER"] = "the agency that took the consent"
    event["MADE"] = "is made"; event["ARRIVED"] = "its message comes in"; event["RELEASED"] = "its message may leave"
    event["WITHHELD"] = "the gate withholds its message"; event["EXPIRED"] = "its message is past its last day"
    event["RECEIPTED"] = "its message is receipted"; event["REFUSED"] = "its message is refused by name"
    event["ACCEPTED"] = "accepts"; event["DECLINED"] = "declines"; event["STOPPED"] = "the consent is withdrawn"
    event["ERASED"] = "the data is erased"
    ends["ITSELF"] = "by itself"; ends["PERSON"] = "by a person here"; ends["NEVER"] = "never"
}

function cells(row) { sub(/^[A-Z_]+\( */, "", row); sub(/\) *$/, "", row); return split(row, cell, / *, */) }
function yes(flag) { return ("|" cell[7] "|") ~ ("\\|" flag "\\|") ? "yes" : "" }
function state(id) {
    if (id == "NONE") return ""
    if (id == "ANY") return "any"
    return id in number ? number[id] " " name[id] : wrong("a step of no state")
}
function known(list, key) { return key in list ? list[key] : wrong("no words for " key) }
function wrong(why) { print FILENAME ":" FNR ": " why >"/dev/stderr"; exit 1 }

table == "kinds" && /^KIND\(/ {
    if (cells($0) != 7) wrong("a row of another form")
    gsub(/"/, "", cell[3])
    printf "| %s | %s | %s | %s | %s | %s | %s | %s |\n", cell[1], cell[3], known(way, cell[6]), yes("BEGINS"),
        yes("PERMISSION"), yes("SECTIONS"), yes("OWED"), yes("CUT_OFF")
}

table == "refusals" && /^REFUSAL\(/ {
    if (cells($0) != 5) wrong("a row of another form")
    gsub(/"/, "", cell[3]); gsub(/"/, "", cell[5])
    printf "| %s | %s | %s | %s |\n", cell[1], cell[3], cell[5], cell[4] == 1 ? "yes" : ""
}

table == "holds" && /^HOLD_ROW\(/ {
    if (match($0, /"[^"]*", "[^"]*"\)$/) == 0) wrong("a row of another form")
    said = substr($0, RSTART, RLENGTH); $0 = substr($0, 1, RSTART - 1)
    gsub(/^"|"\)$/, "", said); split(said, says, /", "/)
    if (cells($0) < 7) wrong("a row of another form")
    gsub(/"/, "", cell[3])
    printf "| %s | %s | %s | %s | %s | %s | %s |\n", cell[1], cell[3], says[1], known(ends, cell[4]), says[2],
        cell[5] == "GOES" ? "leave all the same" : "", cell[6] == "0" ? "" : tolower(substr(cell[6], 8))
}

/^REFERRAL_STATE\(/ {
    if (cells($0) != 4) wrong("a row of another form")
    gsub(/"/, "", cell[4])
    number[cell[2]] = cell[1]; name[cell[2]] = cell[4]
    if (table == "states") printf "| %s | %s | %s |\n", cell[1], cell[4], cell[3] == 1 ? "yes" : ""
}

table == "steps" && /^REFERRAL_STEP\(/ {
    if (cells($0) != 4) wrong("a row of another form")
    printf "| %s | %s | %s | %s |\n", state(cell[1]), known(event, cell[2]), known(who, cell[3]), state(cell[4])
}
