homeward init case.hwc > /dev/null
cp "$SOURCE/data/maps/liet_si_demo.csv" list.csv
homeward import dossiers list.csv --map "$SOURCE/data/maps/liet_si.map" -c case.hwc --apply
homeward export assertions -c case.hwc | sed -n 1,3p
