#!/usr/bin/env python3
"""Files made to harm, and damaged databases: each is refused with one line per mistake that says where
and what to do, nothing is written, and every flipped byte is found.

    tests/crash/corrupt.py HOMEWARD AT_CALL

The files stand in bad_tables.py and bad_formats.py.
"""
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import time

import bad_formats
import bad_tables
from crash import (BAD_INPUT, DEMO, ENVIRONMENT, FINE, NO, PROGRAM, Demo, Skip, content, copy_case,
                   environment, expect, generator, good, homeward, new_case, run_tests, scaled)

MOST_TOLD = 20
GIB = 1 << 30


# --- a case, and what must not change in it ---

def write(path, what):
    with open(path, 'wb') as file:
        file.write(what if isinstance(what, bytes) else what.encode())


def read(path):
    with open(path, 'rb') as file:
        return file.read()


class Case:
    """A small case in a folder of its own; `bytes` are the database's."""

    def __init__(self, folder):
        self.folder = folder
        self.path = f'{folder}/case.hwc'
        new_case(self.path)
        for kind, table in (
                ('families', 'family,person,father,mother,sex,missing\n'
                             'F1,F1-M,F1-P,F1-Q,male,yes\nF1,F1-B,F1-P,F1-Q,male,\n'),
                ('accessions', 'code,how\nA1,excavated\nA2,excavated\n'),
                ('specimens', 'code,accession,element,side\nS1,A1,femur,left\n'),
                ('samples', 'code,specimen,kind\nT1,S1,bone\n'),
                ('custody', bad_tables.CUSTODY + 'accession,A1,1,2026-01-01T08:00:00Z,received,,store,,\n')):
            write(f'{folder}/table.csv', table)
            good('import', kind, f'{folder}/table.csv', '-c', self.path, '--apply')
        self.bytes = read(self.path)
        self.content = content(self.path, folder)

    def import_files(self, files, *command, **options):
        """Imports files of these contents, in the case's folder."""
        for name, what in files.items():
            write(f'{self.folder}/{name}', what)
        return homeward('import', *command, '-c', self.path, '--apply', cwd=self.folder, **options)

    def expect_unchanged(self, done):
        expect(read(self.path) == self.bytes, 'refused, and the database has other bytes:', done)

    def expect_refused(self, what, done, told, status=BAD_INPUT):
        """Exactly these lines (their beginnings), then their number if there are several."""
        lines = done.err.splitlines()
        expect(done.status == status, what, done)
        expect(not done.out, what, done)
        expected = [f'homeward: {line}' for line in told]
        if len(told) > 1:
            expected.append(f'homeward: {len(told)} mistakes: nothing was written')
        expect(len(lines) == len(expected), what, done)
        for line, beginning in zip(lines, expected):
            expect(line.startswith(beginning), f'{what}\nexpected: {beginning}\ntold:     {line}')
        self.expect_unchanged(done)

    def refuse_all(self, bad, name, format_name=None):
        """Files of one format: (what it is, [kind,] content, told…)."""
        for what, *rest in bad:
            command = (format_name,) if format_name else (rest.pop(0),)
            file, *told = rest
            done = self.import_files({name: file}, *command, name)
            self.expect_refused(what, done, [f'{name}:{line}' for line in told])
        expect(content(self.path, self.folder) == self.content, 'the content is another one')
        return f'{len(bad)} files'


# --- the files ---

def tables(folder):
    """Tables that are no tables are refused"""
    return Case(folder).refuse_all(bad_tables.TEXT, 'f.csv')


def records(folder):
    """Records that cannot be are refused"""
    return Case(folder).refuse_all(bad_tables.RECORDS, 'f.csv')


def chains(folder):
    """Chains of custody that cannot be are refused"""
    return Case(folder).refuse_all(bad_tables.CHAINS, 'f.csv', 'custody')


def frequencies(folder):
    """Tables of frequencies that are none are refused"""
    return Case(folder).refuse_all(bad_tables.TABLES_OF_FREQUENCIES, 'f.csv', 'frequencies')


