#!/bin/sh
case="$SOURCE/examples/four_families.json"
try() { homeward identify "$@" 2> message > out; echo "$? $(wc -c < out) $(cat message)"; }
for option in "--fixed A:B:C" "--exclude A:B:C" "--best 3" "--left-out 0.01" "--undisputed 3" \
  "--max-steps 10" "--factor numbers" "--prior numbers" "--prior record"; do
  # shellcheck disable=SC2086
  try "$case" --pairwise $option
done
try "$case" --after-search
try "$case" --fixed F001:F001-M1:R9
try "$case" --exclude nonsense
try "$case" --fixed F001:F001-M1:R0003 --fixed F002:F002-M1:R0003
try "$case" --fixed F001:F001-M1:R0003 --exclude F001:F001-M1:R0003
try "$case" --fixed F001:F001-M1:R0001 --fixed F001:F001-M1:R0003
try "$case" --prior record
try "$case" --prior 10 --factor numbers
try "$case" --prior-none 0
try "$case" --prior-none 1
try "$case" --factor luck
try "$case" --factor no-numbers:total=3
try "$case" --factor place
try "$case" --factor numbers:total=-1
try "$case" --factor numbers:luck=1
try "$case" --prior numbers --factor numbers:total=2
try "$case" --left-out 0.5
try "$case" --best 0
try "$case" --fixed ""
try "$case" --seed x
