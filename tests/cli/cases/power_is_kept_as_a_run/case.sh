# A study with --store is a run: once for what it says, with codes, and checks pass over it.
homeward init case.hwc > /dev/null
homeward import -c case.hwc --apply case "$SOURCE/examples/four_families.json" > /dev/null
homeward power -c case.hwc --investigation small --pairs --store > first.txt
echo "status $?"
homeward power -c case.hwc --investigation small --pairs > unstored.txt
cmp first.txt unstored.txt && echo "the same tables"
homeward power -c case.hwc --investigation small --pairs --store > /dev/null
homeward power -c case.hwc --investigation small --pairs --store --threshold 6 --json > /dev/null
homeward power -c case.hwc --investigation small --family F004 --store > /dev/null
homeward export runs -c case.hwc | cut -d, -f1-5 | grep -o '^[^,]*,[^,]*\|"method"": ""[a-z]*\|threshold_log10_lr"": [0-9]*' | paste -sd' '
homeward export powers -c case.hwc | cut -d, -f1 | sort | uniq -c
homeward check -c case.hwc --recompute | sed 's/ [0-9a-f]\{64\}$//'
echo "status $?"
