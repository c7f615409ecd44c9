#!/usr/bin/awk -f
# A table of a page in docs/ from rows of a .def file, or from the limits of src/base/bounds.h: tables_md.awk -v
# table=NAME FILE, where NAME is one of those below. What to do about a finding stands with its code, in
# src/base/errors.def.


BEGIN {
    head["kinds"] = "| kind | name | goes | begins a referral | needs a permission | carries sections | is owed " \
        "| to who is cut off | acted on |"
    head["holds"] = "| hold | name | meaning | ends | lifted by | withdrawals and statements | WITHHELD |"
    head["states"] = "| state | people read | means | next |"
    next_is["REFERRER"] = "the agency that refers: "; next_is["RECIPIENT"] = "the one that was asked: "
    next_is["BOTH"] = "both: "; next_is["NOBODY"] = ""
    head["refusals"] = "| reason | name | what it says | passes |"
    head["findings"] = "| what it says | code | who acts | what to do | clears when |"
    head["checks"] = "| check | looks at | by |"
    head["ping"] = "| step | done |"
    head["stops"] = "| command | when | here | there |"
    head["declines"] = "| reason | says |"
    head["steps"] = "| from | what happens | by | to |"
    head["bounds"] = "| bound | value | of what, and why so much |"
    head["codes"] = "| list | codes |"
    head["shares"] = "| share | a day | what is counted |"
    head["events"] = "| event | record | told to |"
    head["languages"] = "| code | also | language |"
    if (!(table in head)) { print "tables_md.awk: there is no table " table >"/dev/stderr"; exit 1 }
    rule = head[table]
    gsub(/[^|]+/, "---", rule)
    print head[table] "\n" rule
    way["FORTH"] = "to the agency referred to"; way["BACK"] = "to the agency that referred"
    way["ASKS"] = "to any agency, about nobody"; way["ANSWERS"] = "to the agency that asked"
    way["TO_HOLDER"] = "to who holds data under a consent"; way["TO_TAKER"] = "to who took the consent"
    who["REFERRER"] = "the agency that refers"; who["RECIPIENT"] = "the agency referred to"
    who["TAKER"] = "the agency that took the consent"
    event["MADE"] = "is made"; event["CAME"] = "its message comes in"; event["RELEASED"] = "its message may leave"
    event["WITHHELD"] = "the gate withholds its message"; event["EXPIRED"] = "its message is past its last day"
    event["RECEIPTED"] = "its message is receipted"; event["REFUSED"] = "its message is refused by name"
    event["ACCEPTED"] = "accepts"; event["DECLINED"] = "declines"; event["STOPPED"] = "the consent is withdrawn"
    event["ERASED"] = "the data is erased"; event["ACKNOWLEDGED"] = "says that a person saw it"
    event["WAITLISTED"] = "has no place yet"; event["OPENED"] = "a person opens it"
    event["ASKED"] = "asks for what is lacking"
    event["UPDATED"] = "answers what was asked"; event["EXPECTED"] = "expects her"
    event["ARRIVED"] = "says that she came"
    event["TAKEN_BACK"] = "says when she is expected: that she came was said by mistake"
    event["NOT_FOUND"] = "does not know where she is"; event["PROGRESSED"] = "says how far the service is"
    event["FINISHED"] = "says that the service has ended"; event["CLOSED"] = "a supervisor closes it"
    event["GIVEN_BACK"] = "gives it back"
    event["GIVE_BACK_ASKED"] = "asks to give it back, less than 24 hours before she is expected"
    event["RECALLED"] = "cancels it before anything of it left"; event["CANCEL_ASKED"] = "cancels it (at its own node)"
    event["NOT_NEEDED"] = "says that it is needed no more, after it came to nothing"
    event["CANCEL_CAME"] = "its cancellation comes in (at the other node)"
    event["CANCEL_CONFIRMED"] = "confirms the cancellation"
    while (table == "findings" && (getline line <"src/base/errors.def") > 0)
        if (line ~ /^ERROR_ROW/ && split(line, column, "\"") == 7) remedy[column[2]] = column[6]
    told["CASES"] = "caseworkers, supervisors, connectors"; told["TEAM"] = "supervisors"
    told["OFFICE"] = "supervisors, connectors"
    told["HOLDER"] = "who got it"
    ends["ITSELF"] = "by itself"; ends["PERSON"] = "by a person here"; ends["NEVER"] = "never"
}

