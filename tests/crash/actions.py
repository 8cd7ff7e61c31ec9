"""The commands that change something, each with a database to begin with; see kill.py and full.py."""
import os
import shutil

from crash import (FINE, SOURCE, Demo, at_call, content, copy_case, expect, good, import_frequencies,
                   new_case)


class Action:
    """A command and the database that it finds. `command` makes the arguments from the database and a
    path for what it writes beside it."""

    def __init__(self, name, base, command):
        self.name, self.base, self.command = name, base, command
        self.before = self.after = None
        self.n_calls = 0

    @property
    def writes_beside(self):
        return self.name in ('backup', 'export', 'export all')

    def measure(self, folder):
        """Lets it run undisturbed: what stood before, what stands after, how many calls it makes."""
        case = copy_case(self.base, f'{folder}/case')
        self.before = content(case, folder)
        done = at_call(f'{folder}/count', 0, 'kill', *self.command(case, f'{folder}/out'))
        expect(done.status == FINE, done)
        with open(f'{folder}/count', encoding='utf-8') as file:
            self.n_calls = int(file.read())
        self.after = content(case, folder)


def write_changed_families(demo, path):
    with open(demo.families, encoding='utf-8') as source, open(path, 'w', encoding='utf-8') as target:
        for number, line in enumerate(source):
            target.write(line.rstrip('\n') + (',relation\n' if number == 0 else f',told {number}\n'))


def make_reviewed(full, case, folder):
    """The database with an identification that two have reviewed, and a policy that asks no DNA."""
    shutil.copyfile(full, case)
    os.chmod(case, 0o600)
    with open(f'{folder}/actors.csv', 'w', encoding='utf-8') as file:
        file.write('code,login,permissions\nr1,,review\nr2,,review\nboard,,decide\n')
    good('import', 'actors', f'{folder}/actors.csv', '-c', case, '--apply')
    good('decide', '--policy', 'main', '--posterior', 'none', '--reason', 'papers', '-c', case)
    good('decide', '--propose', 'F002-M1', 'R0001', '--reason', 'papers', '-c', case)
    for who in ('r1', 'r2'):
        good('decide', 'ID-1', '--review', 'agree', '--reason', 'fits', '--as', who, '-c', case)


def make_actions(folder):
    """Databases to begin with, and what is done to them."""
    small, large = Demo(f'{folder}/small', 12), Demo(f'{folder}/large', 200)
    empty, full = f'{folder}/empty.hwc', f'{folder}/full.hwc'
    new_case(empty)
    shutil.copyfile(empty, full)
    os.chmod(full, 0o600)
    small.import_all(full)
    good('export', 'all', '--to', f'{folder}/exported', '-c', full)
    write_changed_families(small, f'{folder}/changed.csv')
    reviewed = f'{folder}/reviewed.hwc'
    make_reviewed(full, reviewed, folder)
    bare = f'{folder}/bare.hwc'
    good('init', bare)

    with open(f'{folder}/more.csv', 'w', encoding='utf-8') as file:
        file.write('family,person,sex,missing\nF900,F900-M,male,yes\nF900,F900-R,female,\n')

    def several(case, _):
        return ('import', 'families', small.families, f'{folder}/more.csv', '-c', case, '--apply')

    return [
        Action('import frequencies', bare, lambda case, _: import_frequencies(case)),
        Action('import families', empty, lambda case, _: small.import_families(case)),
        Action('import 1300 persons', empty, lambda case, _: large.import_families(case)),
        Action('import GeneMapper', full, lambda case, _: large.import_references(case)),
        Action('import remains', empty, lambda case, _: large.import_remains(case)),
        Action('import two files', empty, several),
        Action('import an update', full, lambda case, _: (
            'import', 'families', f'{folder}/changed.csv', '--update', '-c', case, '--apply')),
        Action('import a case', empty, lambda case, _: (
            'import', 'case', f'{SOURCE}/examples/four_families.json', '-c', case, '--apply')),
        Action('import all', bare, lambda case, _: (
            'import', 'all', f'{folder}/exported', '--update', '-c', case, '--apply')),
        Action('import, dry', empty, lambda case, _: small.import_families(case)[:-1]),
        Action('set-state', full, lambda case, _: (
            'set-state', 'family', 'F002', 'suspended', '--reason', 'moved', '-c', case)),
        Action('withdraw', full, lambda case, _: (
            'set-state', 'profile', 'F003-R1', 'withdrawn', '--reason', 'contaminated', '-c', case)),
        Action('propose', full, lambda case, _: (
            'decide', '--propose', 'F002-M1', 'R0001', '--reason', 'papers', '-c', case)),
        Action('decide', reviewed, lambda case, _: (
            'decide', 'ID-1', '--confirm', '--reason', 'board', '--as', 'board', '-c', case)),
        Action('backup', full, lambda case, out: ('backup', out, '-c', case)),
        Action('export', full, lambda case, out: ('export', 'family', '--to', out, '-c', case)),
        Action('export all', full, lambda case, out: ('export', 'all', '--to', out, '-c', case)),
    ]
