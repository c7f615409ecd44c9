#!/usr/bin/awk -f
# A table of docs/FIELDS.md from the options of proto/case.proto: fields_md.awk -v table=NAME case.proto, where NAME is
# one of those below. A comment above a field or message says what it holds.

BEGIN {
    head["sections"] = "| number | section | granted | holds |"
    head["fields"] = "| field | section | in proto | holds | label | also | |"
    head["left_out"] = "| HTCDS field | label | also | left out because |"
    head["labels"] = "| list | code | label | also |"
    if (!(table in head)) { print "fields_md.awk: there is no table " table >"/dev/stderr"; exit 1 }
    rule = head[table]
    gsub(/[^|]+/, "---", rule)
    print head[table] "\n" rule
    holds["LINE"] = "text"; holds["LINES"] = "long text"; holds["PHONE"] = "phone"; holds["EMAIL"] = "e-mail"
    holds["DATE"] = "date"; holds["COUNT"] = "number"; holds["LONGITUDE"] = "longitude"
    holds["LATITUDE"] = "latitude"; holds["COUNTRY"] = "country"; holds["LANGUAGE"] = "language"
    lists["COUNTRY"] = "countries"; lists["LANGUAGE"] = "languages"
}

# What KEY is in a statement, without quotes; "" where it is not.
function option(key,    text) {
    if (!match(statement, "[{ ]" key ": (\"[^\"]*\"|[A-Za-z0-9_]+)")) return ""
    text = substr(statement, RSTART + length(key) + 3, RLENGTH - length(key) - 3)
    gsub(/"/, "", text)
    return text
}
function word(camel, between) {
    gsub(/[A-Z]/, "_&", camel)
    sub(/^_/, "", camel)
    gsub(/_/, between, camel)
    return tolower(camel)
}
function what(type, list,    kind, bound) {
    kind = option("type"); bound = option("bound")
    if (kind == "") return type == "YesNo" ? "yes or no" : (list ? "any of " : "one of ") type
    if (!(kind in holds)) { print FILENAME ":" FNR ": no words for " kind >"/dev/stderr"; exit 1 }
    if (bound != "") bound = kind == "COUNT" ? " 0 to " bound : " ≤ " bound " bytes"
    return (list ? lists[kind] : holds[kind]) bound
}

/^ *\/\// { sub(/^ *\/\/ */, ""); comment = comment (comment == "" ? "" : " ") $0; next }
/^$/ { comment = ""; next }
{
    sub(/^ +/, "")
    statement = statement (statement == "" ? "" : " ") $0
    if (statement !~ /[;{}]( *\/\/.*)?$/) next
    gsub(/" +"/, "", statement)
}
table == "left_out" && statement ~ /^option \(left_out\)/ {
    printf "| %s | %s | %s | %s |\n", option("name"), option("label"), option("also"), option("why")
}
statement ~ /^(message|enum) / {
    split(statement, part, " ")
    in_enum = part[1] == "enum"
    name = part[2]
    about[name] = comment
}
statement ~ /^option \(form\)/ {
    section[option("section") + 0] = name
    by_name[name] = option("by_name")
}
!in_enum && statement ~ /^(repeated )?[A-Za-z0-9]+ [a-z_]+ = [0-9]+ / {
    list = sub(/^repeated /, "", statement)
    split(statement, part, " ")
    n = ++count[name]
    group[name, n] = list && option("type") == "" && option("label") == "" ? part[1] : ""
    proto[name, n] = part[2]
    json[name, n] = option("json")
    if (option("safety_page") != "") comment = comment (comment == "" ? "" : "; ") "on the safety page"
    rest[name, n] = what(part[1], list) " | " option("label") " | " option("also") " | " comment
}
in_enum && name != "YesNo" && statement ~ /^[A-Za-z0-9_]+ = [1-9]/ && table == "labels" {
    code = statement
    sub(/ .*/, "", code)
    code = substr(code, length(name) + 2)
    printf "| %s | %s | %s | %s |\n", name, code, option("label") == "" ? code : option("label"), option("also")
}
{ comment = statement = "" }

function print_fields(m, of, path,    i) {
    for (i = 1; i <= count[m]; i++)
        if (group[m, i] != "") print_fields(group[m, i], of, path proto[m, i] ".")
        else printf "| %s | %s | %s%s | %s |\n", json[m, i], word(of, "-"), path, proto[m, i], rest[m, i]
}
END {
    for (s = 1; s in section; s++)
        if (table == "sections")
            printf "| %d | %s | %s | %s |\n", s, word(section[s], "-"), by_name[section[s]] == "" ? "" : "by name only",
                about[section[s]]
        else if (table == "fields") print_fields(section[s], section[s], "")
}
