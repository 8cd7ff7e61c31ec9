"""Tables made to harm, by hand: what each is, and the line that refuses it. All data are made up.

A case is (what it is, kind, content, told…): told are the beginnings of the lines on standard error,
without "homeward: FILE:"; the content is text, or bytes where it is no text.
"""
import gzip

from crash import DEMO

FAMILIES = 'family,person,father,mother,sex,missing\nF2,F2-M,F2-P,F2-Q,male,yes\n'
FAMILY = 'family,person,father,mother,sex\n'
CUSTODY = 'item_kind,item,number,at,action,from_holder,to_holder,seal,seal_state\n'
RECEIVED = 'accession,A2,1,2026-01-01T08:00:00Z,received,,store,,\n'
SEALED = 'accession,A2,1,2026-01-01T08:00:00Z,received,,store,X1,\n'
FREQUENCIES = 'locus,allele,freq,two_n\n'


def demo(name, n=None):
    with open(f'{DEMO}/{name}', 'rb') as file:
        return file.read()[:n]


TEXT = [
    ('a table that is cut off in the middle of a row', 'families', demo('families.csv', 21000),
     '659: the row has 2 cells, the header has 6: is a delimiter missing'),
    ('a row with too many cells', 'families', FAMILIES + 'F2,x,,,male,,more\n',
     '3: the row has 7 cells, the header has 6'),
    ('a row with too few cells', 'families', FAMILIES + 'F2,x,\n', '3: the row has 3 cells'),
    ('a quote left open', 'families', FAMILIES + 'F2,"x,,,male,\nF2,y,,,male,\n',
     '3:4: a quoted field is not closed before the end of the file'),
    ('text behind a quote', 'families', FAMILIES + 'F2,"x"y,,,male,\n',
     '3:7: text behind a closing quote; a quote inside a field is written twice'),
    ('a NUL byte', 'families', FAMILIES + 'F2,x\0y,,,male,\n', '3:5: a NUL byte: this is not a text'),
    ('Latin-1 in UTF-8', 'families', FAMILIES.encode() + b'F2,Andr\xe9,,,male,\n',
     '3:8: the text is not UTF-8 (byte 0xE9): save the file as UTF-8, or import it with --encoding'),
    ('half of UTF-16', 'families', FAMILIES.encode('utf-16')[:-1], '2:27: 0x000A is half a character'),
    ('UTF-16 without its mark', 'families', FAMILIES.encode('utf-16-le'), '1:1: the file is UTF-16'),
    ('two byte order marks', 'families', '\ufeff\ufeff' + FAMILIES,
     ' the file begins with two byte order marks (U+FEFF): remove one'),
    ('one column twice', 'families', 'family,person,sex,sex\nF2,a,male,female\n',
     '1:19: sex: the column stands twice, as number 3 and 4'),
    ('a misspelled column', 'families', 'family,person,vather\nF2,a,b\n',
     '1:15: vather: a table of families has no such column: is it "father"?'),
    ('a column that is missing', 'families', 'family,father\nF2,a\n',
     '1: the column "person" is missing: code of the member'),
    ('an empty file', 'families', '', ' the file is empty: expected a row of column names'),
    ('blank lines only', 'families', '\n\n\n', ' the file is empty'),
    ('a compressed file', 'families', gzip.compress(FAMILIES.encode()),
     ' the file is compressed: unpack it first'),
    ('a spreadsheet', 'families', b'PK\x03\x04\x14\0\x06\0\x08\0',
     ' the file is a spreadsheet (.xlsx, .ods) or a ZIP archive: save the table as CSV in UTF-8'),
    ('an old spreadsheet', 'samples', b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0',
     ' the file is a spreadsheet or document (.xls, .doc): save the table as CSV'),
    ('a PDF document', 'profiles', b'%PDF-1.4\n%\xe2\xe3\n', ' the file is a PDF document'),
    ('a web page', 'profiles', '<!DOCTYPE html>\n<html>', ' the file is a web page'),
    ('a row of 10 MB', 'families', FAMILIES + 'F2,' + 'x' * 10_000_000,
     '3:1: the row is longer than 1 MiB; is a quote left open?'),
    ('an open quote before 10 MB', 'families', FAMILIES + 'F2,"' + 'x,y\n' * 2_500_000,
     '3:1: the row is longer than 1 MiB; is a quote left open?'),
    ('20000 columns', 'families', ','.join(f'c{i}' for i in range(20000)) + '\n',
     '1:103579: the row has more than 16384 fields'),
    ('a kind that does not exist', 'flowers', FAMILIES, ' "flowers" is no kind of record'),
    ('a case under the name of custody', 'custody', '{"format": "homeward-case/1"}',
     ' this is no table of custody_events but a file of the format \'case\''),
]

