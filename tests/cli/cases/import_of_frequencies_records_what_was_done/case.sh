homeward init case.hwc > /dev/null
export HOMEWARD_CASE=case.hwc
cp "$SOURCE/data/frequencies_nist1036_asian.csv" asian.csv
homeward import frequencies asian.csv --apply
echo "as published: $?"
homeward import frequencies asian.csv --normalise rescale --minimum-frequency 5/2n --table nist \
  --mutation equal --mutation-rate 0.001,0.002 --apply
homeward export frequency_tables
homeward export frequency_markers | sed -n 1,3p
homeward export investigations
