# Haplogroups beside the ratio of mtDNA: what fits, what is in doubt, and whether a claimed line lies on
# one branch. The ratio is the same as ever. All data are made up.
python3 - << 'END'
import json
def person(id, mother=None, sex='male'):
    return {'id': id, 'father': None, 'mother': mother, 'sex': sex}
def case(name, *claims):
    people = [person('MO', sex='female'), person('SIS', 'MO', 'female')]
    hypotheses = [{'name': claim, 'pedigree': people + [person('BONE', mother)]}
                  for claim, mother in (('son', 'MO'), ('nephew', 'SIS'), ('unrelated', None))]
    json.dump({'format': 'homeward-case/1', 'id': name, 'theta': 0, 'markers': [], 'genotypes': {},
               'reference': 'unrelated', 'hypotheses': hypotheses}, open('case.json', 'w'))
case('line')
END
cat > same.csv <<'END'
person,ranges,haplotype
SIS,16024-576,73G 210G 263G 315.1C 16140C 16189C 16266A
BONE,16024-16365 73-340,73G 210G 263G 315.1C 16140C 16189C 16266A
END
sed 's/^BONE.*/BONE,16024-576,73G 263G 315.1C 489C 16223T 16297C 16298C/' same.csv > other.csv
homeward lr case.json --mtdna same.csv --mt-stated 0/500
homeward lr case.json --mtdna other.csv --mt-stated 0/500 | sed -n '/Haplogroups/,$p'
homeward lr case.json --mtdna other.csv --mt-stated 0/500 --json | sed -n '/"haplogroups": {/,$p'