RECORDS = [
    ('somebody who is the own ancestor', 'families', FAMILY + 'F2,a,b,,male\nF2,b,a,,male\n',
     '2: a is her own ancestor, or his, over 2 generations, while checking family F2'),
    ('somebody with two mothers', 'families', FAMILY + 'F2,a,p,m1,male\nF2,a,p,m2,male\n',
     '3: person: "a" stands in line 2 already: a member has one row, or one for each hypothesis'),
    ('a father who is a woman', 'families', FAMILY + 'F2,p,,,female\nF2,a,p,m,male\n',
     '3: father: p, the father of a, is female, while checking family F2'),
    ('father and mother in one', 'families', FAMILY + 'F2,a,p,p,male\n',
     '2: mother: p, the mother of a, is male'),
    ('a word that is no sex', 'families', FAMILY + 'F2,a,p,q,mail\n',
     '2:10: sex: "mail" is no sex: expected male, female or unknown'),
    ('rows of a family that stand apart', 'families', 'family,person\nF2,a\nF3,b\nF2,c\n',
     '4: family: the rows of family "F2" do not stand together: sort the table by family'),
    ('a twin nobody knows', 'families', 'family,person,twin_of\nF2,a,zz\n',
     '2: twin_of: "zz" is not in this family'),
    ('another father than the stored one', 'families', FAMILY + 'F1,F1-M,F1-X,F1-Q,male\n',
     '2: father: "F1-X", but the stored descent F1/stated/F1-M says "F1-P": say --update'),
    ('another sex than the stored one', 'persons', 'code,sex\nF1-M,female\n',
     '2:6: sex: "female", but the stored person F1-M says "male": say --update'),
    ('a code of 300 bytes', 'families', FAMILY + 'F' * 300 + ',a,,,male\n', '2: code: "FFF'),
    ('a control character', 'families', FAMILY + 'F2,a\x1b[31mb,,,male\n',
     '2:4: person: character 2 is a control character (U+001B): remove it'),
    ('a specimen nobody knows', 'samples', 'code,specimen,kind\nT9,S9,bone\n',
     '2:4: specimen: there is no specimen "S9": import it first, or correct the code'),
    ('samples made from each other', 'samples', 'code,parent,kind\nT8,T9,bone\nT9,T8,bone\n',
     '2: parent: there is no sample "T9", or it comes from this one in turn',
     '3: parent: there is no sample "T8", or it comes from this one in turn'),
    ('one key twice', 'samples', 'code,kind,mass_mg\nT9,bone,1\nT9,bone,2\n',
     '3:9: mass_mg: 2, but the sample T9 that came before in this import says 1: keep one'),
    ('a key that is missing', 'samples', 'code,kind\n,bone\n', '2:1: code: is missing'),
    ('31 February', 'samples', 'code,taken_on,kind\nT9,1969-02-31,bone\n',
     '2:4: taken_on: "1969-02-31" is no date: expected 1968-02-03, 1968-02, 1968, or a range'),
    ('a range that runs backwards', 'samples', 'code,taken_on\nT9,1970/1969\n',
     '2:4: taken_on: "1970/1969" is no date'),
    ('NaN', 'samples', 'code,mass_mg\nT9,nan\n', '2:4: mass_mg: "nan" is not a number'),
    ('a number below its range', 'samples', 'code,mass_mg\nT9,-3\n', '2:4: mass_mg: -3 is not between 0'),
    ('a number beyond all', 'samples', 'code,mass_mg\nT9,1e999\n',
     '2:4: mass_mg: "1e999" is beyond the range of numbers'),
    ('a decimal comma', 'samples', 'code,mass_mg\nT9,"1,5"\n',
     '2:4: mass_mg: "1,5" is not a number; write the decimal sign as a point'),
    ('a word that is not in the list', 'samples', 'code,kind\nT9,stone\n',
     '2:4: kind: "stone" is not one of bone|tooth|'),
    ('a latitude beyond the pole', 'sites', 'code,latitude,longitude\nX,96.7,107\n',
     '2:3: latitude: 96.7 is not between -90 and 90'),
    ('an assertion without a source', 'dossiers', 'dossier,person,unit\nD1,M1,B 3\n',
     '2: source: is missing: what is said of "unit" needs who says so'),
    ('a permission that does not exist', 'actors', 'code,name,permissions\nx,y,fly\n',
     '2:5: permissions: "fly" is no permission: expected some of write names'),
    ('an observation too many', 'profiles', 'code,panel,observations,use\nX,nist,14;15,single\n',
     '2:3: panel: there is no panel "nist": import it first'),
]

