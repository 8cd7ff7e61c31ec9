# Duplicates and kin among bones and among references of unknown relation; nothing is stored. The
# bones are read 20 times a marker, one of them twice under two names. All data are synthetic.
panel=$SOURCE/data/panel_force.csv
export HOMEWARD_CASE=case.hwc
homeward simulate --seed 9 --panel "$panel" --panel-population ALL --families 3 --remains 3 \
  --unrelated 0 --coverage 20 --tables t --truth truth.csv --shapes brothers > /dev/null
sed 's/R0001/R0001-again/' t/snp_remains.vcf | cut -f 1-10 > again.vcf
grep -q R0001-again again.vcf || echo "no duplicate"
{
  homeward init
  homeward import --apply panel "$panel" --population ALL
  homeward import --apply families t/families.csv
  homeward import --apply vcf t/snp_references.vcf --samples-are references
  homeward import --apply vcf t/snp_remains.vcf
  homeward import --apply vcf again.vcf
} > /dev/null
homeward search --blind remains 2> /dev/null
homeward search --blind references 2> /dev/null | sed 's/ in .* s;/;/' | head -n 8
homeward search --blind remains --json 2> /dev/null > screened.json
homeward search --blind remains --no-screen --json 2> /dev/null > all.json
python3 - screened.json all.json <<'END'
import json, sys
screened, all_pairs = (json.load(open(name)) for name in sys.argv[1:])
print(screened['format'], screened['compared'], screened['people'], all_pairs['screened'], all_pairs['passed'])
assert screened['pairs'] == all_pairs['pairs'] or len(screened['pairs']) <= len(all_pairs['pairs'])
print(sorted((p['first'], p['second'], p['best']) for p in screened['pairs'] if p['degree'] == 0))
END
homeward export runs
