#!/bin/bash
# What the options of a .proto do not say in full ends tools/contract_tables with a sentence, and what it makes is the
# same twice: contract_tables.sh BUILD PROTOC FOLDER CC, where google/protobuf is in FOLDER.
set -u
build=$1 generator=$1/bin/contract_tables protoc=$2 google=$3 cc=$4
protos=$(cd "$(dirname "$0")/../../../proto" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
    echo "$*" >&2
    failures=$((failures + 1))
}

# Makes all of FILE into $work/FOLDER; what is wrong stands in $work/said.
make() { # FILE FOLDER
    rm -rf "${work:?}/$2"
    mkdir -p "$work/$2/tables/codec/codec" "$work/$2/tables/model/model" "$work/$2/docs/schema"
    {
        "$protoc" -I "$work" -I "$protos" -I "$google" --include_imports --descriptor_set_out="$work/set" "$1" &&
            "$generator" "$work/set" "$1" "$work/$2"
    } 2>"$work/said"
}

# A contract of these LINES is refused with SENTENCE; BOUNDARY is its option.
refused() { # SENTENCE LINES [BOUNDARY]
    printf '%s\n' 'syntax = "proto3";' 'package refex.bad;' 'import "options.proto";' \
        "${3-option (boundary) = {name: \"BODY\"\};}" "$2" >"$work/bad.proto"
    if make bad.proto made; then fail "taken, though: $1"
    elif ! grep -qF -- "$1" "$work/said"; then fail "not \"$1\" but: $(cat "$work/said")"
    fi
}

# The same of a case: LINES are those of a section.
case_refused() { # SENTENCE LINES [LISTS]
    refused "$1" "message One { option (form) = {section: 1}; $2 } ${3-}" 'option (boundary) = {name: "BODY", cases: true};'
}

for contract in case control; do
    make $contract.proto one || fail "$contract.proto is refused: $(cat "$work/said")"
    make $contract.proto two || fail "$contract.proto is refused: $(cat "$work/said")"
    diff -r "$work/one" "$work/two" >&2 || fail "$contract.proto makes something else the second time"
    [ -s "$work/one/tables/codec/${contract}_messages.c" ] || fail "nothing is made of $contract.proto"
done
# Status is a message of both.
[ -s "$work/one/docs/schema/status.json" ] || fail 'an answer has no schema'
make case.proto one
[ -s "$work/one/docs/schema/cases_status.json" ] || fail 'a section of a case has no schema'

refused 'bad.proto: is not there, or has no option `boundary`' 'message One {}' ''
refused 'One.text: has no bound' 'message One { string text = 1; }'
refused 'One.numbers: a list without a bound `items`' 'message One { repeated uint32 numbers = 1; }'
refused 'One.day: a type of cases' 'message One { uint32 day = 1 [(is) = {type: DATE}]; }'
refused 'One.ratio: a type that no contract uses' 'message One { double ratio = 1; }'
refused 'One.key: is secret, and told' 'message One { bytes key = 1 [(is) = {bound: "9", secret: true, json: "key"}]; }'
refused 'One: contains itself' 'message One { One one = 1; }'
refused 'Two: contains itself' 'message One { Two two = 1; }
    message Two { bytes three = 1 [(is) = {holds: "Three", into: "inside", bound: "9"}]; } message Three { Two two = 1; }'
refused 'One: contains itself' 'message One { uint32 one = 1 [(is) = {json: "one", object: "One"}]; }'
refused '.refex.bad.Two is not among the contracts' 'message One { bytes two = 1 [(is) = {holds: "Two", bound: "9"}]; }'
refused 'One: `kinds_from` without a field `kind`' \
    'message One { option (form) = {kinds_from: 15}; uint32 number = 1; }'
refused 'One: `kinds_from` without a field `kind`' 'message One { option (form) = {kinds_from: 15}; }'

# What stands beside a member stands in one place of its row.
beside='one alone of `has`, `into` and the length of a list may stand beside it'
refused "One.ids: $beside" \
    'message One { repeated bytes ids = 1 [(is) = {type: ID, items: "9", has: "has_ids"}]; }'
refused "One.two: $beside" 'message Two { option (form) = {bound: "9"}; uint32 n = 1; }
    message One { repeated bytes two = 1 [(is) = {holds: "Two", into: "it", items: "9"}]; }'
refused "One.two: $beside" 'message Two { option (form) = {bound: "9"}; uint32 n = 1; }
    message One { bytes two = 1 [(is) = {holds: "Two", into: "it", has: "has_two"}]; }'

# Nothing is told that src/codec/told.c cannot tell.
refused 'One.salt: a type that is not told' \
    'message One { bytes salt = 1 [(is) = {type: FIXED, bound: "8", json: "salt"}]; }'
refused 'One.label: a type that is not told' 'message One { string label = 1 [(is) = {type: LABEL, json: "label"}]; }'
refused 'One.ids: a type that is not told' \
    'message One { bytes ids = 1 [(is) = {type: ITEMS, c_type: "struct ident", items: "9", json: "ids"}]; }'
