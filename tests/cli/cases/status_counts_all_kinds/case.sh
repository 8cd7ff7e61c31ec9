# Typed are those of whom STR, SNPs or a haplotype are known; what stands for a bone in a run types
# nobody; powers say that they are of STR. All data are synthetic.
frequencies=$SOURCE/data/frequencies_nist1036_asian.csv
awk 'BEGIN { print "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS"
  for (c = 1; c <= 22; c++) for (i = 0; i < 45; i++)
    printf "s%d_%d,%d,%d,%d,A/G,%.1f,%.1f,%.2f\n", c, i, c, 1000000 + i * 3000000, 1000100 + i * 3000000,
      i * 3.6, i * 2.4, 0.3 + (i % 20) / 100 }' > panel.csv
homeward simulate --seed 11 --frequencies "$frequencies" --panel panel.csv --panel-population EAS --shapes cousins \
  --families 3 --remains 4 --unrelated 1 --coverage 4 --tables t > /dev/null
grep -v R0002 t/remains.csv > remains.csv
grep -v F002 t/references.csv > references.csv
printf 'sample,ranges,haplotype\nR0009,16024-576,"A263G, 315.1C"\n' > mt.csv
status() { homeward status -c case.hwc | grep '^Remains\|^References\|typed relative\|expects'; }
import() { homeward import -c case.hwc --apply "$@" > /dev/null; }
homeward init case.hwc > /dev/null
import frequencies "$frequencies" --normalise rescale --minimum-frequency 5/2n --mutation stepwise \
  --mutation-rate 0.001,0.002 --mutation-rate2 1e-6 --mutation-range 0.1 --use
import families t/families.csv
import profiles references.csv
import profiles remains.csv
echo "== STR"
status
import panel panel.csv --use
import vcf t/snp_references.vcf --samples-are references
import vcf t/snp_remains.vcf
import mtdna mt.csv
echo "== all kinds"
status
homeward identify -c case.hwc > /dev/null 2> notes
echo "== after a run"
status
homeward show run run-1 -c case.hwc | grep '^Powers'
homeward status -c case.hwc --json | grep 'remains_\|"reference_\|families_without\|has_other'
homeward check -c case.hwc --recompute | sed 's/^.*entries: //; q'