CHAINS = [
    ('a gap in the custody', CUSTODY + RECEIVED + 'accession,A2,3,2026-01-02T08:00:00Z,transferred,store,lab,,\n',
     '3: accession A2, event 3: follows event 1: an event between them is missing'),
    ('two holders', CUSTODY + RECEIVED + 'accession,A2,2,2026-01-02T08:00:00Z,transferred,other,lab,,\n',
     '3: accession A2, event 2: comes from other, but store holds the item'),
    ('custody that runs backwards', CUSTODY + RECEIVED +
     'accession,A2,2,2025-01-02T08:00:00Z,transferred,store,lab,,\n',
     '3: accession A2, event 2: happens at 2025-01-02T08:00:00Z, before the event that it follows'),
    ('custody that begins in the middle', CUSTODY +
     'accession,A2,1,2026-01-01T08:00:00Z,transferred,store,lab,,\n',
     '2: accession A2, event 1: "transferred" cannot come first: a chain begins with "received"'),
    ('two receptions', CUSTODY + 'accession,A1,2,2026-01-02T08:00:00Z,received,,lab,,\n',
     '2: accession A1, event 2: is a reception, but store holds the item already'),
    ('a seal that changes by itself', CUSTODY + SEALED +
     'accession,A2,2,2026-01-02T08:00:00Z,transferred,store,lab,X2,intact\n',
     '3: accession A2, event 2: carries the seal X2, but X1 was set before and nobody opened it'),
    ('a transfer of what is consumed', CUSTODY + RECEIVED +
     'accession,A2,2,2026-01-02T08:00:00Z,consumed,,store,,\n'
     'accession,A2,3,2026-01-03T08:00:00Z,transferred,store,x,,\n',
     '4: accession A2, event 3: follows although the item was consumed before'),
    ('another word on evidence', CUSTODY + 'accession,A1,1,2026-01-01T08:00:00Z,received,,cellar,,\n',
     '2:47: to_holder: "cellar", but the stored custody accession/A1/1 says "store": evidence is'),
    ('a time of 25 hours', CUSTODY + 'accession,A2,1,2026-01-01T25:00:00Z,received,,store,,\n',
     '2:16: at: "2026-01-01T25:00:00Z" is no time: expected 2026-01-31T08:00:00Z'),
    ('a kind of item that does not exist', CUSTODY + 'box,A2,1,2026-01-01T08:00:00Z,received,,store,,\n',
     '2:1: item_kind: "box" is not one of accession|specimen|sample'),
    ('an item nobody knows', CUSTODY + 'accession,A7,1,2026-01-01T08:00:00Z,received,,store,,\n',
     '2:11: item: there is no accession "A7": import it first'),
    ('an event of number 1e20', CUSTODY +
     'accession,A2,100000000000000000000,2026-01-01T08:00:00Z,received,,store,,\n',
     '2:14: number: "100000000000000000000" is beyond the range of numbers'),
]

