homeward init case.hwc > /dev/null
cat > small.csv <<'END'
marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS
rs1,1,100,200,A/G,0.1,0.1,1.6
END
homeward import panel small.csv -c case.hwc --apply
echo "status $?"
cat > mt.csv <<'END'
sample,ranges,haplotype
B-1,16024-576,263Q
B-2,,263G
END
homeward import mtdna mt.csv -c case.hwc --apply
echo "status $?"
printf 'sample,DYS19\nB-1,14x\n' > y.csv
homeward import ystr y.csv -c case.hwc --apply
echo "status $?"
homeward import vcf y.csv -c case.hwc --apply
status=$?
homeward export samples -c case.hwc
exit $status
