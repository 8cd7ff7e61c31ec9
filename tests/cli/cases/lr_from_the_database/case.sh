homeward init case.hwc > /dev/null
homeward import -c case.hwc --apply case "$SOURCE/examples/paternity.json" > /dev/null
homeward import -c case.hwc --apply case "$SOURCE/examples/four_families.json" > /dev/null
homeward lr -c case.hwc paternity
homeward lr -c case.hwc paternity --json > a
homeward lr "$SOURCE/examples/paternity.json" --json > b
cmp a b && echo the same as the file
homeward lr -c case.hwc small/F1
echo "$?"
homeward lr -c case.hwc nobody
echo "$?"
homeward lr -c case.hwc paternity --case paternity
echo "$?"
