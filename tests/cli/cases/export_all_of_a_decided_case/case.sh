# Runs and decisions in another database: they stand on what they stood on, a bone without STR among
# them. What decisions of earlier versions lack is told, and so is what was changed on the way. Simulated.
export COLUMNS=100
frequencies=$SOURCE/data/frequencies_nist1036_asian.csv
awk 'BEGIN { print "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS"
  for (c = 1; c <= 22; c++) for (i = 0; i < 45; i++)
    printf "s%d_%d,%d,%d,%d,A/G,%.1f,%.1f,%.2f\n", c, i, c, 1000000 + i * 3000000, 1000100 + i * 3000000,
      i * 3.6, i * 2.4, 0.3 + (i % 20) / 100 }' > panel.csv
homeward simulate --seed 11 --frequencies "$frequencies" --panel panel.csv --panel-population EAS --shapes cousins \
  --families 5 --remains 6 --unrelated 2 --coverage 4 --tables t > /dev/null
grep -v R0004 t/remains.csv > remains.csv
grep -v F003 t/references.csv > references.csv
printf 'code,login,permissions\nr1,,review\nr2,,review\nboard,,decide\n' > actors.csv
printf 'code,investigation,sex\nR0003,main,female\n' > samples.csv
import() { homeward import -c case.hwc --apply "$@" > /dev/null; }
decide() { homeward decide -c case.hwc "$@" > /dev/null; }
{
  homeward init case.hwc --as chief
  import actors actors.csv
  import frequencies "$frequencies" --normalise rescale --minimum-frequency 5/2n --mutation stepwise \
    --mutation-rate 0.001,0.002 --mutation-rate2 1e-6 --mutation-range 0.1 --use
  import families t/families.csv
  import profiles references.csv
  import samples samples.csv
  import profiles remains.csv
  import panel panel.csv --use
  import vcf t/snp_references.vcf --samples-are references
  import vcf t/snp_remains.vcf
  # The first run is overtaken; the third is of pairs one at a time, sexes that differ among them.
  homeward identify -c case.hwc
  import profiles t/references.csv --update
  homeward identify -c case.hwc
  homeward identify -c case.hwc --pairwise
} > /dev/null 2> notes
homeward export identifications -c case.hwc | cut -d , -f 1-4
for id in ID-1 ID-2; do
  decide $id --review agree --reason 'the ratio' --as r1
  decide $id --review agree --reason 'the site' --as r2
  decide $id --confirm --reason 'board' --as board
done
decide ID-3 --reject --reason 'board' --as board
homeward identify -c case.hwc 2> notes | grep '^Run'
homeward decide --list confirmed -c case.hwc
# The reviewers of this test share a login name, which is told in both databases.
check() { homeward check -c "$1" --recompute | grep -v 'one login name\|^$\|^audit head'; }
echo "== where it was decided"
check case.hwc
echo "== in another database"
homeward export all --to out -c case.hwc > /dev/null
again() { rm -f again.hwc*; homeward init again.hwc --as chief > /dev/null
  homeward import all out -c again.hwc --apply --update | tail -n 1; }
again
check again.hwc
homeward export all --to twice -c again.hwc > /dev/null
for file in out/*.csv; do cmp -s $file twice/${file#out/} || echo "another: ${file#out/}"; done
homeward decide -c again.hwc ID-2 | grep 'basis'
homeward identify -c again.hwc 2> notes | grep '^Run' | sed 's/ of 20.*Z / /'
echo "== in one with other rows"
sed 's/F00/G00/g' t/families.csv > others.csv
homeward init more.hwc --as chief > /dev/null
homeward import families others.csv -c more.hwc --apply > /dev/null
homeward import all out -c more.hwc --apply --update | tail -n 1
check more.hwc
homeward decide -c more.hwc ID-3 | grep -o 'basis .*'
# Changes what was exported, with the digest that stands for it.
change() { sed "$2" out/$1.csv > new; old=$(b2sum -l 256 out/$1.csv | cut -d ' ' -f 1)
  mv new out/$1.csv; sed -i "s/$old/$(b2sum -l 256 out/$1.csv | cut -d ' ' -f 1)/" out/manifest.json; }
echo "== decisions of an earlier version"
change decisions 's/, ""content"": ""[0-9a-f]*""//g'
again
check again.hwc
echo "== with another figure"
change decisions '/^ID-3,1,/s/""log10_glr"": [0-9.]*/""log10_glr"": 99/'
again
check again.hwc
echo "== another figure in a run"
rm -r out
homeward export all --to out -c case.hwc > /dev/null
change joint_pairs '/^run-2,R0004#no-str,/s/,undisputed,/,supported,/'
again
check again.hwc
