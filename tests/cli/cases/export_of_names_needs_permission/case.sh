homeward init case.hwc > /dev/null
export HOMEWARD_CASE=case.hwc
printf 'code,permissions\nclerk,write\n' | homeward import actors - --apply > /dev/null
printf 'code,sex,role\nP-1,male,missing\n' | homeward import persons - --apply > /dev/null
printf 'person,kind,name\nP-1,full,Nguyễn Văn A\n' | homeward import person_names - --apply > /dev/null
homeward export person_names --as clerk
echo "$?"
homeward export person_names --as clerk --without-names
homeward export person_names --json --reason 'a test'
homeward export person_names --to names.csv
cat names.csv
