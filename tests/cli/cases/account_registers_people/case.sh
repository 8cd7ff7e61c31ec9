# People, roles, passwords, locks and access, from the desk; synthetic.
export HOMEWARD_CASE=case.hwc COLUMNS=120
homeward init --as chief > /dev/null
printf 'code,description\nquangtri,one\nhue,another\n' > i.csv
homeward import investigations i.csv --apply > /dev/null
homeward account add anh --role 'officer reviewer' --login tta --name 'Trần Thị Mẫu'
homeward account add doc --role reader
echo "== passwords"
echo 'bốn con voi đi bộ' | homeward account password anh --stdin
echo 'bốn con voi đi bộ' | homeward account password chief --stdin
printf 'bốn con voi đi bộ\nlá vàng rơi ngoài ngõ\n' | homeward account password anh --stdin --as anh
homeward account lock anh --reason 'on leave'
homeward account access doc hue quangtri --reason 'these two'
homeward account access doc --as doc
homeward account list | sed "s/$(id -un)/LOGIN/" | tr -s ' '
echo "== changed"
homeward account unlock anh --reason 'back'
homeward account change doc --role 'analyst,reviewer'
homeward account access doc --everything
homeward account list --json --as chief | sed "s/\"$(id -un)\"/\"LOGIN\"/"
echo "== secrets stay"
homeward export credentials 2>&1
homeward export all --to out > /dev/null
ls out | grep -c credential
homeward show credential --row 1 --history | tail -n 3 | tr -s ' ' | cut -d ' ' -f 7-
homeward check | tail -n 2 | head -n 1
