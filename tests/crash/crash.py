"""What the programs of this folder share: homeward run as a user runs it, the demo case in small,
and what a case database must be after whatever happened to it.

Every program speaks TAP. Each test is a function; it fails by raising Wrong. All randomness comes
from seeds that are printed. HOMEWARD_TEST_SCALE multiplies the number of trials.
"""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SOURCE = os.environ.get('HOMEWARD_SOURCE_ROOT') or os.path.abspath(
    os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..'))
DEMO = f'{SOURCE}/examples/demo'
FREQUENCIES = f'{SOURCE}/data/frequencies_nist1036_asian.csv'
PROGRAM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else 'homeward'
AT_CALL = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else None
SCALE = float(os.environ.get('HOMEWARD_TEST_SCALE', '1'))

FINE, NO, BAD_INPUT, ENVIRONMENT, INTERRUPTED, KILLED = 0, 1, 2, 3, 75, 137


class Wrong(Exception):
    """Something is not as it must be."""


class Skip(Exception):
    """Cannot be tested here; says why."""


def expect(condition, *what):
    if not condition:
        raise Wrong(' '.join(str(part) for part in what))


def scaled(n):
    return max(3, round(n * SCALE))


# --- TAP ---

def scratch_folder():
    """In memory if there is room: what a killed process leaves does not depend on the disk."""
    memory = '/dev/shm'
    is_good = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1 << 30
    return memory if is_good and 'TMPDIR' not in os.environ else None


def run_tests(tests):
    """Runs functions, each in a scratch folder that it receives; their docstrings are the names. What
    they return is told as a comment."""
    print(f'TAP version 13\n1..{len(tests)}', flush=True)
    n_failed = 0
    for number, test in enumerate(tests, 1):
        name = ' '.join(test.__doc__.split())
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix='homeward-crash-', dir=scratch_folder()) as folder:
            try:
                told = test(folder)
                print(f'ok {number} - {name}')
            except Skip as why:
                told = None
                print(f'ok {number} - {name} # SKIP {why}')
            except Wrong as wrong:
                told = str(wrong)
                n_failed += 1
                print(f'not ok {number} - {name}')
        for line in (told or '').splitlines():
            print(f'# {line}')
        print(f'# {time.monotonic() - started:.1f} s', flush=True)
    sys.exit(1 if n_failed else 0)


# --- the program ---

class Done:
    """A command that has ended."""

    def __init__(self, args, status, out, err):
        self.args, self.status, self.out, self.err = args, status, out, err

    def __str__(self):
        return f'homeward {" ".join(self.args)}: exit {self.status}\n{self.out[-400:]}{self.err[-800:]}'


def environment(**more):
    return {**os.environ, 'LC_ALL': 'C.UTF-8', **more}


def start(*args, prefix=(), out=subprocess.PIPE, **options):
    """Starts homeward; options are those of Popen."""
    options.setdefault('env', environment())
    options.setdefault('stdin', subprocess.DEVNULL)
    return subprocess.Popen([*prefix, PROGRAM, *args], stdout=out, stderr=subprocess.PIPE, **options)


def finish(process, timeout=300):
    out, err = process.communicate(timeout=timeout)
    status = process.returncode if process.returncode >= 0 else 128 - process.returncode
    args = process.args[process.args.index(PROGRAM) + 1:]
    return Done(args, status, (out or b'').decode('utf-8', 'replace'), err.decode('utf-8', 'replace'))


def homeward(*args, timeout=300, **options):
    return finish(start(*args, **options), timeout)


def reached(process, condition):
    """Waits until a running process fulfils a condition; false if it ends before."""
    while process.poll() is None:
        try:
            if condition(process):
                return True
        except FileNotFoundError:
            pass  # it ended while it was looked at
        time.sleep(0.001)
    return False


def listens(process):
    """True once SIGTERM is no longer the end of it."""
    with open(f'/proc/{process.pid}/status', encoding='ascii') as file:
        caught = next(line.split()[1] for line in file if line.startswith('SigCgt:'))
    return int(caught, 16) >> (signal.SIGTERM - 1) & 1 == 1