def profiles(folder):
    """Tables of profiles that cannot be read in one way only are refused"""
    return Case(folder).refuse_all(bad_tables.PROFILES, 'f.csv', 'profiles')


def column_maps(folder):
    """Column maps, and tables that do not fit them, are refused"""
    case = Case(folder)
    for what, column_map, table, wrong, *told in bad_tables.MAPS:
        done = case.import_files({'f.map': column_map, 'f.csv': table}, 'samples', 'f.csv', '--map', 'f.map')
        case.expect_refused(what, done, [f'{wrong}:{line}' for line in told])
    return f'{len(bad_tables.MAPS)} maps and tables'


def genemapper(folder):
    """GeneMapper text that is damaged is refused"""
    return Case(folder).refuse_all(bad_formats.GENEMAPPER_FILES, 'f.txt', 'genemapper')


def cmf(folder):
    """CODIS CMF that is damaged or made to harm is refused"""
    return Case(folder).refuse_all(bad_formats.CMF_FILES, 'f.xml', 'cmf')


def fam(folder):
    """Familias files that are damaged are refused"""
    return Case(folder).refuse_all(bad_formats.FAM_FILES, 'f.fam', 'fam')


def ped(folder):
    """PED files, their maps and their frequencies are refused where they are wrong"""
    case = Case(folder)
    for what, file, markers, table, wrong, *told in bad_formats.PED_FILES:
        done = case.import_files({'f.ped': file, 'f.map': markers, 'f.frq': table}, 'ped', 'f.ped')
        case.expect_refused(what, done, [f'{wrong}:{line}' for line in told])
    return f'{len(bad_formats.PED_FILES)} files'


def gedcom(folder):
    """GEDCOM files that are damaged are refused"""
    return Case(folder).refuse_all(bad_formats.GEDCOM_FILES, 'f.ged', 'gedcom')


def case_files(folder):
    """Cases as JSON that are damaged are refused"""
    return Case(folder).refuse_all(bad_formats.CASE_FILES, 'f.json', 'case')


def exported_folders(folder):
    """Exported folders that were changed on their way are refused"""
    case = Case(folder)
    good('export', 'all', '--to', f'{folder}/whole', '-c', case.path)
    case.bytes = read(case.path)  # the export is noted in the case
    manifest = read(f'{folder}/whole/manifest.json')
    with open(f'{folder}/whole/manifest.json', encoding='utf-8') as file:
        digest = json.load(file)['files'][0]['digest'].encode()
    other = digest[::-1]
    bad = [
        ('a manifest that is cut off', 'manifest.json', manifest[:300], BAD_INPUT,
         'e/manifest.json:9:92: the input ends in the middle of a value; is the file complete?'),
        ('a kind nobody knows', 'manifest.json', manifest.replace(b'"actor"', b'"../actor"'), BAD_INPUT,
         'e/manifest.json:9:5: files[0]: "../actor" is no kind of record of this version'),
        ('a kind twice', 'manifest.json', manifest.replace(b'"import"', b'"actor"'), BAD_INPUT,
         'e/manifest.json:10:5: files[1]: the kind "actor" stands twice'),
        ('a key nobody knows', 'manifest.json', manifest.replace(b'"schema"', b'"shema"'), BAD_INPUT,
         'e/manifest.json:4:12: shema: unknown key "shema"; permitted: format, program, schema'),
        ('a newer version', 'manifest.json', manifest.replace(b'"schema": ', b'"schema": 9'), BAD_INPUT,
         'e/manifest.json:4:13: schema: exported by a newer version of Homeward (schema 9'),
        ('another digest', 'manifest.json', manifest.replace(digest, other), BAD_INPUT,
         'e/actors.csv: the file is not what was exported: it was damaged or changed'),
        ('a changed table', 'persons.csv', b'code\nx\n', BAD_INPUT,
         'e/persons.csv: the file is not what was exported: it was damaged or changed'),
        ('a table that is missing', 'persons.csv', None, ENVIRONMENT, 'e/persons.csv: cannot open the file'),
        ('no manifest', 'manifest.json', None, ENVIRONMENT, 'e: the export is not complete: manifest.json'),
    ]
    for what, name, new, status, told in bad:
        shutil.rmtree(f'{folder}/e', ignore_errors=True)
        shutil.copytree(f'{folder}/whole', f'{folder}/e')
        if new is None:
            os.remove(f'{folder}/e/{name}')
        else:
            write(f'{folder}/e/{name}', new)
        case.expect_refused(what, case.import_files({}, 'all', 'e'), [told], status)
    case.expect_refused('a file', case.import_files({'f.csv': 'x\n'}, 'all', 'f.csv'), ['f.csv: this is no folder'])
    return f'{len(bad) + 1} folders'


