"""Files of other programs' formats made to harm, by hand. All data are made up; see bad_tables.py."""
import gzip

from crash import SOURCE


def read(path):
    with open(f'{SOURCE}/{path}', 'rb') as file:
        return file.read()


def put(base, old, new):
    """The base with one place changed."""
    old, new = (part if isinstance(part, bytes) else part.encode() for part in (old, new))
    base = base if isinstance(base, bytes) else base.encode()
    assert old in base, old
    return base.replace(old, new, 1)


GENEMAPPER = 'Sample Name\tPanel\tMarker\tAllele 1\tAllele 2\n'
NINE = ('Sample Name\tMarker\t' + '\t'.join(f'Allele {i}' for i in range(1, 10)) + '\ns\tTH01\t' +
        '\t'.join(map(str, range(3, 12))) + '\n')

GENEMAPPER_FILES = [
    ('nine alleles', NINE, '2: more than 8 alleles; a result of so many is a mixture'),
    ('an allele out of grammar', GENEMAPPER + 's\tK\tTH01\t6\t9,3x\n', '2: TH01: "9,3x" is no allele'),
    ('an allele of 1e20', GENEMAPPER + 's\tK\tTH01\t6\t100000000000000000000\n', '2: TH01: "1000000'),
    ('a row that is too long', GENEMAPPER + 's\tK\tTH01\t6\t7\t8\n', '2: cell 6 holds "8", but the header has 5'),
    ('no column of markers', 'Sample Name\tPanel\tAllele 1\ns\tK\t6\n',
     ' no header found: expected a row with the columns Sample Name (or Sample File), Marker'),
    ('a row without marker', GENEMAPPER + 's\tK\t\t6\t7\n', '2: alleles without a marker'),
    ('a row without sample', GENEMAPPER + '\tK\tTH01\t6\t7\n', '2: the row names no sample'),
    ('a marker twice', GENEMAPPER + 's\tK\tTH01\t6\t7\ns\tK\tTH01\t6\t8\n',
     '3: sample "s" has marker "TH01" already on line 2; a replicate needs its own sample file'),
    ('a column twice', 'Sample Name\tMarker\tAllele 1\tAllele 1\ns\tTH01\t6\t7\n',
     '1: columns 3 and 4 are both "Allele 1"'),
    ('a NUL byte', GENEMAPPER + 's\tK\tTH\x0001\t6\t7\n', '2: a NUL byte: this is not a text file'),
    ('damaged UTF-8', (GENEMAPPER + 'nguyễn\tK\tTH01\t6\t7\n').encode() + b's\xe9\tK\tTH01\t6\t7\n',
     '3: byte 0xE9 is no character of UTF-8; save the file again as UTF-8, or repair this place'),
    ('half of UTF-16', (GENEMAPPER + 's\tK\tTH01\t6\t7\n').encode('utf-16')[:-1],
     '2: the UTF-16 text ends in half a character; is the file cut short?'),
    ('a header and no rows', GENEMAPPER, '1: the table has a header and no rows'),
    ('10 MB in one cell', GENEMAPPER + 's' * 10_000_000, '2: column 1: a cell of 10000000 bytes; expected'),
    ('two byte order marks', '\ufeff\ufeff' + GENEMAPPER, ' the file begins with two byte order marks'),
]

CMF = '''<?xml version="1.0" encoding="UTF-8"?>
<CODISImportFile xmlns="urn:CODISImportFile-schema">
  <HEADERVERSION>3.2</HEADERVERSION>
  <MESSAGETYPE>Import</MESSAGETYPE>
  <DESTINATIONORI>VN0000000</DESTINATIONORI>
  <SOURCELAB>VN0000001</SOURCELAB>
  <SUBMITBYUSERID>demo</SUBMITBYUSERID>
  <SUBMITDATETIME>2024-05-06T07:08:09</SUBMITDATETIME>
  <SPECIMEN>
    <SPECIMENID>DEMO-1</SPECIMENID>
    <SPECIMENCATEGORY>Unidentified Person</SPECIMENCATEGORY>
    <SPECIMENCOMMENT>femur</SPECIMENCOMMENT>
    <LOCUS>
      <LOCUSNAME>FGA</LOCUSNAME>
      <READINGBY>an1</READINGBY>
      <READINGDATETIME>2024-05-01T10:00:00</READINGDATETIME>
      <ALLELE><ALLELEVALUE>18</ALLELEVALUE></ALLELE>
      <ALLELE><ALLELEVALUE>22.2</ALLELEVALUE></ALLELE>
    </LOCUS>
    <LOCUS>
      <LOCUSNAME>TH01</LOCUSNAME>
      <READINGBY>an1</READINGBY>
      <READINGDATETIME>2024-05-01T10:00:00</READINGDATETIME>
      <ALLELE><ALLELEVALUE>9</ALLELEVALUE></ALLELE>
    </LOCUS>
  </SPECIMEN>
</CODISImportFile>
'''
LAUGHS = ''.join(f'<!ENTITY l{i} "' + f'&l{i - 1};' * 10 + '">' for i in range(1, 10))
LOCUS = '  <LOCUS>\n      <LOCUSNAME>TH01'