def is_writing(process):
    """True once it holds the lock that one writer at a time has: byte 120 of the log's index."""
    with open('/proc/locks', encoding='ascii') as file:
        locks = [line.split() for line in file]
    return any(lock[3:5] == ['WRITE', str(process.pid)] and lock[6:8] == ['120', '120'] for lock in locks)


def good(*args, **options):
    done = homeward(*args, **options)
    expect(done.status == FINE, done)
    return done


def at_call(count, at, how, *args):
    """Runs homeward and kills it at a call that changes the disk; 0 = not at all."""
    # The leak checker cannot look at a process that is traced.
    options = os.environ.get('ASAN_OPTIONS', '').replace('detect_leaks=1', 'detect_leaks=0')
    done = homeward(*args, prefix=(AT_CALL, count, str(at), how),
                    env=environment(ASAN_OPTIONS=options))
    if done.status == 77:
        raise Skip('this system does not let one process trace another')
    return done


# --- the case ---

def check(case):
    """(records, audit entries, audit head) of a database that must be in order."""
    done = homeward('check', '-c', case, '--json')
    expect(done.status == FINE, done)
    told = json.loads(done.out)
    expect(told['n_faults'] == 0, done.out)
    return told['n_records'], told['audit_entries'], told['audit_head']


def content(case, folder):
    """Everything in a database: its checked size, and the digest of each kind's records."""
    n_records, n_entries, _ = check(case)
    target = tempfile.mkdtemp(dir=folder)
    good('export', 'all', '--without-names', '--to', target, '-c', case)
    with open(f'{target}/manifest.json', encoding='utf-8') as file:
        files = json.load(file)['files']
    shutil.rmtree(target)
    return {'records': n_records, 'entries': n_entries,
            **{file['kind']: (file['rows'], file['digest']) for file in files}}


def difference(seen, expected):
    keys = sorted(set(seen) | set(expected))
    return '; '.join(f'{key}: {seen.get(key)} instead of {expected.get(key)}' for key in keys
                     if seen.get(key) != expected.get(key))


def copy_case(source, folder):
    """A fresh copy of a database that nobody uses, in its own folder."""
    os.makedirs(folder)
    target = f'{folder}/case.hwc'
    shutil.copyfile(source, target)
    os.chmod(target, 0o600)
    return target


# --- synthetic data ---

class Demo:
    """The demo case's files with its first families only, in `folder`."""

    def __init__(self, folder, n_families):
        self.folder = folder
        self.families, self.references = f'{folder}/families.csv', f'{folder}/references.txt'
        self.remains, self.long = f'{folder}/remains.csv', f'{folder}/long.csv'
        os.makedirs(folder, exist_ok=True)
        wanted = {f'F{n:03}' for n in range(1, n_families + 1)}
        self._take('families.csv', lambda line: line.split(',')[0] in wanted)
        self._take('references.txt', lambda line: line.split('\t')[0].split('-')[0] in wanted)
        self._take('remains.csv', lambda line: line.split(',')[0] <= f'R{n_families:04}')

    def _take(self, name, is_wanted):
        with open(f'{DEMO}/{name}', encoding='utf-8') as source:
            header, *lines = source.readlines()
        with open(f'{self.folder}/{name}', 'w', encoding='utf-8') as target:
            target.writelines([header, *filter(is_wanted, lines)])

    def import_families(self, case):
        return ('import', 'families', self.families, '-c', case, '--apply')

    def import_references(self, case):
        return ('import', 'genemapper', self.references, '--samples-are', 'references', '-c', case,
                '--apply')

    def import_remains(self, case):
        return ('import', 'profiles', self.remains, '-c', case, '--apply')

    def import_all(self, case):
        """Families, references and remains, one after the other."""
        for command in (self.import_families, self.import_references, self.import_remains):
            good(*command(case))


def import_frequencies(case):
    return ('import', 'frequencies', FREQUENCIES, '--mutation', 'equal', '--mutation-rate', '0.001',
            '-c', case, '--apply')


def new_case(case):
    good('init', case)
    good(*import_frequencies(case))


def generator(seed):
    """A random stream whose seed is told."""
    print(f'# seed {seed}', flush=True)
    return random.Random(seed)