def no_files(folder):
    """What is no file is refused at once: folders, devices, what is not there"""
    case = Case(folder)
    os.mkdir(f'{folder}/folder')
    paths = {'folder': 'this is a folder; a file is expected',
             '/dev/zero': 'this is no ordinary file; \'-\' is standard input',
             '/dev/null': 'this is no ordinary file', 'nowhere': 'cannot open the file: No such file'}
    formats = ('families', 'profiles', 'frequencies', 'genemapper', 'cmf', 'fam', 'ped', 'gedcom', 'case')
    for path, told in paths.items():
        for name in formats:
            done = case.import_files({}, name, path, timeout=60)
            case.expect_refused(f'{path} as {name}', done, [f'{path}: {told}'], ENVIRONMENT)
        done = case.import_files({'f.csv': bad_tables.TABLE}, 'samples', 'f.csv', '--map', path)
        case.expect_refused(f'{path} as a map', done, [f'{path}: {told}'], ENVIRONMENT)
    with open('/dev/zero', 'rb') as endless:
        done = case.import_files({}, 'families', '-', stdin=endless)
        case.expect_refused('zeros without end', done, ['standard input: NUL bytes: this is not a text'])
    return f'{len(paths) * (len(formats) + 1) + 1} refused'


def many_mistakes(folder):
    """Of many mistakes twenty are told, in the order of the file, and the others counted"""
    case = Case(folder)
    for n in (2, MOST_TOLD, MOST_TOLD + 1, 1000):
        table = 'code,kind\n' + ''.join(f'X{i},stone\n' for i in range(n))
        done = case.import_files({'f.csv': table}, 'samples', 'f.csv')
        lines = done.err.splitlines()
        kept = min(n, MOST_TOLD)
        last = (f'homeward: {n} mistakes: nothing was written' if n == kept else
                f'homeward: ... and {n - kept} more mistakes: nothing was written')
        expect(done.status == BAD_INPUT and len(lines) == kept + 1 and lines[-1] == last, done)
        for i, line in enumerate(lines[:-1]):
            expect(line.startswith(f'homeward: f.csv:{i + 2}:'), done)
        case.expect_unchanged(done)


# --- files that were cut off, and bytes that were changed ---

# Format, file, is it one whose end is known.
def good_files():
    return [
        ('families', 'f.csv', read(f'{DEMO}/families.csv'), False),
        ('profiles', 'f.csv', read(f'{DEMO}/remains.csv'), False),
        ('genemapper', 'f.txt', read(f'{DEMO}/references.txt')[:40000], False),
        ('ped', 'f.ped', bad_formats.PED.encode(), False),
        ('fam', 'f.fam', read(f'{DEMO}/second_laboratory.fam'), True),
        ('fam', 'f.fam', bad_formats.FAM, True),
        ('cmf', 'f.xml', bad_formats.CMF.encode(), True),
        ('gedcom', 'f.ged', bad_formats.GEDCOM.encode(), True),
        ('case', 'f.json', bad_formats.CASE, True),
    ]


def fresh(case):
    write(case.path, case.bytes)


