# A second left femur whose sample is of the man of G-01; estimates that differ; two samples of one
# bone that exclude each other.
cat > bones.csv << 'END'
specimen,accession,site,element,side,portion,sex,age_from,age_to,profiles
G-01,BOX-1,hill 3,femur,left,,male,20,30,S01
G-15,BOX-1,hill 9,femur,left,shaft,female,45,60,S02
G-06,BOX-1,hill 3,tibia,left,,,,,S06;S11
END
homeward reassociate bones.csv --profiles "$SOURCE/examples/grave/profiles.json" |
  sed -n '/^Contradictions/,$p'
homeward reassociate --elements | sed -n '1,3p;/^rib/p'
