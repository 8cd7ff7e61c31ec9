# Each command with input that it cannot take: one line, and its exit status.
run() {
  homeward "$@" 2>&1
  echo "exit $?"
}
run status
run status -c none.hwc
printf 'not a database, but long enough to look like a file of something\n' > text.hwc
run status -c text.hwc
homeward init case.hwc --as chief >/dev/null
run init case.hwc --as chief
run init case.hwc -c case.hwc
export HOMEWARD_CASE=case.hwc
run status --as nobody
run find nothing --kind things
run find nothing
run show nothing
run show thing nothing
run show person nothing
run show descent 1
run show person nothing --row 1
run show person --row 1
run show person --row 0
run set-state thing A closed --reason r
run set-state family F1 closed
run set-state family F1 closed --reason r
run set-state actor chief closed --reason r
run check more
run backup
run backup /nowhere/copy.hwc
run help --completion fish
run set-state actor chief withdrawn --reason 'left the office'
homeward account add next --role administrator --login the-next-chief > /dev/null
homeward set-state actor chief withdrawn --reason 'left the office'
run set-state investigation main withdrawn --reason r 2>&1 | sed "s/name '[^']*'/name '…'/"
