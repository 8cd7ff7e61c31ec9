# Cousins of the missing are typed: STR leave them open, SNPs decide. Simulated.
frequencies=$SOURCE/data/frequencies_nist1036_asian.csv
awk 'BEGIN { print "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS"
  for (c = 1; c <= 22; c++) for (i = 0; i < 45; i++)
    printf "s%d_%d,%d,%d,%d,A/G,%.1f,%.1f,%.2f\n", c, i, c, 1000000 + i * 3000000, 1000100 + i * 3000000,
      i * 3.6, i * 2.4, 0.3 + (i % 20) / 100 }' > panel.csv
homeward simulate --seed 11 --frequencies "$frequencies" --panel panel.csv --panel-population EAS --shapes cousins \
  --families 5 --remains 6 --unrelated 2 --coverage 4 --tables t --truth truth.csv > /dev/null
homeward init case.hwc > /dev/null
import() { homeward import -c case.hwc --apply "$@" | tail -n 1; }
import frequencies "$frequencies" --normalise rescale --minimum-frequency 5/2n --mutation stepwise \
  --mutation-rate 0.001,0.002 --mutation-rate2 1e-6 --mutation-range 0.1 --use
import families t/families.csv
import profiles t/references.csv
# One of the bones gave no STR.
grep -v R0004 t/remains.csv > remains.csv
import profiles remains.csv
import panel panel.csv --use
import vcf t/snp_references.vcf --samples-are references
import vcf t/snp_remains.vcf
cut -d , -f 1,2 truth.csv
echo; echo 'STR alone'
homeward identify -c case.hwc --without snp --dry-run 2> /dev/null | grep '^\*  R' || echo nobody
echo; echo 'STR and SNP'
homeward identify -c case.hwc
homeward identify -c case.hwc --dry-run --json --pairwise --threshold 4 2> /dev/null | grep '"evidence"'
homeward identify -c case.hwc 2> /dev/null | sed -n '/^Run/s/ of 20.*Z//p'
homeward check -c case.hwc --recompute | sed 's/head.*/head/'
echo; echo 'What is stored of the bone without STR'
homeward export comparisons -c case.hwc | grep no-str | cut -d , -f 1-5
homeward export joint_pairs -c case.hwc | grep no-str | cut -d , -f 1-3,8,9
homeward export joint_remains -c case.hwc | grep -c no-str
homeward show identification ID-2 -c case.hwc | grep no-str
homeward decide -c case.hwc ID-2 | grep basis
