four="$SOURCE/examples/four_families.json"
try() { homeward draw "$@"; echo "$?"; }
try "$four" -o a.png
try "$four" -o a.svg
try "$four" --family F9 -o a.svg
try "$four" --case none -o a.svg
{ echo '{"format": "homeward-cases/1", "cases": ['; cat "$SOURCE/examples/paternity.json"
  echo ,; sed 's/"paternity"/"other"/' "$SOURCE/examples/paternity.json"; echo ']}'; } > two.json
try two.json --family father -o a.svg
try "$four" --language fr -o a.svg
try "$four" --theme pink -o a.svg
try "$four" --family F001
try "$four" --family F001 -o missing/a.svg
# A system without the font: nothing is drawn with another.
mkdir empty cache
echo "<fontconfig><dir>$PWD/empty</dir><cachedir>$PWD/cache</cachedir></fontconfig>" > fonts.conf
FONTCONFIG_FILE="$PWD/fonts.conf" homeward draw "$four" --family F001 -o a.svg; echo "$?"
ls
