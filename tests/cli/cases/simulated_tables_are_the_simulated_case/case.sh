# A case as one file, and as the tables of a case database, gives the same pairs.
frequencies=$SOURCE/data/frequencies_nist1036_asian.csv
homeward simulate --seed 5 --frequencies "$frequencies" --lengths "$SOURCE/data/amplicon_lengths_assumed.csv" \
  --families 36 --remains 40 --unrelated 10 --degraded 0.5 --out case.json --tables tables --truth truth.csv
homeward init case.hwc > /dev/null
homeward import -c case.hwc --apply frequencies "$frequencies" --normalise rescale \
  --minimum-frequency 5/2n --mutation stepwise --mutation-rate 0.001,0.002 --mutation-rate2 1e-6 \
  --mutation-range 0.1 --use > /dev/null
for table in families references remains; do
  kind=profiles; test $table = families && kind=families
  homeward import -c case.hwc --apply $kind tables/$table.csv | tail -n 1
done
homeward identify case.json --json --pairwise | grep '"remains":' > file.txt
homeward identify -c case.hwc --json --pairwise --dry-run | grep '"remains":' > database.txt
wc -l < file.txt
cmp file.txt database.txt && echo same
homeward simulate --seed 5 --frequencies "$frequencies"; echo $?
