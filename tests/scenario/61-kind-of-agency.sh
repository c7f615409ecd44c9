#!/bin/bash
# Goal: consent for a kind of agency is consent for the agencies of that kind today, each shown; kinds that may harm her
# need names.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO brest:Hospital minsk:Hospital police:Police
start ngo
import_cases ngo "$cases/cases.csv"
read -r case _ <<<"$out"
how=(--case "$case" --purpose services --given-by self --language uk --notice n-1 --seen-alone yes --until 2027-01-31)

say "every hospital of today, one consent each"
ask_well ngo consent record "${how[@]}" --section identity,contact --to Hospital --json
check "there are two" lines_are "$out" 2
check "each by its name" has "$out" '"recipient":"brest@nrm.example"'
check "each by its name" has "$out" '"recipient":"minsk@nrm.example"'
check "they were shown before" has "$err" "that is today: brest@nrm.example, minsk@nrm.example"
ask_well ngo consent record "${how[@]}" --section identity --to minsk,Hospital --json
check "who is named too is not there twice" lines_are "$out" 2

say "what may harm her needs names"
for section in whereabouts health exploitation perpetrators proceedings child; do
    refused 77 E-CON-19 ngo consent record "${how[@]}" --section "identity,$section" --to Hospital
done
ask_well ngo consent record "${how[@]}" --section health --to brest --json
ask_well ngo consent record --case "$case" --refused --section health --purpose services --given-by self --to Hospital --json
check "a no may be said to all of a kind" lines_are "$(grep '"consent"' <<<"$out")" 2
check "the answer names each yes that it withdrew" lines_are "$(grep '"withdraws"' <<<"$out")" 5

say "a kind without members, and the own agency"
refused 64 E-USE-04 ngo consent record "${how[@]}" --section identity --to Court
refused 64 E-USE-04 ngo consent record "${how[@]}" --section identity --to SupportNGO
ask_well ngo consent list --json
check "nothing was recorded beside" lines_are "$out" 7
stop ngo

end_scenario
