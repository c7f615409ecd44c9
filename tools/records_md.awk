#!/usr/bin/awk -f
# A table of a page in docs/ from proto/audit.proto: records_md.awk -v table=NAME FILE. NAME: records (what each kind
# says, for docs/AUDITOR.md), record_fields (what stands in it, for docs/PROTOCOL.md), record_members (what --json has
# of it, for docs/JSON.md). The words are the comments above the fields.

BEGIN {
    head["records"] = "| record | says |\n|---|---|"
    head["record_fields"] = "| kind of record | fields |\n|---|---|"
    head["record_members"] = "| member | type | says |\n|---|---|---|"
    if (!(table in head)) { print "records_md.awk: there is no table " table >"/dev/stderr"; exit 1 }
    print head[table]
    while ((getline line <"src/base/bounds.h") > 0)
        if (split(line, word, " ") > 2 && word[1] == "#define") bound[word[2]] = word[3]
    json["ID"] = "id"; json["HASH"] = "hash"; json["FINGERPRINT"] = "fingerprint"; json["PATH"] = "list of hash"
    json["TIME"] = "time"; json["DAY"] = "day"
    json["AGENCY"] = json["ADDRESS"] = json["LINE"] = "text"
    wire["ID"] = "16"; wire["HASH"] = wire["FINGERPRINT"] = "32"; wire["TIME"] = "u64 ms"; wire["DAY"] = "day"
}
function wrong(why) { print FILENAME ": " why >"/dev/stderr"; exit 1 }
# What the options say of KEY: `type: ID` or `json: "to"`.
function option(key,    text) {
    if (!match(options, "[{ ]" key ": [^,}]*")) return ""
    text = substr(options, RSTART + length(key) + 3, RLENGTH - length(key) - 3)
    gsub(/"/, "", text)
    return text
}
function grouped(n) { return n > 999 ? int(n / 1000) "," substr(n, length(n) - 2) : n }
function limit(name) { return name in bound ? bound[name] : wrong("no bound " name) }
function wire_type(type,    text) {
    if (type in wire) text = wire[type]
    else if (type == "PATH") text = "32 each, at most " limit(option("bound"))
    else if (type == "LINE") text = "text ≤ " limit(option("bound"))
    else if (declared == "bytes") text = "≤ " grouped(limit(option("bound"))) " bytes"
    else if (declared == "uint64") text = "u64"
    return text == "" ? "" : " (" text ")"
}
function json_type(type,    text, word) {
    word = option("table") != "" || declared ~ /^[A-Z]/ || type == "" && option("words") != "" # of an enum, or named
    text = word || (type == "" && option("by") != "") ? "text" : "number"
    if (declared == "Purpose") text = "purpose"
    if (type in json) text = json[type]
    if (type == "SET") { text = option("words"); sub(/_name$/, "", text); sub(/.*_/, "", text); text = "list of " text }
    if (type == "" && declared == "string" || option("meaning") == "AS_NOTE") text = "text"
    if (list != "" && type != "SET") text = "list of " text
    return text (option("must") == "" && (type == "DAY" || word) ? " or null" : "")
}

/ = [0-9]+$/ { line = $0; getline; sub(/^ +/, " "); $0 = line $0 } # its options stand in the next line
/^message [A-Za-z]+ \{$/ { message = $2; fields[message] = 0; said = ""; next }
/^ *\/\/ / { text = $0; sub(/^ *\/\/ /, "", text); said = said (said == "" ? "" : " ") text; next }
!/^  (repeated )?[A-Za-z0-9]+ [a-z_]+ = [0-9]+( \[\(is\) = \{.*\}\])?;$/ { said = ""; next }
{
    options = $0; if (!sub(/^[^{]*/, "", options)) options = ""
    if ($1 == "repeated") { sub(/repeated /, ""); list = "[]" } else list = ""
    declared = $1; name = $2; number = $4 + 0
    if (message == "AuditRecord") {
        if (number > 15) {
            n = ++kinds
            kind[n] = number - 15; of[n] = $1; called[n] = toupper(name); says[n] = said
        } else if (option("json") != "")
            begin = begin "| `" option("json") "`" (option("has") != "" ? "?" : "") " | " json_type(option("type")) \
                " | each record" (said == "" ? "" : ": " said) " |\n"
        said = ""
        next
    }
    type = option("type"); f = ++fields[message]
    at[message, f] = number
    written[message, number] = number " " name list (option("must") == "" ? "?" : "") wire_type(type) \
        (said == "" ? "" : ": " said)
    told[message, f] = option("json")
    whole[message, f] = option("meaning") == "AS_MEMBERS" ? option("object") : ""
    shown[message, f] = json_type(type)
    comment[message, f] = said
    said = ""
}

function mark(n) { return says[n] ~ /^\*\*not yet\*\*/ ? " (**not yet**)" : "" }
# A row a message, with its kinds; fields ascend.
function print_fields(    n, i, k, row, list, done) {
    for (n = 1; n <= kinds; n++) {
        if (of[n] in done) continue
        done[of[n]] = 1
        row = kind[n] > 63 ? "house log: " : ""
        for (i = n; i <= kinds; i++)
            if (of[i] == of[n]) row = row (i > n ? ", " : "") kind[i] " " called[i] mark(i)
        list = ""
        for (k = 1; k < 100; k++)
            if ((of[n], k) in written) list = list (list == "" ? "" : " · ") written[of[n], k]
        print "| " row " | " list " |"
    }
}
# "text or number", and "or null" at the end.
function either(a, b,    null) {
    null = (a b) ~ / or null/ ? " or null" : ""
    gsub(/ or null/, "", a); gsub(/ or null/, "", b)
    return (a == "" || a == b ? b : a " or " b) null
}
# The members of MESSAGE, which kind N has.
function add_members(message, n,    i, name) {
    for (i = 1; i <= fields[message]; i++) {
        if (whole[message, i] != "") add_members(whole[message, i], n)
        name = told[message, i]
        if (name == "") continue
        if (!(name in which)) { order[++count] = name; remark[name] = comment[message, i] }
        if (remark[name] != comment[message, i]) remark[name] = ""
        what[name] = either(what[name], shown[message, i])
        if (kind[n] < 64) which[name] = which[name] (which[name] == "" ? "" : ", ") called[n]
        else if (which[name] !~ /house log$/) which[name] = which[name] (which[name] == "" ? "" : ", ") "house log"
    }
}
# A row a member, in the order in which they come first.
function print_members(    n, i, name) {
    printf "%s", begin
    for (n = 1; n <= kinds; n++) add_members(of[n], n)
    for (i = 1; i <= count; i++) {
        name = order[i]
        gsub(/ \([0-9]+\)/, "", remark[name]) # sections of PROTOCOL.md
        if (remark[name] ~ /(^| )[0-9] /) remark[name] = "" # it says the numbers; the words stand in PROTOCOL.md
        printf "| `%s`? | %s | %s%s |\n", name, what[name], which[name], remark[name] == "" ? "" : ": " remark[name]
    }
}
END {
    if (table == "record_fields") print_fields()
    if (table == "record_members") print_members()
    for (n = 1; table == "records" && n <= kinds; n++)
        if (mark(n) == "") print "| " called[n] (kind[n] > 63 ? " (house log)" : "") " | " says[n] " |"
}
