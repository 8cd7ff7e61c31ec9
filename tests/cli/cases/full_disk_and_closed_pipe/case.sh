#!/bin/sh
[ -e /dev/full ] || exit 77
homeward help > /dev/full; echo "help $?"
homeward lr "$SOURCE/examples/bone.json" > /dev/full; echo "lr $?"
homeward lr "$SOURCE/examples/bone.json" --json > /dev/full; echo "json $?"
homeward identify "$SOURCE/examples/four_families.json" --json > /dev/full; echo "identify $?"
(homeward help --man; homeward help --man; echo $? > status) | true
cat status
