# Jointly from the database: what stands is fixed, what was rejected excluded, and told what moved.
homeward init case.hwc > /dev/null
homeward import -c case.hwc --apply case "$SOURCE/examples/three_missing.json" > /dev/null
echo "== first"
homeward identify -c case.hwc --investigation three-missing --best 1
echo "== again"
homeward identify -c case.hwc --investigation three-missing --best 1 | tail -n 1
homeward export joint_pairs -c case.hwc | cut -d, -f1-3,8-9
homeward export joint_remains -c case.hwc | cut -d, -f1-2,4-5
echo "== a relative is withdrawn"
homeward export profiles -c case.hwc > profiles.csv
homeward export identifications -c case.hwc | cut -d, -f1-3,5
homeward identify -c case.hwc --investigation three-missing --best 1 --prior 100000 --json --dry-run |
  sed -n '/"since": {/,$p' | grep -c '"posterior_before"'
echo "== fixed on the command line, another prior: another run"
homeward identify -c case.hwc --investigation three-missing --best 1 --prior 1000 \
  --exclude three-missing:none:none 2>&1 | head -n 1
homeward identify -c case.hwc --investigation three-missing --best 1 --accept 0.9 \
  --exclude F001:F001-M2:R0004 --reason 'without the pair' | tail -n 9
homeward check -c case.hwc --recompute | head -n 1
