homeward draw "$SOURCE/examples/four_families.json" --family F003 --language vi -o a.svg || exit
homeward draw "$SOURCE/examples/four_families.json" --family F003 --language vi -o - > b.svg || exit
homeward draw "$SOURCE/examples/four_families.json" --family F003 --genotypes -o a.pdf || exit
homeward draw "$SOURCE/examples/four_families.json" --family F003 --genotypes -o b.pdf || exit
homeward draw "$SOURCE/examples/paternity.json" --family father --theme dark --no-legend --title "T" -o c.svg || exit
cmp a.svg b.svg && cmp a.pdf b.pdf && ls
head -c 8 a.pdf; echo
grep -o '<title>[^<]*</title>' a.svg | head -4
grep -c 'class="hw-paper" fill="#15191f"' c.svg
