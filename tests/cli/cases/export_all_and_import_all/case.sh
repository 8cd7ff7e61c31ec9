homeward init case.hwc > /dev/null
homeward export families --template | sed 's/^# //' > families.csv
homeward import families families.csv -c case.hwc --apply > /dev/null
homeward export all --to folder -c case.hwc
homeward init again.hwc > /dev/null
homeward import all folder -c again.hwc --apply > /dev/null
homeward export all --to second -c again.hwc > /dev/null
for kind in persons families family_members pedigrees descents; do
  cmp folder/$kind.csv second/$kind.csv && echo "$kind: the same"
done
homeward export all --to folder -c case.hwc
echo "$?"
echo '# more' >> folder/persons.csv
homeward import all folder -c again.hwc
