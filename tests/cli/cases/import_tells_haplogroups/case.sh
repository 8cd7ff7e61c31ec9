# Haplogroups as a check of quality: doubts are told by line and refuse nothing. All data are made up.
homeward init case.hwc > /dev/null
cat > mt.csv <<'END'
sample,ranges,haplotype
LAB1,16024-576,"263G, 315.1C"
LAB2,16024-576,73G 210G 263G 315.1C 16140C 16189C 16266A
LAB3,1-16569,73G 210G 263G 315.1C 16140C 16189C 16266A
LAB4,16024-16365 73-340,73G 263G 315.1C 16223T 16111G 16333C
LAB5,16024-16365 73-340,rCRS
END
homeward import mtdna mt.csv -c case.hwc --apply
# Of a population the doubts alone.
sed 's/sample,/count,/; s/^LAB[0-9]/7/' mt.csv > table.csv
homeward import mtdna table.csv -c case.hwc --table EMPOP --apply | grep -v 'haplotype_tables  '
homeward import mtdna mt.csv -c case.hwc --json --update | grep -c haplogroup
homeward show haplotype 'LAB4#mt' -c case.hwc
homeward show haplotype 'LAB1#mt' -c case.hwc --json | grep finding
printf 'sample,DYS19\nLAB1,14\n' > y.csv
homeward import ystr y.csv -c case.hwc --apply | grep -c haplogroup
homeward show haplotype 'LAB1#y' -c case.hwc
