panel=$SOURCE/data/panel_force.csv frequencies=$SOURCE/data/frequencies_nist1036_asian.csv
try() { homeward simulate --seed 1 --families 3 --remains 2 --unrelated 1 "$@" 2> message; echo "$? $(cat message)"; rm message; ls; }
try --tables t
try --panel "$panel"
try --panel "$panel" --tables t
try --panel "$panel" --panel-population Martian --tables t
try --panel "$panel" --panel-population ALL --tables t --out case.json
try --panel "$panel" --panel-population ALL --tables t --degraded 0.5
try --panel "$panel" --panel-population ALL --tables t --library old
try --panel "$panel" --panel-population ALL --tables t --build 36
try --panel "$panel" --panel-population ALL --tables t --coverage -1
try --panel "$frequencies" --panel-population ALL --tables t
try --frequencies "$frequencies" --tables t --lineage
printf 'marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,P\nm1,1,,100,A/G,,,0.5\n' > bare.csv
try --panel bare.csv --tables t
