#!/bin/sh
homeward help --man > homeward.1 || exit 9
for word in "TH HOMEWARD 1" "SH NAME" "SH SYNOPSIS" "SH COMMANDS" "SH EXIT STATUS"; do
  grep -c "^\.$word" homeward.1
done
for option in json per\\\\-marker typing\\\\-error truth seed; do
  grep -q -- "$option" homeward.1 || echo "$option is missing"
done
command -v man > /dev/null || exit 0
man --warnings=w -l homeward.1 2>&1 > page.txt | head -n 5
