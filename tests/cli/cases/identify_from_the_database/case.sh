# A relative is typed between two runs; a third has nothing new to say.
homeward init case.hwc > /dev/null
homeward import -c case.hwc --apply case "$SOURCE/examples/four_families.json" > /dev/null
echo "== first"
homeward identify -c case.hwc --investigation small --pairwise --threshold 4
echo "== again"
homeward identify -c case.hwc --investigation small --pairwise --threshold 4 | tail -n 1
cat > new.csv << 'EOF'
code,person,panel,observations,use
EOF
homeward export profiles -c case.hwc > profiles.csv
panel=$(sed -n 2p profiles.csv | sed 's/.*\(layout-[0-9a-f]*\).*/\1/')
person=$(homeward export persons -c case.hwc | grep relative | cut -d, -f1 | while read -r code; do
  grep -q "$code," profiles.csv || { echo "$code"; break; }; done)
echo "new,$person,$panel,\"14,15;;;;;;;;;;;;;;;;;;;;;;\",single" >> new.csv
homeward import -c case.hwc --apply profiles new.csv > /dev/null
echo "== dry run"
homeward identify -c case.hwc --investigation small --pairwise --dry-run --threshold 3 | tail -n 6
echo "== with the relative"
homeward identify -c case.hwc --investigation small --pairwise --threshold 3 --reason 'a relative more' | tail -n 6
homeward check -c case.hwc --recompute | head -n 1
