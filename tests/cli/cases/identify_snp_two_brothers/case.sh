# Two brothers are missing and nobody of their family is typed: their bones show each other. Simulated:
# the bones are those of two typed relatives of a family of "uncles", taken for the brothers.
frequencies=$SOURCE/data/frequencies_nist1036_asian.csv
awk 'BEGIN { print "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS"
  for (c = 1; c <= 22; c++) for (i = 0; i < 10; i++)
    printf "s%d_%d,%d,%d,%d,A/G,%.1f,%.1f,%.2f\n", c, i, c, 1000000 + i * 9000000, 1000100 + i * 9000000,
      i * 15, i * 10, 0.3 + (i % 20) / 100 }' > panel.csv
homeward simulate --seed 3 --frequencies "$frequencies" --panel panel.csv --panel-population EAS --shapes brothers \
  --families 1 --remains 4 --unrelated 2 --coverage 8 --tables t --truth truth.csv > /dev/null
cut -d , -f 1-3 truth.csv
homeward init case.hwc > /dev/null
import() { homeward import -c case.hwc --apply "$@" | tail -n 1; }
import families t/families.csv
cut -d , -f 1,2 t/remains.csv | sed 's/sample/code/; 2,$s/$/,main/; 1s/$/,investigation/' > samples.csv
import samples samples.csv
import panel panel.csv --use
import vcf t/snp_remains.vcf
homeward identify -c case.hwc
homeward check -c case.hwc --recompute | sed 's/head.*/head/'
