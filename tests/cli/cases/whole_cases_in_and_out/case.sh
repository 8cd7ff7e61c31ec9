# JSON and Familias through the database and out again.
homeward init case.hwc > /dev/null
homeward import -c case.hwc --apply case "$SOURCE/examples/four_families.json" > /dev/null
homeward export case -c case.hwc --investigation small > small.json
homeward identify "$SOURCE/examples/four_families.json" --json > a
homeward identify small.json --json > b
cmp a b && echo the case is the same
homeward init second.hwc > /dev/null
homeward import -c second.hwc --apply case small.json > /dev/null
homeward export case -c second.hwc --investigation small > again.json
cmp small.json again.json && echo and stays the same
homeward import -c case.hwc --apply case "$SOURCE/examples/paternity.json" > /dev/null
homeward export fam -c case.hwc --investigation paternity > paternity.fam
homeward import -c second.hwc --apply fam paternity.fam | grep -e investigation -e written
homeward lr -c second.hwc paternity | grep father
homeward lr "$SOURCE/examples/paternity.json" | grep father
homeward export fam -c case.hwc --investigation small
echo "$?"
homeward export ped -c case.hwc --investigation small | cut -d' ' -f1-8 | tail -n 4
homeward export case -c case.hwc
echo "$?"
homeward import -c case.hwc --investigation two case "$SOURCE/tests/golden/kinship/x_single.json"
echo "$?"
