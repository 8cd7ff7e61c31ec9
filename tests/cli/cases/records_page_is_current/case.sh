homeward help --records > page
cmp page "$SOURCE/docs/records.md" && echo current
