# A panel whose neighbours repeat each other is thinned when it is made. All data are made up.
homeward init case.hwc > /dev/null
cat > small.csv <<'END'
marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS
poor,1,100,200,A/G,0.1,0.1,0.9
good,1,110,210,C/T,0.2,0.2,0.5
far,1,900,910,C/T,2.2,1.8,0.8
nowhere,2,900,910,C/T,,,0.5
END
homeward import panel small.csv -c case.hwc --thin-cm 0.5 --apply
homeward import panel small.csv -c case.hwc --panel all --apply
homeward show snp_panel small -c case.hwc --json | grep -E 'n_markers|"table"'
homeward import panel small.csv -c case.hwc --thin-cm x 2>&1; echo $?
homeward import panel small.csv -c case.hwc --thin-cm 1 --panel b --population NONE --apply 2>&1; echo $?
