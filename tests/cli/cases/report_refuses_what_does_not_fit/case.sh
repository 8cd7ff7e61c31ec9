# Words that do not fit, subjects that are not there, permissions that lack.
export HOMEWARD_CASE=case.hwc
homeward init --as chief > /dev/null
homeward import --apply case "$SOURCE/examples/four_families.json" > /dev/null
printf 'code,login,permissions\nguest,,review\n' > actors.csv
homeward import actors actors.csv --apply > /dev/null
homeward identify --investigation small > /dev/null
try() { "$@"; echo "exit $?"; }
exec 2>&1
try homeward report
try homeward report poem -o x.pdf
try homeward report comparison ID-1
try homeward report comparison -o x.pdf
try homeward report national ID-1 -o x.pdf
try homeward report comparison ID-1 -o x.doc
try homeward report comparison ID-1 -o x.pdf --language fr
try homeward report comparison ID-1 -o x.pdf --created yesterday
try homeward report comparison ID-99 -o x.pdf
try homeward report comparison run-1/nobody/at/all -o x.pdf
try homeward report handover HO-1 -o x.pdf
try homeward report board ID-1 -o x.pdf --as guest
try homeward report board ID-1 -o missing/x.pdf
try homeward report show R-1 -o x.pdf
try homeward report show R-1 -o x.pdf --draft
try homeward report list now
try homeward report setting
try homeward report setting colour --text actors.csv
try homeward report setting motto.vi --text actors.csv --as guest
: > empty.txt
try homeward report setting motto.vi --text empty.txt
try homeward report board ID-1 -o x.pdf --text actors.csv
try homeward check --report actors.csv
try homeward check --report missing.pdf
try homeward check --report actors.csv --recompute
try homeward report list
ls x.* 2> /dev/null || echo 'no file'
