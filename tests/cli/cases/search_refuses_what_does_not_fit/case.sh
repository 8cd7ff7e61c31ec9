# One line each, exit status 2 (3 where the environment is at fault).
homeward init case.hwc > /dev/null
homeward import -c case.hwc --apply case "$SOURCE/examples/four_families.json" > /dev/null
try() { homeward search "$@" > out 2> message; echo "$? $(wc -l < out) $(cat message)"; }
try
try -c case.hwc --threshold lots
try -c case.hwc --threshold 3 --floor 4 --top 2
try -c case.hwc --floor 1
try -c case.hwc --top 1001
try -c case.hwc --threads 0
try -c case.hwc --shard 1
try -c case.hwc --shards 4
try -c case.hwc --cache here --no-cache
try -c case.hwc --prior 100 --prior-none 0.5 --investigation small
try -c case.hwc --prior 3 --investigation small
try -c case.hwc --investigation nowhere
try -c case.hwc --investigation main
try -c nothing.hwc
try -c case.hwc fold
try plan -c case.hwc
try plan folder --json -c case.hwc
try plan folder
try plan folder -c case.hwc --dry-run
try run folder
try run folder --shard -1
try run folder --shard 0 --threshold 3
try run nowhere --shard 0
try merge nowhere
try merge nowhere --dry-run
try status nowhere
try status folder --shard 1
try run folder more --shard 1
HW_SIMD=abacus homeward search -c case.hwc; echo $?
