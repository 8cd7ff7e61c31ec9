# Kernels, threads, shards and a second search by what is remembered give the same bytes.
frequencies=$SOURCE/data/frequencies_nist1036_asian.csv
homeward simulate --seed 11 --frequencies "$frequencies" --lengths "$SOURCE/data/amplicon_lengths_assumed.csv" \
  --families 1100 --remains 70 --unrelated 30 --degraded 0.5 \
  --shapes mother,sib,children-spouse,sibs,parents,half-sibs --tables tables > /dev/null
homeward init case.hwc > /dev/null
homeward import -c case.hwc --apply frequencies "$frequencies" --normalise rescale \
  --minimum-frequency 5/2n --mutation stepwise --mutation-rate 0.001,0.002 --mutation-rate2 1e-6 \
  --mutation-range 0.1 --use > /dev/null
homeward import -c case.hwc --apply families tables/families.csv > /dev/null
homeward import -c case.hwc --apply profiles tables/references.csv > /dev/null
homeward import -c case.hwc --apply profiles tables/remains.csv > /dev/null
ask="-c case.hwc --threshold 3 --top 2 --floor 1"
whole() { homeward search $ask --dry-run --json "$@"; }
whole --no-cache --threads 1 > one.json
grep -c '"remains": "' one.json
for threads in 2 5; do whole --no-cache --threads $threads | cmp - one.json && echo "threads $threads"; done
whole --cache kept | cmp - one.json && echo "remembering"
whole --cache kept | cmp - one.json && echo "remembered"
for set in ref avx2 avx512; do
  HW_SIMD=$set homeward version > /dev/null 2>&1 || continue
  HW_SIMD=$set homeward search $ask --dry-run --json --no-cache | cmp - one.json || echo "$set differs"
done
for n in 1 5; do
  homeward search plan plan$n $ask --shards $n | head -n 1
  homeward search status plan$n; echo $?
  homeward search status plan$n --missing
  for k in $(seq $((n - 1)) -1 0); do homeward search run plan$n --shard $k; done > done.txt
  tail -n 1 done.txt
  homeward search run plan$n --shard 0
  homeward search status plan$n; echo $?
  homeward search status plan$n --missing; echo $?
  homeward search merge plan$n --json | cmp - one.json && echo "$n shards"
  homeward search merge plan$n -c case.hwc --dry-run --json | cmp - one.json && echo "into the case"
done
# The case changes: what is remembered is brought up to date, the plan is refused.
sed -n '1p;2,9s/R0/N0/p' tables/remains.csv > new.csv
homeward import -c case.hwc --apply profiles new.csv > /dev/null
whole --no-cache > full.json; whole --cache kept | cmp - full.json && echo "only what is new"
homeward search merge plan5 -c case.hwc --dry-run --json 2>&1; echo $?
# A shard is lost, another is damaged.
rm plan5/shard-0003.done
homeward search merge plan5 2>&1; echo $?
homeward search status plan5; echo $?
