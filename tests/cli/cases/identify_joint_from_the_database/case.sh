# Jointly from the database: what stands is fixed, what was rejected excluded, and told what moved.
homeward init case.hwc > /dev/null
homeward import -c case.hwc --apply case "$SOURCE/examples/three_missing.json" > /dev/null
echo "== first"
homeward identify -c case.hwc --investigation three-missing --best 1
echo "== again"
homeward identify -c case.hwc --investigation three-missing --best 1 | tail -n 1
homeward export joint_pairs -c case.hwc | cut -d, -f1-3,8-9
homeward export joint_remains -c case.hwc | cut -d, -f1-2,4-5
homeward export identifications -c case.hwc | cut -d, -f1-3,5
echo "== excluded on the command line: another run"
homeward identify -c case.hwc --investigation three-missing --best 1 --accept 0.9 \
  --exclude F001:F001-M2:R0004 --reason 'without the pair' | tail -n 6
echo "== a board rejects it: so it stays, and the next run says why"
homeward decide -c case.hwc ID-2 --reject --reason 'the age does not fit' > /dev/null
homeward identify -c case.hwc --investigation three-missing --json > out.json
sed -n '/"excluded"/,/^  \]/p; /"run": {/,$p' out.json
homeward check -c case.hwc --recompute | sed 's/^.*entries: //; q'
