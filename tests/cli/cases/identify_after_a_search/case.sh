# The pairs that a search kept are the candidates; the search must have compared the data of today.
homeward init case.hwc > /dev/null
homeward import -c case.hwc --apply case "$SOURCE/examples/four_families.json" > /dev/null
ask="-c case.hwc --investigation small"
homeward identify $ask --after-search; echo "$?"
homeward search $ask --threshold 0 > /dev/null
homeward identify $ask --after-search --best 2 --per-marker F003:F003-M1:R0006 | grep -v '^  [A-Z]'
homeward identify $ask --after-search --json --dry-run | grep '"after_search"\|"not_candidates"'
homeward check -c case.hwc --recompute | sed 's/^.*entries: //; q'
homeward export comparisons -c case.hwc | cut -d, -f1,2,5 | sort -u -t, -k2,3 | wc -l
homeward export profiles -c case.hwc | sed '1p; /R0001/!d; s/^[^,]*,/again,/; s/single/replicate/' > more.csv
printf 'code,investigation,sex\nX1,small,male\n' > samples.csv
homeward import -c case.hwc --apply samples samples.csv > /dev/null
sed -n 1p more.csv > new.csv
sed -n '$s/^again,[^,]*,[^,]*,/X1,,X1,/p' more.csv | sed 's/replicate/single/' >> new.csv
homeward import -c case.hwc --apply profiles new.csv > /dev/null
homeward identify $ask --after-search; echo "$?"
