# The records say little here: the sexes, and how many there are.
homeward init case.hwc > /dev/null
homeward import -c case.hwc --apply case "$SOURCE/examples/four_families.json" > /dev/null
ask="-c case.hwc --investigation small"
printf 'investigation,factor,is_used,parameters\nsmall,numbers,1,total=400\nsmall,age,0,\n' > factors.csv
homeward import -c case.hwc --apply prior_factors factors.csv > /dev/null
homeward identify $ask --prior record --best 1 --per-marker F004:F004-M1:R0005 |
  sed -n '/^Prior/,/^Joint/{/^Joint/!p}; /^Odds/,$p'
homeward identify $ask --prior record --factor no-sex --factor numbers:total=800 --best 1 |
  sed -n '/^Prior/,/^Joint/{/^Joint/!p}; /^Run/,$p'
homeward check -c case.hwc --recompute | sed 's/^.*entries: //; q'
# The settings stand with the run: what is set later is another run, and no fault of this one.
printf 'investigation,factor,is_used,parameters\nsmall,numbers,1,total=500\nsmall,age,0,\n' > factors.csv
homeward import -c case.hwc --apply --update prior_factors factors.csv > /dev/null
homeward check -c case.hwc --recompute | sed 's/^.*entries: //; q'