TABLES_OF_FREQUENCIES = [
    ('frequencies that sum to 1.2', FREQUENCIES + 'TH01,6,0.6,200\nTH01,7,0.6,200\n',
     '2: marker "TH01": the frequencies sum to 1.2, not to 1 (tolerance 1e-06); choose to rescale'),
    ('a negative frequency', FREQUENCIES + 'TH01,6,0.9,200\nTH01,7,-0.1,200\nTH01,8,0.2,200\n',
     '3: marker "TH01", allele "7": the frequency is -0.1; it must be from 0 to 1'),
    ('NaN', FREQUENCIES + 'TH01,6,nan,200\n', '2:8: freq: "nan" is not a number'),
    ('percent', FREQUENCIES + 'TH01,6,60,200\n', '2: marker "TH01", allele "6": the frequency is 60;'),
    ('a decimal comma', 'locus;allele;freq\nTH01;6;0,6\n', '2:8: freq: "0,6" is not a number; write the'),
    ('an allele twice', FREQUENCIES + 'TH01,6,0.5,200\nTH01,6,0.5,200\n',
     '3: marker "TH01": allele "6" stands twice'),
    ('an allele in two spellings', FREQUENCIES + 'TH01,6,0.5,200\nTH01,6.0,0.5,200\n',
     '3: marker "TH01": allele "6" stands twice'),
    ('two alleles in one', FREQUENCIES + 'TH01,6/7,0.5,200\n',
     '2:6: allele: "6/7" is no name of one allele: "/" parts the alleles'),
    ('two sample sizes', FREQUENCIES + 'TH01,6,0.5,200\nTH01,7,0.5,300\n',
     '3: marker "TH01": 2n is 300 here and 200 before'),
    ('a sample of -2', FREQUENCIES + 'TH01,6,0.5,-2\n', '2:12: two_n: "-2" is not a sample size; expected'),
    ('too many cells', FREQUENCIES + 'TH01,6,1,200,3\n', '2: the row has 5 cells, the header has 4: is a'),
    ('no column of frequencies', 'locus,allele\nTH01,6\n', '1: a table with a column for the marker needs'),
    ('two populations', 'locus,allele,freq,population\nTH01,6,1,A\nTH01,6,1,B\n',
     '3:10: population: the file has several populations ("A", "B" …); choose one'),
    ('nothing', '', ' the file is empty'),
]

PROFILES = [
    ('an allele out of grammar', 'sample,TH01,vWA\nX1,6/9.3,14/1x\n',
     '2:10: vWA: "1x" is no allele: expected a number such as 14 or 9.3'),
    ('an allele of 1e20 repeats', 'sample,TH01\nX1,6/100000000000000000000\n',
     '2:4: TH01: "100000000000000000000" is no allele'),
    ('a date of a spreadsheet', 'sample,TH01\nX1,6-Sep\n',
     '2:4: TH01: "6-Sep" is no allele: expected a number such as 14 or 9.3; a spreadsheet has made'),
    ('another date', 'sample,TH01\nX1,2014-09-06\n', '2:4: TH01: "2014-09-06" is no allele'),
    ('what means two things', 'sample,TH01\nX1,"9,3"\n',
     '2:4: TH01: "9,3" can be one allele or two: write 9.3, or 9/3'),
    ('one allele alone', 'sample,TH01\nX1,9\n',
     '2:4: TH01: one allele alone (9) can be a homozygote or half a result: say --single'),
    ('70 alleles', 'sample,TH01\nX1,' + '/'.join(map(str, range(1, 71))) + '\n',
     '2:4: TH01: more than 64 alleles at one marker'),
    ('a profile twice', 'sample,TH01\nX1,6/7\nX1,6/8\n', '3:1: profile: the profile X1 stands on line 2 too'),
    ('nobody\'s profiles', 'TH01,vWA\n6/7,14/15\n', '1: no column says whose profile a row is: expected'),
    ('a row without a code', 'sample,TH01\n,6/7\n', '2:1: profile: is missing: whose profile is this?'),
    ('no marker', 'sample,note\nX1,x\n', '1: no column is a marker'),
    ('a column that is no marker', 'profile,sampel,TH01\nP,X,6/7\n', '2:3: sampel: "X" is no allele'),
    ('a marker twice, in rows', 'profile,marker,allele 1,allele 2\nP,TH01,6,7\nP,TH01,6,8\n',
     '3:3: TH01 of this profile stands on line 2 too'),
    ('a wrong allele, in rows', 'profile,marker,allele 1,allele 2\nP,TH01,6,seven\n',
     '2:10: TH01: "seven" is no allele'),
    ('an amelogenin of X and Z', 'profile,person,TH01,AMEL\nP,q,6/7,X/Z\n',
     '2:9: AMEL: "Z" is no allele: expected X or Y'),
    ('another sex than the stored one', 'profile,person,sex,TH01\nP,F1-M,female,6/7\n',
     '2:8: sex: "female", but the stored person F1-M says "male"'),
    ('a role that does not exist', 'profile,person,role,TH01\nP,q,king,6/7\n',
     '2:5: role: "king": expected missing, relative, staff, other, or remains'),
    ('a dropout of 2', 'sample,dropout,TH01\nX1,2,6/7\n', '2:4: dropout: 2 is outside 0 to 1'),
    ('a set without dropout', 'sample,TH01\nX1,"{6,7}"\n', '2:4: TH01: a set of alleles is read under'),
    ('a replicate in letters', 'sample,replicate,TH01\nX1,two,6/7\n',
     '2:4: replicate: "two" is not a whole number'),
    ('a short row', 'sample,note,TH01\nX1,6/7\n', '2: the row has 2 cells, the header has 3'),
    ('Latin-1', b'sample,note,TH01\nX1,\xe9,6/7\n', '2:4: the text is not UTF-8 (byte 0xE9): save'),
]

