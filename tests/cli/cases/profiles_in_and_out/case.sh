homeward init case.hwc > /dev/null
export HOMEWARD_CASE=case.hwc
printf 'profile,family,relation,D3S1358,TH01\nR-1,F-1,mother,14/15,6\n' > relatives.csv
homeward import profiles relatives.csv --apply 2>&1 || echo "status $?"
homeward import profiles relatives.csv --apply --single homozygous
printf 'Sample File\tSample Name\tMarker\tAllele 1\tAllele 2\na.fsa\tS-1\tD3S1358\t14\t15\nb.fsa\tS-1\tD3S1358\t14\tOL\n' > plate.txt
homeward import profiles plate.txt --apply --consensus 2-of-n
homeward export profiles-wide 2>/dev/null | cut -d, -f1-6,14-
homeward export profiles-long > long.csv 2>note; cat note
homeward import profiles long.csv --apply | tail -n 5
homeward import profiles relatives.csv --samples-are both 2>&1 || echo "status $?"
