# The same seed gives the same bytes, another one about the same answer; samples alone.
cd "$SOURCE" || exit 1
run() {
  homeward reassociate examples/grave/profiles.json --max-exact 2 --sweeps 200 --seed "$1"
}
run 3 > "$OLDPWD/a" && run 3 > "$OLDPWD/b" && run 4 > "$OLDPWD/c"
cd "$OLDPWD" || exit 1
cmp a b && echo "same bytes"
sed -n '3s/:.*//p' a
grep -A 9 '^  group' a
