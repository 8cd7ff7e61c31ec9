# A bone whose mtDNA or Y cannot be of the line is not proposed, but told apart from the others. All
# data are synthetic; one haplotype of each kind is exchanged by hand.
panel=$SOURCE/data/panel_force.csv
export HOMEWARD_CASE=case.hwc
homeward simulate --seed 3 --panel "$panel" --panel-population ALL --families 6 --remains 6 \
  --unrelated 1 --coverage 1 --lineage --tables t --truth truth.csv --shapes mother,uncles > /dev/null
bone=$(awk -F, '$4 == "mother" { print $1; exit }' truth.csv)
uncle=$(awk -F, '$4 == "uncles" { print $1; exit }' truth.csv)
sed -E "s/^([^,]*,$bone,[^,]*,).*/\1 93G 150T 152C 195C 263G 16069T 16126C/" t/mtdna.csv > mtdna.csv
awk -F, -v OFS=, -v bone="$uncle" '$2 == bone { for (i = 3; i < 9; i++) $i += 2 } { print }' t/ystr.csv > ystr.csv
{
  homeward init
  homeward import --apply panel "$panel" --population ALL
  homeward import --apply families t/families.csv
  homeward import --apply vcf t/snp_references.vcf --samples-are references
  homeward import --apply vcf t/snp_remains.vcf
  homeward import --apply mtdna mtdna.csv
  homeward import --apply ystr ystr.csv
} > /dev/null
homeward search 2> /dev/null
homeward check --recompute | head -n 1
homeward search --json --dry-run 2> /dev/null > found.json
python3 - found.json <<'END'
import json, sys
found = json.load(open(sys.argv[1]))
for pair in found['kept_apart']:
    kind = pair['excluded_by'][0]
    print(pair['remains'], pair['excluded_by'], pair['evidence'][kind + '_verdict'], pair['proposed'])
assert not any(pair['excluded_by'] for pair in found['pairs'])
END
echo "== off"
homeward search --dry-run --mt-differences off --y-differences off 2> /dev/null | sed -n '/excludes/p;/^Apart/p;/^Kept/p'
echo "== without the lines"
homeward search --dry-run --kinds snp 2> /dev/null | sed -n '/exclude/p;/^Apart/p;/^Kept/p'
