#!/bin/sh
# Results do not depend on the processor: each kernel set that runs here writes the bytes of ref.
# One that does not run, or does not exist, is refused.
HW_SIMD=ref homeward identify "$SOURCE/examples/four_families.json" --json --pairwise > ref.json
for set in avx2 avx512; do
  HW_SIMD=$set homeward version > /dev/null 2>&1 || continue
  HW_SIMD=$set homeward identify "$SOURCE/examples/four_families.json" --json --pairwise > other.json
  cmp ref.json other.json || echo "$set differs"
done
HW_SIMD=abacus homeward version 2> message
echo "status $?"
grep -c "HW_SIMD=abacus" message
