#!/bin/sh
homeward simulate --seed 4 --families 36 --remains 50 --unrelated 20 --degraded 0.5 --out case.json \
  --truth truth.csv --frequencies "$SOURCE/data/frequencies_nist1036_asian.csv" \
  --lengths "$SOURCE/data/amplicon_lengths_assumed.csv" > log
homeward identify case.json --pairwise --threshold 4 --truth truth.csv --prior-none 0.5 --top 1; echo "exit $?"
# A table that claims other owners: every proposal is now false, and the status says so.
awk -F, -v OFS=, 'NR > 1 { $2 = $3 = $4 = "" } { print }' truth.csv > lie.csv
homeward identify case.json --pairwise --threshold 4 --truth lie.csv --prior-none 0.5 --top 1 | grep -c FALSE:
homeward identify case.json --pairwise --threshold 4 --truth lie.csv --prior-none 0.5 > log; echo "exit $?"
sed 2d truth.csv > short.csv
homeward identify case.json --pairwise --threshold 4 --truth short.csv > log 2>&1; echo "exit $?"; cat log
