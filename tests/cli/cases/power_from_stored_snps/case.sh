# SNP profiles of the case database: as typed, with all who have STR, and whom to type next. Nothing is stored.
awk '/^#/ || /^marker,/ || ++n % 25 == 0' "$SOURCE/data/panel_force.csv" > small.csv
homeward simulate --seed 7 --panel small.csv --panel-population ALL \
  --frequencies "$SOURCE/data/frequencies_nist1036_asian.csv" --families 2 --remains 2 --unrelated 1 \
  --shapes sib,half-sibs --coverage 2 --tables t --truth truth.csv > /dev/null
homeward init case.hwc > /dev/null
load() { homeward import -c case.hwc --apply "$@" > /dev/null || exit 9; }
load frequencies "$SOURCE/data/frequencies_nist1036_asian.csv"
load families t/families.csv
load profiles t/references.csv
load panel small.csv --population ALL --use
printf 'name,person,family\nF001-R1,F001-R1,F001\n' > samples.csv
load vcf t/snp_references.vcf --samples-are references --samples samples.csv
cp case.hwc before.hwc
homeward power -c case.hwc --snp-draws 50 --threshold 6 --snp-next --top 3 --panel small.csv:ALL@10 \
  | sed -n '/^SNP panels/,$p'
cmp case.hwc before.hwc && echo "nothing stored"
homeward power -c case.hwc --no-snp | grep -c '^SNP panels'
# Without a frequency table SNPs count alone.
homeward init alone.hwc > /dev/null
load() { homeward import -c alone.hwc --apply "$@" > /dev/null || exit 9; }
homeward power -c alone.hwc; echo "$?"
load families t/families.csv
load panel small.csv --population ALL --use
load vcf t/snp_references.vcf --samples-are references --samples samples.csv
homeward power -c alone.hwc --snp-draws 50 --threshold 6
echo "$?"