meaning='its type has no such meaning'
refused "One.label: $meaning" \
    'message One { string label = 1 [(is) = {type: LABEL, json: "label", meaning: AS_BASE64}]; }'
refused "One.text: $meaning" \
    'message One { string text = 1 [(is) = {bound: "9", json: "text", meaning: AS_WORDS, words: "x_name"}]; }'
refused "One.id: $meaning" 'message One { bytes id = 1 [(is) = {type: ID, json: "id", meaning: AS_FINGERPRINT}]; }'
refused "One.text: $meaning" 'message One { string text = 1 [(is) = {bound: "9", meaning: AS_MEMBERS}]; }'
refused 'One.notes: members of what, without `object`' \
    'message One { bytes notes = 1 [(is) = {bound: "9", meaning: AS_MEMBERS}]; }'
words='without `words`, the function that names its numbers'
refused "One.numbers: $words" \
    'message One { repeated uint32 numbers = 1 [(is) = {type: SET, bound: "9", json: "numbers"}]; }'
refused "One.bits: $words" 'message One { uint32 bits = 1 [(is) = {json: "bits", meaning: AS_WORDS}]; }'

refused 'Word: its first value is 0 and is called X_ABSENT' 'enum Word { ABSENT = 0; WORD_ONE = 1; }'
refused 'WORD_TWO: its number does not ascend' 'enum Word { WORD_ABSENT = 0; WORD_ONE = 2; WORD_TWO = 1; }'
refused 'Word: some of its values have a word or a sentence, and some have none' \
    'enum Word { WORD_ABSENT = 0; WORD_ONE = 1 [(code) = {word: "one"}]; WORD_TWO = 2; }'
refused 'Word: some of its values have a word or a sentence, and some have none' \
    'enum Word { WORD_ABSENT = 0; WORD_ONE = 1; WORD_TWO = 2 [(code) = {says: "two of them"}]; }'

case_refused 'has no name in JSON, or no label' 'string text = 1 [(is) = {type: LINE, json: "ext_Text"}];'
case_refused 'has no name in JSON, or no label' 'string text = 1 [(is) = {type: LINE, label: "Text"}];'
case_refused 'a type that no field of a case has' 'uint32 at = 1 [(is) = {type: TIME, json: "ext_At", label: "At"}];'
case_refused 'of which there are no lists' 'repeated string text = 1 [(is) = {type: LINE, json: "ext_T", label: "T"}];'
case_refused 'of which there are no lists' 'repeated YesNo well = 1 [(is) = {json: "ext_Well", label: "Well"}];' \
    'enum YesNo { YesNo_NotKnown = 0; YesNo_Yes = 1; YesNo_No = 2; }'
case_refused 'has no bound, or one that nobody asks' \
    'uint32 count = 1 [(is) = {type: COUNT, json: "ext_Count", label: "Count"}];'
case_refused 'has no bound, or one that nobody asks' \
    'uint32 day = 1 [(is) = {type: DATE, bound: "9", json: "ext_Day", label: "Day"}];'
case_refused 'One.group: has no name in JSON' 'repeated Two group = 1;' 'message Two {}'
case_refused 'Other: numbers of sections begin with 1, ascend and leave none out' '' \
    'message Other { option (form) = {section: 3}; }'
case_refused 'Best_One: does not begin with the name of its enum' '' 'enum Word { Word_NotKnown = 0; Best_One = 1; }'
case_refused 'the numbers of codes leave none out, and 0 is NotKnown' '' 'enum Word { Word_NotKnown = 0; Word_One = 2; }'
case_refused 'the numbers of codes leave none out, and 0 is NotKnown' '' 'enum Word { Word_None = 0; Word_One = 1; }'

# A contract of these LINES is taken: what it makes lies in $work/made.
taken() { # LINES
    printf '%s\n' 'syntax = "proto3";' 'package refex.bad;' 'import "options.proto";' \
        'option (boundary) = {name: "BODY"};' "$1" >"$work/bad.proto"
    make bad.proto made || fail "refused: $1: $(cat "$work/said")"
}

# Who holds the bytes of a message with a secret, or the message, holds the secret.
taken 'message One { bytes key = 1 [(is) = {bound: "9", secret: true}]; }
    message Two { bytes one = 1 [(is) = {holds: "One", into: "inside", bound: "9"}]; }
    message Three { One one = 1; }'
[ "$(grep -c 'secret = 1' "$work/made/tables/codec/bad_messages.c")" = 3 ] || fail 'what holds a secret is none'

# What a schema says, in the order of the .proto; the walk goes by numbers.
taken 'message Two { uint32 number = 1 [(is) = {json: "number", must: true}]; }
    message One {
        string text = 9 [(is) = {bound: "9", json: "text"}];
        string must = 1 [(is) = {bound: "9", json: "must", must: true}];
        string by = 2 [(is) = {bound: "9", json: "by", must: true, by: "tell"}];
        string left_out = 3 [(is) = {bound: "9", json: "left_out", omit_empty: true}];
        string when = 4 [(is) = {bound: "9", json: "when", must: true, when: "is_told"}];
        bytes id = 5 [(is) = {type: ID, json: "id", must: true, has: "has_id"}];
        int64 at = 6 [(is) = {type: TIME, json: "a.b"}];
        bool flag = 7 [(is) = {json: "a.c"}];
        repeated Two twos = 8 [(is) = {items: "9", json: "twos"}];
        Two two = 10 [(is) = {json: "two"}];
    }'