MAP = 'delimiter: comma\ntable: sample\n"No" -> code (required)\n"Kind" -> kind\n'
TABLE = 'No,Kind\nT9,bone\n'

# What it is, the map, the table, the file that is wrong, what is told.
MAPS = [
    ('a field that does not exist', MAP + '"X" -> sample.colour\n', TABLE, 'f.map',
     '5: there are no records "sample" with a field "colour"; correct the name'),
    ('a line without an arrow', MAP + '"X" sample.note\n', TABLE, 'f.map', '5: "->" is expected, but'),
    ('a quote left open', MAP + '"X -> sample.note\n', TABLE, 'f.map', '5: a quote is not closed; a quote'),
    ('a NUL byte', MAP + '"X\0" -> sample.note\n', TABLE, 'f.map', '5: a NUL byte: this is not a text'),
    ('Latin-1', MAP.encode() + b'"\xe9" -> sample.note\n', TABLE, 'f.map', '5: the text is not UTF-8;'),
    ('a date of nothing', MAP + '"D" -> taken_on (date QQ)\n', TABLE, 'f.map', '5: the form of a date "QQ"'),
    ('a delimiter that is none', MAP.replace('comma', 'point'), TABLE, 'f.map',
     '1: the delimiter is "point"; write comma, semicolon or tab'),
    ('nothing', '', TABLE, 'f.map', ' the map takes no column; a line is written'),
    ('2 MB', MAP + '#' * 2_000_000, TABLE, 'f.map', ' the file is larger than 1048576 bytes'),
    ('a compressed map', gzip.compress(MAP.encode()), TABLE, 'f.map', ' the file is compressed: unpack'),
    ('a column that the table lacks', MAP + '"X" -> sample.note\n', TABLE, 'f.csv',
     '1: the table has no column "X", which line 5 of the map takes'),
    ('a column that the map lacks', MAP, 'No,Kind,Extra\nT9,bone,1\n', 'f.csv',
     '1:9: Extra: the map does not name this column; take it, or write: ignore "Extra"'),
    ('a word that the map lacks', MAP.replace('kind\n', 'kind { B = bone }\n'), 'No,Kind\nT9,stone\n', 'f.csv',
     '2:4: Kind: "stone" is not among the values of line 4 of the map (B)'),
    ('31 February', MAP + '"D" -> taken_on (date DD/MM/YYYY)\n', 'No,Kind,D\nT9,bone,31/02/1969\n', 'f.csv',
     '2:9: D: "31/02/1969" is not a date of the form DD/MM/YYYY (line 5 of the map)'),
    ('an empty cell that is required', MAP, 'No,Kind\n,bone\n', 'f.csv',
     '2:1: No: the cell is empty; line 3 of the map requires it'),
    ('a short row', MAP, 'No,Kind\nT9\n', 'f.csv', '2: the row has 1 cells where the header has 2'),
]
