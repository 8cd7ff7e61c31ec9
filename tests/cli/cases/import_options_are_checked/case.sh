for options in "" "samples" "samples x.csv --minimum-frequency much" "samples x.csv --normalise up" \
  "samples x.csv --rest-allele r" "samples x.csv --mutation fast" "samples x.csv --mutation equal" \
  "samples x.csv --mutation equal --mutation-rate 2" "samples x.csv --mutation-rate 0.1" \
  "samples x.csv --mutation equal --mutation-rate 0.1 --mutation-transform XX" \
  "all a b" "samples x.csv"; do
  homeward import $options 2>&1
  echo "$?"
done
homeward init case.hwc > /dev/null
homeward import sampels x.csv -c case.hwc 2>&1
printf 'code\n' > x.csv
homeward import sampels x.csv -c case.hwc 2>&1
homeward import samples x.csv --format xls -c case.hwc 2>&1
homeward import samples x.csv --encoding tcvn3 -c case.hwc 2>&1
printf 'code,name\nS,Nguy\352\336n\n' > y.csv
homeward import sites y.csv -c case.hwc 2>&1
homeward import sites y.csv --encoding windows-1258 --apply -c case.hwc 2>&1
homeward export sites -c case.hwc | cut -d, -f 1,2