two='{"type":"object","required":["number"],"properties":{"number":{"minimum":0,"type":"integer"}}}'
diff <(jq -c . "$work/made/docs/schema/one.json") - <<END || fail 'the schema is another'
{"\$schema":"https://json-schema.org/draft/2020-12/schema","\$id":"urn:refex.bad.One","title":"One","type":"object",\
"required":["text","must","by","twos","two"],"properties":{"text":{"anyOf":[{"type":"string"},{"type":"null"}]},\
"must":{"type":"string"},"by":{"anyOf":[{"type":"string"},{"type":"null"}]},"left_out":{"type":"string"},\
"when":{"type":"string"},"id":{"pattern":"^[0-9a-f]{32}\$","type":"string"},\
"a":{"type":"object","properties":{"b":{"anyOf":[{"format":"date-time","type":"string"},{"type":"null"}]},\
"c":{"type":"boolean"}}},"twos":{"type":"array","items":$two},"two":{"anyOf":[$two,{"type":"null"}]}}}
END
numbers=$(sed -n '/bad_one_fields/,/^};/s/.*{.number = \([0-9]*\),.*/\1/p' "$work/made/tables/codec/bad_messages.c")
[ "${numbers//$'\n'/ }" = '1 2 3 4 5 6 7 8 9 10' ] || fail "the fields of a table come as ${numbers//$'\n'/ }"

# What cannot be read or written ends with a sentence.
ends_with() { # SENTENCE ARGUMENT…
    "$generator" "${@:2}" 2>"$work/said" && fail "no error, though: $1"
    grep -qF -- "$1" "$work/said" || fail "not \"$1\" but: $(cat "$work/said")"
}
ends_with 'usage: contract_tables DESCRIPTOR_SET FILE.proto FOLDER' "$work/set" bad.proto
ends_with 'cannot be read, or is no descriptor set' "$work/none" bad.proto "$work/made"
echo 'no set' >"$work/none"
ends_with 'cannot be read, or is no descriptor set' "$work/none" bad.proto "$work/made"
{ cat "$work/set" && head -c 17000000 /dev/zero; } >"$work/none"
ends_with 'cannot be read, or is no descriptor set' "$work/none" bad.proto "$work/made"
for file in tables/codec/bad_messages.c docs/schema/two.json docs/schema/one.json; do
    ln -sf /dev/full "$work/made/$file"
    ends_with 'cannot be written' "$work/set" bad.proto "$work/made"
    rm "$work/made/$file"
done

# Fields that share a member share it where one of them stands alone, and else make a struct that does not compile.
sharing() { # KINDS_FROM
    taken "message Two { uint32 n = 1; }
        message One { option (form) = {kinds_from: $1}; uint32 kind = 1;
        Two a = 2 [(is) = {member: \"it\"}]; Two b = 3 [(is) = {member: \"it\"}]; }"
    grep -cF 'struct bad_two it;' "$work/made/tables/codec/codec/bad_messages.h"
}
for row in 0:2 1:1 3:2; do
    [ "$(sharing ${row%:*})" = "${row#*:}" ] || fail "a member is not there ${row#*:} times, kinds_from ${row%:*}"
done

# A function that an option names is one of the message that it stands in, or the table does not compile.
compiles() { # LINE of a table
    printf '%s\n' '#include "codec/contract.h"' '#include "codec/rules.h"' '#include "codec/told_rules.h"' "$1" |
        "$cc" -std=c11 -D_GNU_SOURCE -fsyntax-only -Wall -Werror -Wno-unused-function -I "$build/faces/base" \
            -I "$build/faces/model" -I "$build/faces/codec" -I "$build/tables/model" -x c - 2>"$work/said"
}
for row in RULE:peer_hello:rules_hello WHEN:control_audit_verdict:told_log_is_bad BY:control_agency:told_known_key; do
    IFS=: read -r kind struct function <<<"$row"
    compiles "CONTRACT_$kind(any, $struct, $function)" || fail "$function does not compile: $(cat "$work/said")"
    compiles "CONTRACT_$kind(any, control_consent, $function)" && fail "$function is taken for another message"
done
taken 'message One { option (form) = {rule: "rules_one"};
    uint32 n = 1 [(is) = {json: "n", when: "is_told", by: "tell"}]; }'
for line in 'RULE(bad_one_RULE, bad_one, rules_one)' 'WHEN(bad_one_n_WHEN, bad_one, is_told)' \
    'BY(bad_one_n_BY, bad_one, tell)'; do
    grep -qxF "CONTRACT_$line" "$work/made/tables/codec/bad_messages.c" || fail "no CONTRACT_$line in what is made"
done

[ $failures = 0 ]