def cut_off(folder):
    """A file that is cut off is refused with one line; where rows are all alike, a note asks"""
    case = Case(folder)
    write(f'{folder}/f.map', bad_formats.PED_MAP)
    n = 0
    for name, file, whole, has_end in good_files():
        for tenth in range(1, 10):
            part = whole[:len(whole) * tenth // 10]
            done = case.import_files({file: part}, name, file)
            n += 1
            if done.status == FINE and not has_end:
                expect(part.endswith(b'\n') or 'was the file cut off?' in done.out, name, tenth, done)
                fresh(case)
                continue
            expect(done.status == BAD_INPUT, name, tenth, done)
            expect(len(done.err.splitlines()) == 1, name, tenth, done)
            expect(done.err.startswith(f'homeward: {file}:'), name, tenth, done)
            case.expect_unchanged(done)
    return f'{n} files'


def damage(random, whole):
    """A copy with one place changed."""
    at = random.randrange(len(whole))
    how = random.randrange(5)
    if how == 0:
        return whole[:at] + bytes([random.randrange(256)]) + whole[at + 1:]
    if how == 1:
        return whole[:at] + whole[at + random.randrange(1, 40):]
    if how == 2:
        return whole[:at] + random.choice((b'"', b'\0', b'\n', b'\r', b'-1', b'99999999999', b'[', b'<', b',',
                                           b'\t', b'\xff', b'NaN', b'{')) + whole[at:]
    if how == 3:
        return whole[:at] + whole[at:at + 200] * 2 + whole[at + 200:]
    return whole[:at]


def changed_places(folder):
    """A file with a place changed is imported or refused with clear lines, never anything else"""
    random = generator(1973)
    case = Case(folder)
    write(f'{folder}/f.map', bad_formats.PED_MAP)
    n_taken = n_refused = 0
    for _ in range(scaled(40)):
        for name, file, whole, _ in good_files():
            bad = damage(random, whole)
            write(f'{folder}/{file}', bad)
            done = case.import_files({}, name, file)
            lines = done.err.splitlines()
            expect(done.status in (FINE, BAD_INPUT), name, done)
            if done.status == FINE:
                expect(not lines, name, done)
                fresh(case)
                n_taken += 1
                continue
            n_refused += 1
            expect(1 <= len(lines) <= MOST_TOLD + 1, name, done)
            for line in lines:
                expect(line.startswith('homeward: ') and 'please report' not in line, name, done)
            expect(lines[0].startswith(f'homeward: {file}'), name, done)
            case.expect_unchanged(done)
    return f'{n_refused} refused, {n_taken} taken'


# --- sizes ---

class Watched:
    """Runs a command with a limit on its memory; how long it took, and the memory that it used."""

    def __init__(self, limit, *args, cwd):
        def set_limit():
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        began = time.monotonic()
        process = subprocess.Popen([PROGRAM, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd=cwd,
                                   stderr=subprocess.PIPE, env=environment(), preexec_fn=set_limit)
        self.args = args
        self.out, self.err = (part.decode('utf-8', 'replace') for part in process.communicate(timeout=300))
        self.status = process.returncode
        self.seconds = time.monotonic() - began

    def __str__(self):
        return f'{" ".join(self.args)}: exit {self.status} after {self.seconds:.1f} s\n{self.out}{self.err}'


def huge_files(folder):
    """Files of 2 GB and rows of 64 MB take bounded memory and time, and one line"""
    case = Case(folder)
    if Watched(GIB // 2, 'version', cwd=folder).status != FINE:
        raise Skip('this build takes more addresses than any limit leaves (a sanitizer)')

    def sparse(name, size, head):
        write(f'{folder}/{name}', head)
        os.truncate(f'{folder}/{name}', size)

    table = bad_tables.FAMILIES.encode()
    sparse('zeros.csv', 2 * GIB, b'')
    sparse('tail.csv', 2 * GIB, table)
    sparse('f.fam', GIB, bad_formats.FAM)
    sparse('f.ged', GIB, bad_formats.GEDCOM.encode())
    sparse('f.xml', GIB, bad_formats.CMF.encode())
    sparse('f.json', GIB + 1, bad_formats.CASE)
    sparse('f.txt', GIB + 1, bad_formats.GENEMAPPER.encode())
    sparse('f.frq.csv', GIB, bad_tables.FREQUENCIES.encode())
    write(f'{folder}/row.csv', table + b'F2,' + b'x' * (64 << 20) + b'\n')
    write(f'{folder}/quoted.csv', table + b'F2,"' + b'x\n' * (32 << 20))
    write(f'{folder}/profiles.csv', b'sample,TH01\nX,' + b'6/' * (32 << 20))
    write(f'{folder}/newlines.csv', table + b'\n' * (64 << 20) + b'F2,x\n')
    write(f'{folder}/comment.csv', b'# ' + b'x' * (64 << 20) + b'\n' + table)
    refused = [
        ('families', 'zeros.csv', '1:1: a NUL byte: this is not a text file'),
        ('families', 'tail.csv', '3:1: a NUL byte: this is not a text file'),
        ('fam', 'f.fam', ' the file is larger than 268435456 bytes, the most that is read'),
        ('gedcom', 'f.ged', ' the file is larger than'), ('cmf', 'f.xml', ' the file is larger than'),
        ('case', 'f.json', ' the file is larger than'), ('genemapper', 'f.txt', ' the file is larger than'),
        ('frequencies', 'f.frq.csv', ' the file is larger than'),
        ('families', 'row.csv', '3:1: the row is longer than 1 MiB; is a quote left open?'),
        ('families', 'quoted.csv', '3:1: the row is longer than 1 MiB; is a quote left open?'),
        ('profiles', 'profiles.csv', '2:1: the row is longer than 1 MiB'),
        ('families', 'newlines.csv', '67108867: the row has 2 cells, the header has 6'),
        ('families', 'comment.csv', '1:1: the row is longer than 1 MiB'),
    ]
    slowest = 0
    for name, file, told in refused:
        done = Watched(GIB // 4, 'import', name, file, '-c', case.path, '--apply', cwd=folder)
        case.expect_refused(file, done, [f'{file}:{told}'])
        slowest = max(slowest, done.seconds)
    return f'{len(refused)} files in 256 MiB of addresses, the slowest in {slowest:.1f} s'


# --- damaged databases ---

def identified_case(folder, n_families=60):
    """A small case with comparisons."""
    case = f'{folder}/base.hwc'
    new_case(case)
    Demo(f'{folder}/demo', n_families).import_all(case)
    good('identify', '--pairwise', '--threshold', '4', '-c', case)
    return case


def check_flipped(case, whole, at, bit):
    """What check says of the database with one bit flipped; the line about the row it must name."""
    flipped = bytearray(whole)
    flipped[at] ^= bit
    write(case, bytes(flipped))
    done = homeward('check', '-c', case)
    expect(done.status in (NO, ENVIRONMENT), f'byte {at}, bit {bit}:', done)
    if done.status == ENVIRONMENT:  # it cannot be read at all
        expect(len(done.err.splitlines()) == 1 and not done.out, f'byte {at}:', done)
    return done


# Table, columns, how check calls a row.
CELLS = [
    ('audit_entry', ('at', 'login', 'program', 'action', 'before', 'after', 'previous', 'hash'),
     'SELECT id, \'audit entry \' || id FROM audit_entry'),
    ('audit_part', ('kind', 'hash'), 'SELECT id, \'audit entry \' || entry FROM audit_part'),
    ('profile', ('code', 'observations'),
     'SELECT id, \'profile \' || code || \' (row \' || id || \')\' FROM profile'),
    ('comparison', ('per_marker', 'inputs'),
     'SELECT c.id, \'comparison \' || r.code || \'/\' || p.code || \'/\' || m.code || \'/\' || f.code || '
     '\' (row \' || c.id || \')\' FROM comparison c JOIN run r ON r.id = c.run JOIN profile p ON p.id = '
     'c.profile JOIN person m ON m.id = c.person JOIN family f ON f.id = c.family'),
]


def cells(database, whole, table, columns, names):
    """(row's name, first byte, length) of the cells of a table that stand in one piece and once."""
    for number, name in database.execute(names).fetchall():
        row = database.execute(f'SELECT {", ".join(chr(34) + c + chr(34) for c in columns)} FROM {table} '
                               'WHERE id = ?', (number,)).fetchone()
        for cell in row:
            value = cell if isinstance(cell, bytes) else cell.encode()
            if len(value) >= 8 and whole.count(value) == 1:
                yield name, whole.index(value), len(value)


def flipped_cells(folder):
    """A flipped byte in a row of audit, profiles or comparisons is told with that row"""
    random = generator(1974)
    base = identified_case(folder)
    whole, case, told = read(base), f'{folder}/case.hwc', []
    database = sqlite3.connect(f'file:{base}?mode=ro', uri=True)
    for table, columns, names in CELLS:
        found = list(cells(database, whole, table, columns, names))
        expect(len(found) >= 8, table, 'has cells in one piece:', len(found))
        n = scaled(25)
        for _ in range(n):
            name, at, length = random.choice(found)
            done = check_flipped(case, whole, at + random.randrange(length), 1 << random.randrange(8))
            expect(done.status == NO, name, done)
            lines = done.out.splitlines()
            expect(any(line.startswith(f'{name}: ') for line in lines), f'nothing is told of {name}:', done)
        told.append(f'{table}: {n} flips in {len(found)} cells')
    database.close()
    write(case, whole)
    good('check', '-c', case)
    return '\n'.join(told)


def flipped_bytes(folder):
    """A flipped byte anywhere in the file is found, with its page or its row"""
    random = generator(1975)
    base = identified_case(folder)
    whole, case = read(base), f'{folder}/case.hwc'
    n, n_closed = scaled(300), 0
    for i in range(n):
        at = random.randrange(len(whole) if i % 10 else 128)
        done = check_flipped(case, whole, at, 1 << random.randrange(8))
        page = at // 4096 + 1
        if done.status == ENVIRONMENT:
            n_closed += 1
            expect(at < 100, f'byte {at} keeps the file from being opened:', done)
        else:
            expect(f'page {page} of the file is damaged' in done.out, f'byte {at} of page {page}:', done)
    return f'{n} flips in {len(whole)} bytes; {n_closed} in the header kept it from being opened'


def change(case, *statements):
    """Changes a database as any program with SQLite can."""
    database = sqlite3.connect(case)
    try:
        for statement in statements:
            database.execute(statement)
        database.commit()
    finally:
        database.close()


def expect_stopped(case, statement, *words):
    try:
        change(case, statement)
    except sqlite3.DatabaseError as stopped:
        expect(any(word in str(stopped) for word in words), stopped)
        return
    expect(False, 'another program changed it:', statement)


def another_program(folder):
    """A change by plain SQL is refused, or found with its page and its row"""
    base = identified_case(folder)
    case = copy_case(base, f'{folder}/run')
    database = sqlite3.connect(f'file:{base}?mode=ro', uri=True)
    triggers = [row[0] for row in database.execute('SELECT name FROM sqlite_master WHERE type = \'trigger\'')]
    profile = database.execute('SELECT code FROM profile WHERE id = 3').fetchone()[0]
    database.close()
    update = 'UPDATE profile SET observations = observations || \';9\' WHERE id = 3'
    before = read(case)
    expect_stopped(case, update, 'readonly')
    expect(read(case) == before, 'another program changed the file')
    # Somebody makes the file writable for other programs, then takes the triggers away.
    write(case, before[:18] + b'\x01\x01' + before[20:])
    expect_stopped(case, update, 'evidence', 'never', 'append')
    change(case, *(f'DROP TRIGGER "{name}"' for name in triggers), update)
    after = read(case)
    write(case, after[:18] + before[18:20] + after[20:])
    done = homeward('check', '-c', case)
    expect(done.status == NO, done)
    for told in (f'profile {profile} (row 3): its content is not what was written', 'page 1 of the file is damaged',
                 'its tables, indexes or triggers are not those of this version'):
        expect(told in done.out, told, done)
    return f'{len(triggers)} triggers taken away, one profile changed: {len(done.out.splitlines())} lines'


if __name__ == '__main__':
    run_tests([tables, records, chains, frequencies, profiles, column_maps, genemapper, cmf, fam, ped, gedcom,
               case_files, exported_folders, no_files, many_mistakes, cut_off, changed_places, huge_files,
               flipped_cells, flipped_bytes, another_program])
