homeward init case.hwc > /dev/null
homeward import -c case.hwc --apply case "$SOURCE/examples/four_families.json" > /dev/null
homeward identify -c case.hwc --investigation small --pairwise --threshold 4 --json > first.json
homeward identify "$SOURCE/examples/four_families.json" --pairwise --threshold 4 --json > file.json
# The numbers are the file's; the database adds what became of the run.
grep log10_lr first.json | grep remains > a; grep log10_lr file.json | grep remains > b
cmp a b && echo same numbers
homeward identify -c case.hwc --investigation small --pairwise --json --threshold 8 | sed -n '/"run": {/,$p'
