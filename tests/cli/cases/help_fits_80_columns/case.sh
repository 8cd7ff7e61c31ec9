#!/bin/sh
for command in "" lr identify search bench simulate version help; do
  homeward help $command > help.txt || exit 9
  awk -v c="$command" 'length($0) > 80 { print c ": " $0 }' help.txt
  [ -z "$command" ] || homeward $command --help | cmp - help.txt
done
homeward help lr | head -n 3
