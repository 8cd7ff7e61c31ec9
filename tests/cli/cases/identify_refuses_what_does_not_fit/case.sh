homeward init case.hwc > /dev/null
homeward import -c case.hwc --apply case "$SOURCE/examples/four_families.json" > /dev/null
for options in "" "-c case.hwc" "-c case.hwc --investigation none" \
  "-c case.hwc $SOURCE/examples/four_families.json" "--dry-run $SOURCE/examples/four_families.json" \
  "-c case.hwc --case small" "-c none.hwc"; do
  homeward identify $options
  echo "$?"
done
printf 'code,login,permissions\nreader,reader,\n' > actors.csv
printf 'code,login,permissions\nreader,reader,names\n' > actors.csv
homeward import -c case.hwc --apply actors actors.csv > /dev/null
homeward identify -c case.hwc --investigation small --as reader
echo "$?"
homeward identify -c case.hwc --investigation small --as reader --dry-run | tail -n 2
homeward identify --help > /dev/null
