homeward init case.hwc > /dev/null
homeward import -c case.hwc --apply case "$SOURCE/examples/grave/profiles.json" > /dev/null
{
  echo 'code,site'
  printf 'BOX-1,hill-3\nBOX-2,hill-3\n'
} > accessions.csv
printf 'code\nhill-3\n' > sites.csv
printf 'code,accession,element,side,portion,sex\n' > specimens.csv
grep '^G-' "$SOURCE/examples/grave/specimens.csv" | cut -d, -f1,2,4,5,6,7 >> specimens.csv
printf 'specimen,name,number,value_mm\n' > measurements.csv
grep '^G-' "$SOURCE/examples/grave/specimens.csv" |
  awk -F, '$14 != "" {print $1 ",maximum-length,1," $14} $15 != "" {print $1 ",head-diameter,1," $15}' \
  >> measurements.csv
printf 'code,investigation,specimen\n' > samples.csv
grep '^G-' "$SOURCE/examples/grave/specimens.csv" |
  awk -F, '$13 != "" {print "grave/" $13 ",grave," $1}' >> samples.csv
for kind in sites accessions specimens measurements; do
  homeward import -c case.hwc --apply $kind $kind.csv > /dev/null || echo "$kind"
done
homeward import -c case.hwc --apply --update samples samples.csv > /dev/null
run() {
  homeward reassociate -c case.hwc --investigation grave --prior 3 "$@" \
    --osteometry "$SOURCE/examples/grave/osteometry.csv"
}
echo "== shown, not stored"
run | sed -n '/persons in the best/,/^$/p;/^  group/,/^$/p'
homeward export individuals -c case.hwc | wc -l
echo "== stored, once"
run --apply --accept 0.8 --reason 'grave 3' | tail -n 1
run --apply --accept 0.8 | tail -n 1
homeward export individuals -c case.hwc | cut -d, -f1-3
homeward export individual_members -c case.hwc | cut -d, -f1-3 | head -n 4
echo "== one box"
run --accession BOX-1 --json | grep -c '"belongs"'
homeward check -c case.hwc | head -n 1
