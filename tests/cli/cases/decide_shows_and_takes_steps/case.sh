# From a run to a confirmed identification: what waits, what a policy lacks, an override; synthetic.
export HOMEWARD_CASE=case.hwc COLUMNS=100
homeward init --as chief > /dev/null
homeward import --apply case "$SOURCE/examples/four_families.json" > /dev/null
printf 'code,login,permissions\nr1,,review names\nr2,,review\nboard,,decide\nboss,,decide administer\n' > actors.csv
homeward import actors actors.csv --apply > /dev/null
printf 'person,kind,name\nsmall/F001/F001-M1,full,Trần Văn Mẫu\n' > names.csv
homeward import person_names names.csv --apply > /dev/null
homeward identify --investigation small > /dev/null
echo "== what waits"
homeward decide --list --as r1
echo "== reviewed"
homeward decide ID-1 --review agree --reason 'LR and site agree' --as r1
homeward decide ID-1 --review disagree --reason 'who read the plate?' --as r2
homeward decide ID-1 --review agree --reason 'read again' --as r2
homeward decide --list --as board
echo "== policy"
homeward decide --policy
homeward decide --policy main --log10-lr 30 --markers 20 --reason 'board, 3 May'
echo "== the sheet"
homeward decide ID-1 --as r1 | sed 's/20[0-9-]*T[0-9:]*Z/TIME/'
echo "== refused, then overridden"
homeward decide ID-1 --confirm --reason 'board, 4 May' --as board 2>&1
homeward decide ID-1 --confirm --reason 'board, 4 May' --override 'dog tag' --as board 2>&1
homeward decide ID-1 --confirm --reason 'board, 4 May' --override 'dog tag' --as boss
homeward decide ID-2 --reject --reason 'the site does not fit' --as board
homeward decide ID-3 --withdraw --reason 'proposed twice' --as board
homeward decide --propose small/F003/F003-M1 small/R0006 --reason 'again' --evidence 'a letter' --as chief
homeward decide ID-4 --return --reason 'not yet' --as board
homeward decide --list confirmed
homeward decide ID-1 --as r2 | sed -n '/^Steps/,$p' | sed 's/20[0-9-]*T[0-9:]*Z/TIME/'
homeward check | tail -n 2 | head -n 1
