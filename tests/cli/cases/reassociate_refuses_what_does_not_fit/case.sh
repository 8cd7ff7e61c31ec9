homeward init case.hwc > /dev/null
printf 'specimen,side,wing\nA,left,1\n' > column.csv
printf 'specimen,side\nA,lefft\n' > side.csv
printf 'specimen,length_mm\nA,12x\n' > number.csv
printf 'specimen,profiles\nA,S1\n' > profile.csv
printf 'specimen\nA\nA\n' > twice.csv
printf 'specimen\n' > empty.csv
printf 'specimen\nA\nB\n' > good.csv
printf 'form,element,measurements,n,mean,sd,source\nabsolute,femur,a,9,1,1,\n' > reference.csv
for options in column.csv side.csv number.csv profile.csv twice.csv empty.csv none.csv "" \
  "good.csv --osteometry reference.csv" "good.csv --prior many" "good.csv --prior mlni" \
  "good.csv --without dna,teeth" "good.csv --apply" "good.csv -c case.hwc" "-c case.hwc" \
  "-c case.hwc --accession X" "-c case.hwc --profiles good.csv" "good.csv --max-exact 40" \
  "good.csv --profiles $SOURCE/examples/paternity.json"; do
  echo "== $options" | sed "s|$SOURCE/||"
  # shellcheck disable=SC2086  # several words
  homeward reassociate $options 2>&1 | sed "s|$SOURCE/||" | grep -v '^Try'
done
