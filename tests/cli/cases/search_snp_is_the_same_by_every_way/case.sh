# By STR, SNP and lines together: threads, kernels, shards, what is remembered, an interrupted and a
# killed search give the same bytes; what is not of the plan is refused. All data are synthetic.
frequencies=$SOURCE/data/frequencies_nist1036_asian.csv panel=$SOURCE/data/panel_force.csv
export HOMEWARD_CASE=case.hwc
homeward simulate --seed 7 --panel "$panel" --panel-population ALL --frequencies "$frequencies" \
  --families 20 --remains 16 --unrelated 4 --coverage 1 --lineage --tables t \
  --shapes mother,uncles,half-sibs,cousins > /dev/null
{
  homeward init
  homeward import --apply frequencies "$frequencies"
  homeward import --apply panel "$panel" --population ALL
  homeward import --apply families t/families.csv
  homeward import --apply profiles t/references.csv
  homeward import --apply profiles t/remains.csv
  homeward import --apply vcf t/snp_references.vcf --samples-are references
  homeward import --apply vcf t/snp_remains.vcf
  homeward import --apply mtdna t/mtdna.csv
  homeward import --apply ystr t/ystr.csv
} > /dev/null
ask="--threshold 3 --top 1 --floor 1 --mt-differences 1"
quiet() {
  homeward search "$@" 2> err.txt
  status=$?
  grep -v 'note:' err.txt
  return $status
}
whole() { quiet $ask --dry-run --json "$@"; }
whole --no-cache --threads 1 > one.json
grep -c '"remains": "' one.json
whole --no-cache --threads 3 | cmp - one.json && echo "threads"
for set in ref avx2 avx512; do
  HW_SIMD=$set homeward version > /dev/null 2>&1 || continue
  HW_SIMD=$set whole --no-cache | cmp - one.json || echo "$set differs"
done
whole --cache kept | cmp - one.json && echo "remembering"
whole --cache kept | cmp - one.json && echo "remembered"
ls kept
for n in 1 4; do
  quiet plan plan$n $ask --shards $n
  for k in $(seq $((n - 1)) -1 0); do quiet run plan$n --shard $k; done > done.txt
  tail -n 1 done.txt
  quiet status plan$n
  quiet merge plan$n --json > found$n.json
  quiet merge plan$n -c case.hwc --dry-run --json | cmp - one.json && echo "$n shards"
done
cmp found1.json found4.json && grep -c '"remains": "' found1.json
quiet merge plan4 | cut -d: -f1,2 | sed 's/plan4/PLAN/'
echo "== some kinds only"
for kinds in str str,mt snp,y; do
  quiet plan "plan-$kinds" --kinds $kinds --shards 2 | head -n 1
  for k in 0 1; do quiet run "plan-$kinds" --shard $k; done > /dev/null
  quiet merge "plan-$kinds" -c case.hwc --dry-run --json > merged.json
  quiet --kinds $kinds --no-cache --dry-run --json | cmp - merged.json && echo "$kinds"
done
echo "== the plan's parameters count, and only of them"
quiet merge plan4 -c case.hwc --threshold 4; echo $?
quiet run plan4 --shard 4; echo $?
quiet plan plan4 --threshold 3; echo $?
echo "== of another plan, cut, changed, of another version"
quiet plan other $ask --each 2 --shards 4 > /dev/null
quiet run other --shard 3 > /dev/null
cp plan4/shard-0003.done whole.done
cp other/shard-0003.done plan4/
quiet merge plan4 --json; echo $?
head -c 100 whole.done > plan4/shard-0003.done
quiet merge plan4 -c case.hwc; echo $?
quiet run plan4 --shard 3 && cmp whole.done plan4/shard-0003.done && echo "run again"
sed -i 's/"program": "[^"]*"/"program": "0.0.9"/' other/manifest.json
quiet run other --shard 2 | sed 's/this is version [^:]*/this is version V/'
head -c 3000 plan1/input-snp > cut; cp cut plan1/input-snp
quiet run plan1 --shard 0; echo $?
echo "== the case has changed"
quiet merge plan4 -c case.hwc --reason 'in shards' | tail -n 2
homeward show run run-1 | grep -c '"snp_panel": "panel_force"'
homeward set-state snp_profile "$(homeward export snp_profile | sed -n '2s/,.*//p')" withdrawn --reason 'contaminated' \
  > /dev/null
quiet merge plan4 -c case.hwc --dry-run; echo $?
quiet merge plan4 --json | cmp - found1.json && echo "what was found stays"
for profile in $(homeward export snp_profile | sed -n 's/^\(R[^,]*\),.*/\1/p'); do
  homeward set-state snp_profile "$profile" withdrawn --reason 'contaminated' > /dev/null
done
quiet merge plan4 -c case.hwc --dry-run; echo $?