CMF_FILES = [
    ('a billion laughs', put(put(CMF, '?>\n', f'?>\n<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>\n'), 'femur', '&l9;'),
     '2: a document type (<!DOCTYPE) and entities are not accepted; remove it'),
    ('an entity of another file',
     put(put(CMF, '?>\n', '?>\n<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n'), 'femur', '&a;'),
     '2: a document type (<!DOCTYPE) and entities are not accepted; remove it'),
    ('an entity nobody knows', put(CMF, 'femur', '&x;'), '12: the XML is not well formed: Entity \'x\''),
    ('100 levels', put(CMF, '<SPECIMENCOMMENT>', '<a>' * 100 + '</a>' * 100 + '<SPECIMENCOMMENT>'),
     '12: SPECIMEN DEMO-1, a: is not an element of CMF 3.2 at this place; remove it',
     '12: elements are nested deeper than 32 levels'),
    ('an allele out of grammar', put(CMF, '22.2', '22.x'), '13: FGA: "22.x" is no allele: expected a number'),
    ('an empty allele', put(CMF, '22.2', ''), '18: SPECIMEN DEMO-1, LOCUS FGA, ALLELEVALUE: is empty; a text is'),
    ('nine alleles', put(CMF, '<ALLELE><ALLELEVALUE>9</ALLELEVALUE></ALLELE>', ''.join(
        f'<ALLELE><ALLELEVALUE>{i}</ALLELEVALUE></ALLELE>' for i in range(5, 14))),
     '24: SPECIMEN DEMO-1, LOCUS TH01, ALLELE: a locus has more than 8 alleles; CMF 3.2 permits no more'),
    ('an element nobody knows', put(CMF, '<SPECIMEN>', '<COLOUR>x</COLOUR><SPECIMEN>'), '9: COLOUR: is not an'),
    ('an element that is missing', put(CMF, '<SPECIMENID>DEMO-1</SPECIMENID>', ''),
     '11: the schema does not permit this: Element \'SPECIMENCATEGORY\''),
    ('31 February', put(CMF, '2024-05-01T10', '2024-02-31T10'), '16: the schema does not permit this: Element'),
    ('a tag that is not closed', put(CMF, '</LOCUSNAME>', ''), '19: the XML is not well formed: Opening and'),
    ('a locus twice', put(CMF, 'TH01', 'FGA'), '20: SPECIMEN DEMO-1, LOCUS: the specimen has locus FGA already'),
    ('a file that is cut off', CMF[:900], '24: the XML ends before its elements are closed; the file may have been'),
    ('a NUL byte', put(CMF, 'femur', 'fe\0mur'), '12: a NUL byte: this is not XML as text'),
    ('Latin-1', put(CMF, 'femur', b'f\xe9mur'), '12: the text is not UTF-8; save the file as UTF-8'),
    ('UTF-16', CMF.encode('utf-16'), '1: the file is UTF-16; save it as UTF-8'),
    ('two byte order marks', '\ufeff\ufeff' + CMF, ' the file begins with two byte order marks'),
    ('another version', put(CMF, '>3.2<', '>9.9<'), '3: HEADERVERSION: "9.9" is not a version that is known;'),
    ('another namespace', put(CMF, 'urn:CODISImportFile-schema', 'urn:other'), '2: <CODISImportFile> has the'),
    ('10 MB of text', put(CMF, 'femur', 'x' * 10_000_000), '12: a text is longer than 64 KiB'),
    ('nothing', '', '1: the file is empty'),
]

FAM = read('tests/fuzz/corpus/fam/both')
FAM = FAM[FAM.index(b'"Output'):]  # behind the options of the fuzz target
COUNTED = 'only 238 lines follow; is the file cut short?'

