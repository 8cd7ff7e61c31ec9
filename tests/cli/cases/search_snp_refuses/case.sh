# What does not fit is refused with what to do, and nothing is written.
panel=$SOURCE/data/panel_force.csv
export HOMEWARD_CASE=case.hwc
homeward init > /dev/null
run() { echo "== $*"; homeward search "$@"; echo $?; }
run --kinds str,blood
run --kinds mt,y
run --kinds ''
run --mt-differences 3
run --y-differences many
run --blind everybody
run --blind remains --top 3
run --blind remains --kinds snp
run --cut 0 --no-screen
run --blind remains
homeward simulate --seed 2 --panel "$panel" --panel-population ALL --families 1 --remains 1 \
  --unrelated 1 --tables t --shapes mother > /dev/null
homeward import --apply vcf t/snp_remains.vcf > /dev/null
homeward import --apply panel "$panel" > /dev/null
homeward import --apply vcf t/snp_remains.vcf > /dev/null
run
homeward import --apply panel "$panel" --population ALL --use > /dev/null
run
run --blind remains
run plan folder --kinds snp
homeward export runs
