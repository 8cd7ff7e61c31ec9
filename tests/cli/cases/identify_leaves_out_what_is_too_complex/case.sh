#!/bin/sh
# A family beyond the work bound is told, left out of list and posteriors, and makes the status 2;
# the families that can be computed are.
homeward identify "$SOURCE/examples/four_families.json" --pairwise --max-work 3000 > out 2> message
echo "status $?"
grep -c 'multiply-adds' message
grep 'Left out' out
homeward identify "$SOURCE/examples/four_families.json" --max-work 3000 --json --pairwise > out.json 2> message
echo "status $?"
python3 - << 'END'
import json
result = json.load(open('out.json'))
left = {(row['family'], row['missing']) for row in result['left_out']}
told = {(row['family'], row['missing']) for row in result['pairwise']}
print(len(left), 'left out,', len(told), 'computed, both:', len(left & told))
END