# The limits: 8 * 1024 and the like stand there as one number, but for BOUND_ADDRESS, a sum of others.
function bound(text,    part, n, i, sum) {
    n = split(text, part, / *\+ */)
    for (i = 1; i <= n; i++) {
        gsub(/[() ]/, "", part[i])
        sum += part[i] ~ /^[0-9]+$/ ? part[i] : part[i] in limit ? limit[part[i]] : wrong("no number: " part[i])
    }
    return sum
}
function grouped(n,    text) {
    text = sprintf("%.0f", n)
    while (match(text, /^[0-9][0-9][0-9][0-9]+/)) text = substr(text, 1, RLENGTH - 3) "," substr(text, RLENGTH - 2)
    return text
}
function unit(name) {
    return name ~ /_MS$/ ? " ms" : name ~ /_DAYS(_DEFAULT)?$/ ? " days" : name ~ /_HOURS$/ ? " hours" : ""
}
function spoken(limit_name) {
    if (limit_name == "BOUND_CONSENT_DAYS_DEFAULT") return "consent, where no day is said"
    sub(/^BOUND_/, "", limit_name)
    sub(/_MS$|_DAYS$|_HOURS$/, "", limit_name)
    gsub(/_/, " ", limit_name)
    return tolower(limit_name)
}
function read_limits(    line, word) {
    while ((getline line <"src/base/bounds.h") > 0)
        if (line ~ /^#define BOUND_[A-Z_]+ /) {
            sub(/ *\/\*.*/, "", line)
            split(line, word, " ")
            sub(/^#define [A-Z_]+ +/, "", line)
            limit[word[2]] = bound(line)
        }
}

function cells(row) { sub(/^[A-Z_]+\( */, "", row); sub(/\) *$/, "", row); return split(row, cell, / *, */) }
function yes(flag) { return ("|" cell[6] "|") ~ ("\\|" flag "\\|") ? "yes" : "" }
function state(id) {
    if (id == "NONE") return ""
    if (id == "ANY") return "any"
    return id in number ? number[id] " " name[id] : wrong("a step of no state")
}
function known(list, key) { return key in list ? list[key] : wrong("no words for " key) }
function wrong(why) { print FILENAME ":" FNR ": " why >"/dev/stderr"; exit 1 }

table == "kinds" && /^KIND\(/ {
    if (cells($0) != 6) wrong("a row of another form")
    gsub(/"/, "", cell[3])
    printf "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", cell[1], cell[3], known(way, cell[5]), yes("BEGINS"),
        yes("PERMISSION"), yes("SECTIONS"), yes("OWED"), yes("CUT_OFF"), cell[4] == "none" ? "" : "yes"
}

# Of the kinds of records those that are events (src/model/record.h).
table == "events" && /^ *KIND\([0-9]/ && !/NOBODY/ {
    sub(/^ */, "")
    sub(/ *\\$/, "")
    if (cells($0) != 4) wrong("a row of another form")
    gsub(/"/, "", cell[3])
    printf "| %s | %s | %s |\n", cell[3], cell[2], known(told, cell[4])
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
    parts = split($0, piece, "\"") # number to next; name; ", "; what it says; ", "; what is done next; ")"
    if (parts != 7 || cells(piece[1]) < 7) wrong("a row of another form")
    number[cell[2]] = cell[1]; name[cell[2]] = piece[2]
    if (table == "states" && piece[4] != "")
        printf "| %s | *%s* | %s | %s |\n", piece[2], known(people, cell[5]), piece[4], known(next_is, cell[6]) piece[6]
}
/^REFERRAL_WORD\(/ {
    if (split($0, piece, "\"") != 7 || cells(piece[1]) < 1) wrong("a row of another form")
    people[cell[1]] = piece[4]
}

# Word and sentence of each value of an enum of proto/referral.proto, in one line or several.
table == "declines" && /^ *DECLINE_[A-Z_]+ = / { statement = "" }
table == "declines" { statement = statement $0 }
table == "declines" && /;$/ && statement ~ /^ *DECLINE_[A-Z_]+ = [1-9]/ {
    if (split(statement, part, "\"") != 5) wrong("a value without a word and a sentence")
    printf "| %s | %s |\n", part[2], part[4]
    statement = ""
}

# Behind the id the texts of a row.
table == "stops" && /^STOP_ROW\(/ {
    if (split($0, part, "\"") != 13) wrong("a row of another form")
    printf "| `refex %s` | %s | %s | %s |\n", part[2], part[4], part[6], part[8]
}

table == "steps" && /^REFERRAL_STEP\(/ {
    if (cells($0) != 4) wrong("a row of another form")
    printf "| %s | %s | %s | %s |\n", state(cell[1]), known(event, cell[2]), known(who, cell[3]), state(cell[4])
}

table == "bounds" && /^\/\* --- .* --- \*\/$/ {
    gsub(/^\/\* --- | --- \*\/$/, ""); sub(/ *\((docs|src)\/[^)]*\)/, "")
    printf "| **%s** | | |\n", $0
}
table == "bounds" && /^#define BOUND_[A-Z_]+ / {
    if (!match($0, /\/\* .* \*\/$/)) wrong("a limit without its reason in the same line")
    why = substr($0, RSTART + 3, RLENGTH - 6)
    sub(/ *\(docs\/PROTOCOL.md [^)]*\)/, "", why)
    while (match(why, /BOUND_[A-Z_]+/))
        why = substr(why, 1, RSTART - 1) "*" spoken(substr(why, RSTART, RLENGTH)) "*" substr(why, RSTART + RLENGTH)
    value = $0
    sub(/ *\/\*.*/, "", value); sub(/^#define [A-Z_]+ +/, "", value)
    limit[$2] = bound(value)
    printf "| %s | %s%s | %s |\n", spoken($2), grouped(limit[$2]), unit($2), why
}

table == "shares" && /^RESOURCE_ROW\(/ {
    if (!("BOUND_FRAME" in limit)) read_limits()
    if (cells($0) < 4 || !match($0, /"[^"]*"\)$/)) wrong("a row of another form")
    counted = substr($0, RSTART + 1, RLENGTH - 3)
    gsub(/"/, "", cell[2])
    printf "| %s | %s | %s |\n", cell[2], grouped(bound(cell[3])), counted
}

# Lists of words in C texts, over several lines each.
table == "codes" && /^static const char [a-z]+\[\] =$/ { list = $4; sub(/\[.*/, "", list); codes = ""; next }
table == "codes" && list != "" && /"/ {
    text = $0
    sub(/^[^"]*"/, "", text); sub(/".*/, "", text)
    codes = codes text
    if (/;$/) { printf "| %s, %d | %s |\n", list, split(codes, word, " "), codes; list = "" }
}

function texts(row) { # the strings of a row; a NULL is empty
    sub(/^[A-Z_]+\(/, "", row); sub(/\) *$/, "", row)
    gsub(/NULL/, "\"\"", row)
    gsub(/^[a-z_]+, "|^"|"$/, "", row)
    return split(row, cell, /", "/)
}

# All codes of languages, behind those of countries.
function add_languages(    row, all, n, others) {
    while ((getline row <"src/model/languages.def") > 0) {
        if (row !~ /^LANGUAGE_ROW\(/) continue
        if (texts(row) != 4) wrong("a row of another form")
        all = all (n++ ? " " : "") cell[1]
        if (cell[3] != "") others = others (others == "" ? "" : ", ") cell[3] " → " cell[1]
    }
    printf "| languages, %d | %s |\n| bibliographic codes, and what stands for each | %s |\n", n, all, others
}
END { if (table == "codes") add_languages() }

table == "languages" && /^LANGUAGE_ROW\(/ {
    if (texts($0) != 4) wrong("a row of another form")
    printf "| %s | %s | %s |\n", cell[1], cell[2] (cell[2] != "" && cell[3] != "" ? ", " : "") cell[3], cell[4]
}

# Of placeholders, {agency}, {id}, {referral} and {case} are as they are; what a function chooses is "…".
table == "findings" && /^FINDING_ROW\(/ {
    parts = split($0, words, "\"")
    if ((parts != 5 && parts != 7) || split(words[1], cell, / *, */) < 4) wrong("a row of another form")
    sentence = words[parts - 3]
    code = cell[2]; gsub(/_/, "-", code)
    if (!(code in remedy)) wrong("there is no " code)
    while (match(sentence, /\{[^{}|]*\|[^{}]*\}/)) { # {one|many}
        many = substr(sentence, RSTART, RLENGTH - 1); sub(/.*\|/, "", many)
        sentence = substr(sentence, 1, RSTART - 1) many substr(sentence, RSTART + RLENGTH)
    }
    gsub(/\{(what|then)\}/, "…", sentence); gsub(/\{since\}/, "{time}", sentence)
    gsub(/\|/, "\\|", remedy[code])
    printf "| %s | %s | %s | %s | %s |\n", sentence, code, tolower(cell[3]), remedy[code], words[parts - 1]
}

table == "checks" && /^CHECK_ROW\(/ {
    if (split($0, words, "\"") != 7 || split(words[3], cell, / *, */) != 4) wrong("a row of another form")
    printf "| %s | %s | %s |\n", words[2], words[4], cell[2] == "ASKER" ? "`refex`, as who asks" : "the node"
}

table == "ping" && /^PING_ROW\(/ {
    if (split($0, words, "\"") != 7) wrong("a row of another form")
    printf "| %s | %s |\n", words[2], words[4]
}