FAM_FILES = [
    ('2 billion loci', put(FAM, ')\n2\n#TRUE#', ')\n2000000000\n#TRUE#'),
     f'26: the number of loci is 2000000000, but {COUNTED}'),
    ('2 billion alleles', put(FAM, '3\t(Data', '2000000000\t(Data'), '41: the number of alleles is 2000000000, but'),
    ('2 billion persons', put(FAM, 'nPersons= 3', 'nPersons= 2000000000'),
     '66: nPersons: 2000000000 are announced and 3 are there'),
    ('-1 persons', put(FAM, 'nPersons= 3', 'nPersons= -1'), '68: nPersons: "-1" is no whole number from 0'),
    ('1e20 persons', put(FAM, 'nPersons= 3', 'nPersons= 100000000000000000000'), '68: nPersons: "1000000'),
    ('a negative frequency', put(FAM, '0.2\n"13"\n0.3', '-0.2\n"13"\n0.7'),
     '43: the frequency of an allele is -0.2; it must be from 0 to 1, while reading locus 1 of 2 ("L1")'),
    ('NaN', put(FAM, '0.2\n"13"\n0.3', 'nan\n"13"\n0.7'), '43: "nan" stands where the frequency of an allele is'),
    ('frequencies that sum to 1.2', put(FAM, '0.2\n"13"\n0.3', '0.4\n"13"\n0.3'),
     '29: locus "L1": the frequencies sum to 1.2, not to 1; add the missing alleles or one rest allele'),
    ('a rate of 1.5', put(FAM, '"L1"\n0.001', '"L1"\n1.5'), '30: the female mutation rate is 1.5; it must be'),
    ('an allele that the table lacks', put(FAM, 'Allele1= 12', 'Allele1= 99'),
     '74: person "V1", locus "L1": allele "99" is not in the frequency table; add it there'),
    ('a locus nobody knows', put(FAM, 'SystemName= L1', 'SystemName= L9'),
     '74: SystemName: person "V1": there is no locus "L9" in the database; add it, or remove'),
    ('an allele twice', put(FAM, '"13"\n0.3', '"12"\n0.3'), '44: locus "L1": allele "12" stands already in line 42'),
    ('a locus twice', put(FAM, '"L2"\n0\n0', '"L1"\n0\n0'), '48: locus "L1" stands already in line 29; remove'),
    ('a person twice', put(FAM, 'Name= V2', 'Name= V1'), '80: unidentified person "V1" stands there twice; rename'),
    ('a sex that is none', put(FAM, 'Gender= Male', 'Gender= Mule'), '71: Gender: "Mule"; permitted are Male,'),
    ('the own ancestor', put(FAM, 'Parent= R\nChild= Missing male 2', 'Parent= Missing son\nChild= Missing male 2'),
     '170: family "Three", pedigree "Tree": Missing male 2 is her own ancestor, or his, over 2'),
    ('three parents', put(FAM, 'nRelations= 2\nParent= F\nChild= C\nParent= Missing person\n',
                          'nRelations= 3\nParent= X\nChild= C\nParent= F\nChild= C\nParent= Missing person\n'),
     '143: family "Am", pedigree "Tree": "C" has three parents'),
    ('a NUL byte', put(FAM, 'V1', 'V\0'), '70: a NUL byte: this is not a text file'),
    ('a name of 10 MB', put(FAM, 'Name= V1', 'Name= ' + 'V' * 10_000_000),
     '70: the name has 10000000 bytes; expected at most 200'),
    ('a table of families', 'family,person\nF,a\n', '1: "family,person" stands where a Familias file begins with'),
    ('a compressed file', gzip.compress(FAM), ' the file is compressed: unpack it first'),
    ('nothing', '', ' the file is empty'),
]

PED = 'F1 dad 0 0 1 0 10 12 3 3\nF1 mum 0 0 2 0 7 0 3 4\nF1 kid dad mum 1 0 12 7 4 0\n'
PED_MAP = '1 L1 10.5 1000\n23 L2 0 2000\n'
PED_FRQ = 'M L1\nA 7 0.25\nA 10 0.25\nA 12 0.5\nM L2\nF 0.1 0.2 0.3 0.4\n'

