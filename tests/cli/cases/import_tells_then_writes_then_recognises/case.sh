homeward init case.hwc > /dev/null
export HOMEWARD_CASE=case.hwc
homeward export families --template | sed 's/^# //' > families.csv
homeward import families families.csv
homeward export persons
homeward import families families.csv --apply --reason 'a test'
homeward import families families.csv --apply
homeward export descents
homeward check | sed -n 1p
homeward set-state family F-1 withdrawn --reason 'belongs to another office' | sed 's/ at .*//'
homeward import families families.csv --apply
homeward import families families.csv --apply --restore | grep -v '^  [a-z]* '
homeward import families families.csv --apply
homeward check | sed -n 1p
