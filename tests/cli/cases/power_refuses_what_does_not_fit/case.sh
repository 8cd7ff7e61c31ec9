FILE="$SOURCE/examples/four_families.json"
try() {
  homeward power "$@"
  echo "$?"
}
try
try -c none.hwc
try "$FILE" -c none.hwc
try "$FILE" --investigation main
try "$FILE" --store
try "$FILE" --family F9
try "$FILE" --threshold 400
try "$FILE" --enough 0.2 --never 0.5
try "$FILE" --draws 6
try "$FILE" --typed TH01,XX
try "$FILE" --dropout 0.1 --damage 0.1
try "$FILE" --damage 0.1
try "$FILE" --damage 0.1 --lengths none.csv
try "$FILE" --not-available F001
try "$FILE" --not-available F001:F001-R1,F1:x
try "$FILE" --cost kit=3
try "$FILE" --panels none.csv
printf 'panel,locus\n' > panels.csv
try "$FILE" --panels panels.csv
printf '# all made up\npanel,marker\nkit,TH01\nkit\n' > panels.csv
try "$FILE" --panels panels.csv
printf 'panel,marker\nkit,TH01\nkit,TH01\n' > panels.csv
try "$FILE" --panels panels.csv
printf 'panel,marker\nkit,\n' > panels.csv
try "$FILE" --panels panels.csv
printf '' > panels.csv
try "$FILE" --panels panels.csv
printf 'panel,marker\nkit,TH01\n' > panels.csv
try "$FILE" --panels panels.csv --cost kit=0
try "$FILE" --panels panels.csv --cost kit=1,kat=1
try "$SOURCE/examples/paternity.json"