# What it is, .ped, .map, .frq, the file that is wrong, what is told.
PED_FILES = [
    ('an odd number of alleles', put(PED, '10 12 3 3', '10 12 3'), PED_MAP, PED_FRQ, 'f.ped',
     '1: L2: the row ends in the middle of this genotype'),
    ('a map of other markers', PED, PED_MAP + '2 L3 1 1\n', PED_FRQ, 'f.ped',
     '1: every row has 2 genotypes, but the map lists 3 markers: is it the map of this file?'),
    ('a map of fewer markers', PED, PED_MAP[:15], PED_FRQ, 'f.ped', '1: every row has 2 genotypes, but the map'),
    ('no map beside it', PED, '# nothing\n', PED_FRQ, 'f.map', ' the file names no marker'),
    ('a sex that is none', put(PED, 'dad 0 0 1', 'dad 0 0 3'), PED_MAP, PED_FRQ, 'f.ped',
     '1: "3" is no sex; expected 1 (male), 2 (female) or 0 (not known)'),
    ('a father who is a woman', put(PED, 'dad 0 0 1', 'dad 0 0 2'), PED_MAP, PED_FRQ, 'f.ped',
     '3: family F1.pedigree[2].father: dad, the father of kid, is female'),
    ('the own ancestor', put(PED, 'dad 0 0', 'dad kid mum'), PED_MAP, PED_FRQ, 'f.ped',
     '1: family F1.pedigree[0]: dad is her own ancestor, or his, over 2 generations'),
    ('a person twice', PED + 'F1 kid dad mum 1 0 12 7 4 0\n', PED_MAP, PED_FRQ, 'f.ped',
     '4: person "kid" of family "F1" stands on line 3 already'),
    ('a row that is cut off', PED[:-12], PED_MAP, PED_FRQ, 'f.ped', '3: the row ends before the phenotype'),
    ('10 MB in one word', PED + 'F2 ' + 'x' * 10_000_000, PED_MAP, PED_FRQ, 'f.ped',
     '4: the person has 10000000 bytes; expected at most 200'),
    ('a NUL byte', put(PED, 'mum', 'm\0m'), PED_MAP, PED_FRQ, 'f.ped', '2: a NUL byte: this is not a text file'),
    ('a marker twice', PED, put(PED_MAP, 'L2', 'L1'), PED_FRQ, 'f.map', '2: marker "L1" stands on line 1 already'),
    ('chromosome 99', PED, put(PED_MAP, '23 L2', '99 L2'), PED_FRQ, 'f.map', '2: "99" is no chromosome; expected'),
    ('frequencies that sum to 1.2', PED, PED_MAP, put(PED_FRQ, '12 0.5', '12 0.7'), 'f.frq',
     '2: marker "L1": the frequencies sum to 1.2, not to 1'),
    ('a negative frequency', PED, PED_MAP, put(PED_FRQ, '12 0.5', '12 -0.5'), 'f.frq',
     '4: marker "L1", allele "12": the frequency is -0.5; it must be from 0 to 1'),
    ('an allele without frequency', PED, PED_MAP, put(PED_FRQ, 'A 12', 'A 13'), 'f.ped',
     '1: marker "L1": allele "12" has no frequency in f.frq; add it there'),
    ('an allele with a comma', put(PED, '12 3 3', '12, 3 3'), PED_MAP, PED_FRQ, 'f.ped',
     '1: L1: "12," is no allele: the signs , ; { } ? have other meanings'),
    ('a control character', put(PED, 'mum', 'm\x1bm'), PED_MAP, PED_FRQ, 'f.ped',
     '2: the person "m?m" has a control character: remove it'),
    ('nothing', '', PED_MAP, PED_FRQ, 'f.ped', ' the file has no persons'),
]

GEDCOM = '''0 HEAD
1 GEDC
2 VERS 5.5.1
1 CHAR UTF-8
0 @I1@ INDI
1 NAME A /B/
1 SEX M
1 FAMS @F1@
0 @I2@ INDI
1 SEX F
1 FAMS @F1@
0 @I3@ INDI
1 SEX M
1 FAMC @F1@
0 @F1@ FAM
1 HUSB @I1@
1 WIFE @I2@
1 CHIL @I3@
0 TRLR
'''

