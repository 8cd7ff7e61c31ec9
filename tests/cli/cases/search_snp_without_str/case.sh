# Bones of which only SNPs are known, in a database without any STR: searched, stored, computed again,
# exported and imported, and compared with themselves after a new bone came. All data are synthetic.
panel=$SOURCE/data/panel_force.csv
homeward simulate --seed 21 --panel "$panel" --panel-population ALL --families 5 --remains 7 \
  --unrelated 2 --coverage 1 --tables t --truth truth.csv --shapes nephews,half-sibs > /dev/null
{
  homeward init a.hwc
  homeward import -c a.hwc --apply panel "$panel" --population ALL
  homeward import -c a.hwc --apply families t/families.csv
  homeward import -c a.hwc --apply vcf t/snp_references.vcf --samples-are references
  homeward import -c a.hwc --apply vcf t/snp_remains.vcf
} > /dev/null
homeward search -c a.hwc 2> notes
cat notes
homeward check -c a.hwc --recompute | head -n 1
homeward search -c a.hwc 2> /dev/null | tail -n 1
echo "== what stands for the bones"
homeward export profiles -c a.hwc | head -n 2 | cut -d , -f 1,3-6
homeward export comparisons -c a.hwc | head -n 3 | cut -d , -f 1-4
echo "== another database"
homeward export all --to out -c a.hwc > /dev/null
homeward init b.hwc > /dev/null
homeward import all out -c b.hwc --apply --update | tail -n 1
for kind in profiles comparisons; do
  homeward export $kind -c a.hwc > $kind.a && homeward export $kind -c b.hwc | cmp - $kind.a && echo "$kind: the same"
done
homeward search -c b.hwc 2> /dev/null | tail -n 1
echo "== a bone more"
homeward simulate --seed 22 --panel "$panel" --panel-population ALL --families 1 --remains 1 \
  --unrelated 1 --coverage 1 --tables u --shapes mother > /dev/null
sed 's/R0001/R0099/' u/snp_remains.vcf > more.vcf
homeward import -c a.hwc --apply vcf more.vcf > /dev/null
homeward search -c a.hwc 2> /dev/null | tail -n 2
homeward check -c a.hwc --recompute | head -n 1
