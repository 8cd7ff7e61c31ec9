# A search is a run: stored once, compared with the last one, computed again.
homeward init case.hwc > /dev/null
homeward import -c case.hwc --apply case "$SOURCE/examples/four_families.json" > /dev/null
ask="-c case.hwc --investigation small --threshold 4"
echo "== first"
homeward search $ask --reason 'the first'
echo "== again"
homeward search $ask | tail -n 1
echo "== higher"
homeward search $ask --threshold 12 | tail -n 3
homeward check -c case.hwc --recompute | head -n 1
homeward show run run-1 -c case.hwc | grep -o '"method":"search","threshold_log10_lr":4,'
homeward export comparisons -c case.hwc | cut -d, -f1-5 | head -n 4
ls case.hwc.search
# What another method has stored is not what a search is compared with.
homeward identify -c case.hwc --investigation small | tail -n 1
homeward search $ask --threshold 12 | tail -n 1
# Nobody may have changed what was planned by the time it is stored.
homeward search plan plan $ask > /dev/null
homeward search run plan --shard 0
homeward search merge plan -c case.hwc --investigation small | tail -n 1
homeward search merge plan -c case.hwc --investigation main; echo $?
homeward search merge plan | head -n 2
homeward search $ask --threshold 3 --json > stored.json
grep -o '"investigation": "small"\|"stored": [a-z]*\|"unchanged": [a-z]*' stored.json
homeward search $ask --threshold 3 --json --dry-run > dry.json
head -n "$(($(wc -l < dry.json) - 2))" dry.json > head.json
head -n "$(wc -l < head.json)" stored.json | cmp - head.json && echo "the same before that"