GEDCOM_FILES = [
    ('a level that is skipped', put(GEDCOM, '1 SEX M', '3 SEX M'),
     '7: level 3 below a line of level 1; expected at most 2'),
    ('FAMS that points nowhere', put(GEDCOM, 'FAMS @F1@', 'FAMS @F9@'), '8: FAMS points to @F9@, which is not in'),
    ('HUSB that points nowhere', put(GEDCOM, 'HUSB @I1@', 'HUSB @I9@'), '16: HUSB points to @I9@, which is not'),
    ('HUSB that is a family', put(GEDCOM, 'HUSB @I1@', 'HUSB @F1@'),
     '16: HUSB points to @F1@ (line 15), which is a family, expected a person'),
    ('a cross reference twice', put(GEDCOM, '@I2@ INDI', '@I1@ INDI'), '9: @I1@ stands on line 5 already'),
    ('the own ancestor', put(GEDCOM, 'HUSB @I1@', 'HUSB @I3@'), '12: I3 is her own ancestor, or his, over 1'),
    ('a father who is a woman', put(GEDCOM, 'SEX M', 'SEX F'), '12: I1, the father of I3, is female'),
    ('two mothers', put(GEDCOM, '1 WIFE @I2@\n', '1 WIFE @I2@\n1 WIFE @I1@\n'), '18: family @F1@ has two WIFE,'),
    ('a file that is cut off', GEDCOM[:-8], '18: the file ends without "0 TRLR"; it is cut short, fetch it again'),
    ('a line without level', put(GEDCOM, '1 SEX M', 'SEX M'), '7: the line begins with "SEX M"; expected a level'),
    ('level 100', put(GEDCOM, '1 SEX M', '100 SEX M'), '7: the level is above 99'),
    ('a NUL byte', put(GEDCOM, 'A /B/', 'A\0 /B/'), '6: a NUL byte: this is not a text file'),
    ('Latin-1', put(GEDCOM, 'A /B/', b'Andr\xe9 /B/'), '6: byte 0xE9 is no character of UTF-8; save the file'),
    ('half of UTF-16', GEDCOM.encode('utf-16')[:-1], '19: the UTF-16 text ends in half a character; is the file'),
    ('ANSEL', put(put(GEDCOM, 'UTF-8', 'ANSEL'), 'A /B/', b'A\xe2'),
     '6: the character set "ANSEL" is not read, and this line has letters beyond ASCII; export'),
    ('another version', put(GEDCOM, '5.5.1', '9.9'), '3: version "9.9"; read are 5.5, 5.5.1 and 7'),
    ('a line of 10 MB', put(GEDCOM, 'A /B/', 'A' * 10_000_000), '6: the line has 10000007 bytes; at most 65536'),
    ('a cross reference of 500 bytes', GEDCOM.replace('@I1@', '@' + 'I' * 500 + '@'), '5: code: "f/III'),
    ('nothing', '', '1: the file does not begin with "0 HEAD": this is no GEDCOM file'),
]

CASE = read('examples/four_families.json')

CASE_FILES = [
    ('a key nobody knows', put(CASE, '"theta"', '"thetta"'), '5:12: thetta: unknown key "thetta"; permitted: format'),
    ('a key twice', put(CASE, '"theta": 0', '"theta": 0,\n"theta": 0'), '6:7: a key occurs twice in one object'),
    ('100000 levels', '[' * 100000, '1:65: brackets are nested more than 64 deep'),
    ('NaN', put(CASE, '"theta": 0', '"theta": NaN'), '5:13: not valid JSON: invalid token near \'NaN\''),
    ('a number beyond all', put(CASE, '"theta": 0', '"theta": 1e999'), '5:15: a number is too large: real number'),
    ('a theta of 2', put(CASE, '"theta": 0', '"theta": 2'), '5:11: theta: theta is 2; it must be at least 0 and'),
    ('a file that is cut off', CASE[:len(CASE) // 2], '25:418: the input ends in the middle of a value; is the file'),
    ('text behind the end', CASE + b'x', '104:1: not valid JSON: end of file expected near \'x\''),
    ('a NUL byte', put(CASE, 'theta', 'th\0eta'), '4:133: control byte 0x00 inside a string; write it as an escape'),
    ('Latin-1', put(CASE, '"theta"', b'"th\xe9"'), '5:5: byte 0xe9 is not UTF-8; save the file as UTF-8'),
    ('UTF-16', CASE.decode().encode('utf-16'), '1:1: the file is UTF-16; save it as UTF-8'),
    ('two byte order marks', b'\xef\xbb\xbf\xef\xbb\xbf' + CASE, ' the file begins with two byte order marks'),
    ('another format', put(CASE, 'homeward-case/1', 'homeward-case/9'),
     '2:12: format: format is "homeward-case/9"; expected "homeward-case/1" or "homeward-cases/1"'),
    ('a list', '[]', '1:1: expected an object, found an array'),
    ('a key of 10 MB', put(CASE, '"theta"', '"' + 'x' * 10_000_000 + '"'), '1:1: xxx'),
    ('half a surrogate pair', put(CASE, '"theta"', '"\\ud800"'), '5:9: not valid JSON: invalid Unicode'),
    ('nothing', '', '1:1: the input is empty'),
]
