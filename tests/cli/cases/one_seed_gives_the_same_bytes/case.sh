#!/bin/sh
# The sums are fixed: a change of the generator, of the draws' order or of a printed digit shows.
# shellcheck disable=SC2086  # $3 holds several options
make() {
  homeward simulate --seed "$1" --families 20 --remains 24 --unrelated 6 --degraded 0.5 --out "$2.json" \
    --truth "$2.csv" --frequencies "$SOURCE/data/frequencies_nist1036_asian.csv" \
    --lengths "$SOURCE/data/amplicon_lengths_assumed.csv" --id fixed $3 > log
}
make 1 a && make 1 b && make 2 c
cmp a.json b.json && cmp a.csv b.csv
cmp -s a.json c.json && echo "two seeds, one case"
make 1 d "--degraded-as set --drop-in 0.05 --theta 0.02"
make 1 e "--mutation none --minimum-frequency none"
sha256sum a.json a.csv d.json e.json
