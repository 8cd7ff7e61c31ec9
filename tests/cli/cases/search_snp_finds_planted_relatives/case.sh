# Twenty families, bones read once a marker: all planted relatives to the third degree come out, by
# STR, SNP and lines together, and the stored run can be computed again. All data are synthetic.
frequencies=$SOURCE/data/frequencies_nist1036_asian.csv panel=$SOURCE/data/panel_force.csv
export HOMEWARD_CASE=case.hwc
homeward simulate --seed 11 --panel "$panel" --panel-population ALL --frequencies "$frequencies" \
  --families 20 --remains 30 --unrelated 12 --coverage 1 --lineage --tables t --truth truth.csv \
  --shapes mother,uncles,nephews,half-sibs,cousins,grandparents,grand-nephews > /dev/null
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
echo "== what it will cost"
homeward search --estimate 2> notes
cat notes
echo "== all kinds"
homeward search --reason 'with SNPs' 2> /dev/null
homeward search 2> /dev/null | tail -n 1
homeward check --recompute | head -n 1
echo "== the truth"
homeward search --json --dry-run 2> /dev/null > found.json
python3 - found.json truth.csv <<'END'
import csv, json, sys
found = json.load(open(sys.argv[1]))
truth = {row['remains']: row['missing'] for row in csv.DictReader(open(sys.argv[2])) if row['missing']}
right = [p for p in found['pairs'] if truth.get(p['remains']) == p['missing']]
print(len(truth), 'planted;', sum(p['log10_lr'] >= 4 for p in right), 'found at 10^4 and more;',
      len(found['pairs']) - len(right), 'others;', sum(p['proposed'] for p in right), 'proposed')
parts = ('str', 'snp', 'mt', 'y')
assert all(abs(sum(p['evidence'][k] or 0 for k in parts) - p['log10_lr']) < 1e-9 for p in right)
assert found['searched']['snp']['passed'] >= len(right)
END
echo "== by SNPs without a screen, by STR alone"
homeward search --kinds snp --no-screen --dry-run 2> /dev/null | sed -n 2,3p
homeward search --kinds str --dry-run 2> /dev/null | sed -n 3,4p
homeward show run run-1 | grep -o '"each_log10_lr": 2, "cut_log10": 1, "snp_panel": "panel_force", "snp_population": "ALL"'
