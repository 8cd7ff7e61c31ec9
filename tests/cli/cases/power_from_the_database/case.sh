# Panels and consent come from the database; nothing is stored.
homeward init case.hwc > /dev/null
homeward import -c case.hwc --apply case "$SOURCE/examples/four_families.json" > /dev/null
cat > persons.csv << 'END'
code,sex,role,consent,consent_on
small/F004/F004-U1,male,relative,withdrawn,2026-01-02
small/F004/F004-U3,male,relative,none,2026-01-02
END
printf 'code,kind\nkit-a,kit\npanel-b,panel\n' > panels.csv
printf 'panel,rank,marker\nkit-a,1,TH01\nkit-a,2,FGA\npanel-b,1,vWA\npanel-b,2,SE33\npanel-b,3,FGA\n' > markers.csv
homeward import -c case.hwc --apply --update persons persons.csv > /dev/null || exit 9
homeward import -c case.hwc --apply panels panels.csv > /dev/null || exit 9
homeward import -c case.hwc --apply panel_markers markers.csv > /dev/null || exit 9
printf 'panel,marker\nthird,D3S1358\nthird,Y-none\n' > third.csv
cp case.hwc before.hwc
homeward power -c case.hwc --investigation small --panels third.csv --cost kit-a=1,panel-b=4,third=1
echo "status $?"
cmp case.hwc before.hwc && echo "nothing stored"
homeward power -c case.hwc
echo "status $?"
# A family that is named by its code is loaded alone, one that is named by its label with all others.
homeward power -c case.hwc --investigation small --family F004 --json > with_all.json 2> /dev/null
homeward power -c case.hwc --family small/F004 --json > alone.json
cmp with_all.json alone.json && echo "the same"
homeward set-state family small/F004 closed --reason test -c case.hwc > /dev/null
homeward power -c case.hwc --family small/F004
echo "status $?"
