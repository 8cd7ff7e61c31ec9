#!/usr/bin/env python3
"""No room, no permission, an interruption, a file that goes away: one clear line, nothing lost.

    tests/crash/full.py HOMEWARD AT_CALL

The full disk is a file system of its own in memory, mounted in a name space that only this test sees;
where that is not allowed, those tests are skipped, and the limit on the size of files remains.
"""
import itertools
import os
import resource
import shutil
import signal
import subprocess
import sys
import time

from actions import make_actions
from crash import (AT_CALL, BAD_INPUT, DEMO, ENVIRONMENT, FINE, INTERRUPTED, Demo, Skip, check, content,
                   copy_case, difference, expect, finish, generator, good, homeward, is_writing, listens,
                   new_case, reached, run_tests, scaled, start)


def expect_one_line(done, *words):
    """One line for people that names a file, and says any of these words."""
    lines = done.err.splitlines()
    expect(len(lines) == 1 and lines[0].startswith('homeward: ') and '/' in lines[0], done)
    expect(any(word in lines[0] for word in words), done)


def expect_state(action, case, folder, done):
    """What an action leaves that had no room: everything or nothing, and the truth about it."""
    seen = content(case, folder)
    if done.status == FINE:
        # A backup that could not be noted in the case is one all the same, and says so.
        expect(seen == action.after or action.name == 'backup', difference(seen, action.after))
    elif not action.writes_beside:  # an export is noted in the case before its first byte
        expect(seen == action.before, 'refused, and changed:', difference(seen, action.before))


def expect_no_half_file(action, out):
    if action.name == 'export all':
        expect(not os.path.exists(f'{out}/manifest.json'), 'a manifest of half an export')
    if action.name == 'export':
        expect(not os.path.exists(out), 'half a file under its name')


# --- a full disk ---

def mount(folder, size):
    os.makedirs(folder, exist_ok=True)
    command = ['mount', '-t', 'tmpfs', '-o', f'size={size}', 'tmpfs', folder]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        raise Skip('no file system can be mounted here')


def resize(folder, size):
    subprocess.run(['mount', '-o', f'remount,size={size}', folder], check=True)


def leave(folder, free):
    """Makes the file system as large as what lies there and `free` bytes."""
    room = os.statvfs(folder)
    resize(folder, (room.f_blocks - room.f_bfree) * room.f_frsize + free)


def unmount(folder):
    subprocess.run(['umount', folder], check=True)


def fill(action, disk, free, folder):
    """Lets an action run with so many bytes free; True if that was enough."""
    mount(disk, 64 << 20)
    case = copy_case(action.base, f'{disk}/case')
    leave(disk, free)
    done = homeward(*action.command(case, f'{disk}/out'), env={**os.environ, 'TMPDIR': disk})
    expect(done.status in (FINE, ENVIRONMENT), free, done)
    if done.status == ENVIRONMENT:
        expect_one_line(done, 'the disk is full', 'No space left')
        expect_no_half_file(action, f'{disk}/out')
    resize(disk, 64 << 20)
    expect_state(action, case, folder, done)
    if action.name == 'backup' and os.path.exists(f'{disk}/out'):
        expect(content(f'{disk}/out', folder) == action.before, 'half a backup')
    if done.status != FINE:
        again = good(*action.command(case, f'{disk}/again'))
        seen = content(case, folder)
        if not action.writes_beside:
            expect(seen == action.after, again, difference(seen, action.after))
    unmount(disk)
    return done.status == FINE


def full_disk(folder):
    """A disk that is full: one line, exit 3, the database as before; with room the work goes on"""
    random = generator(1969)
    disk, told = f'{folder}/disk', []
    mount(disk, 1 << 20)
    unmount(disk)
    for action in make_actions(folder):
        os.mkdir(f'{folder}/run')
        action.measure(f'{folder}/run')
        shutil.rmtree(f'{folder}/run')
        n_full, least = 0, None
        # From no room at all, in growing steps, to what is enough, and there finely.
        free, n_trials = 0, 0
        while least is None:
            if fill(action, disk, free, folder):
                least = free
            else:
                n_full += 1
                free = free * 2 + 8192
            n_trials += 1
            expect(free < 1 << 28, action.name, 'never has room enough')
        for _ in range(scaled(3)):
            n_full += not fill(action, disk, random.randrange(least + 65536) // 4096 * 4096, folder)
            n_trials += 1
        told.append(f'{action.name:20} {n_trials:3} disks, {n_full:3} too small, enough with '
                    f'{least // 1024} KiB')
    return '\n'.join(told)


def limit_on_files(folder):
    """A limit on the size of files is told like a full disk, and loses nothing"""
    told = []
    for action in make_actions(folder):
        if action.name not in ('import 1300 persons', 'set-state', 'backup', 'export', 'export all'):
            continue
        os.mkdir(f'{folder}/run')
        action.measure(f'{folder}/run')
        n_refused = 0
        for limit in (0, 1 << 10, 1 << 14, 1 << 16, 1 << 18, 3 << 18, 1 << 20):
            run = f'{folder}/run/{limit}'
            case = copy_case(action.base, run)
            done = homeward(*action.command(case, f'{run}/out'), preexec_fn=lambda limit=limit: (
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))))
            expect(done.status in (FINE, ENVIRONMENT), limit, done)
            if done.status == ENVIRONMENT:
                n_refused += 1
                expect_one_line(done, 'the disk is full', 'File too large', 'No space left')
                expect_no_half_file(action, f'{run}/out')
            expect_state(action, case, folder, done)
        expect(n_refused > 0, action.name, 'is never refused')
        shutil.rmtree(f'{folder}/run')
        told.append(f'{action.name}: refused by {n_refused} of 7 limits')
    return '\n'.join(told)


# --- what may not be written ---

def expect_refused(action, case, out, folder, *words):
    done = homeward(*action.command(case, out))
    expect(done.status == ENVIRONMENT, done)
    expect_one_line(done, *words)
    expect(content(case, folder) == action.before, action.name, 'changed what is write-protected')


def read_only_file(folder):
    """A write-protected database is read by all commands and changed by none"""
    n = 0
    for action in make_actions(folder):
        run = f'{folder}/run'
        case = copy_case(action.base, run)
        action.before = content(case, folder)
        os.chmod(case, 0o400)
        if action.name in ('backup', 'export'):
            good(*action.command(case, f'{run}/out')[:-2], '-c', case, *(
                ['--without-names'] if action.name == 'export' else []))
        else:
            expect_refused(action, case, f'{run}/out', folder, 'write-protected', 'cannot be written')
            n += 1
        shutil.rmtree(run)
    return f'{n} commands refused'


def read_only_disk(folder):
    """A case on a read-only medium is read by all commands and changed by none"""
    disk, n = f'{folder}/disk', 0
    for action in make_actions(folder):
        mount(disk, 64 << 20)
        case = copy_case(action.base, f'{disk}/case')
        action.before = content(case, folder)
        subprocess.run(['mount', '-o', 'remount,ro', disk], check=True)
        expect_refused(action, case, f'{disk}/out', folder, 'Read-only file system')
        if action.name == 'backup':
            good('backup', f'{folder}/elsewhere', '-c', case)
            expect(content(f'{folder}/elsewhere', folder) == action.before, 'a backup that is none')
        for reader in (('status',), ('find', 'F001'), ('check',)):
            done = homeward(*reader, '-c', case)
            expect(done.status in (0, 1) and not done.err, done)
        unmount(disk)
        n += 1
    return f'{n} commands refused'


def a_folder_of_others(folder):
    """Where another user may not write, one line says so, and nothing is left"""
    if os.geteuid() == 0:
        raise Skip('the superuser may write everywhere')
    case = f'{folder}/closed/case.hwc'
    os.mkdir(f'{folder}/closed')
    new_case(case)
    os.chmod(f'{folder}/closed', 0o500)
    try:
        for command in (('backup', f'{folder}/closed/copy', '-c', case),
                        ('init', f'{folder}/closed/new.hwc'),
                        ('import', 'families', f'{DEMO}/families.csv', '-c', case, '--apply')):
            done = homeward(*command)
            expect(done.status == ENVIRONMENT, done)
            expect_one_line(done, 'Permission denied', 'write-protected')
        expect(os.listdir(f'{folder}/closed') == ['case.hwc'], 'something is left')
    finally:
        os.chmod(f'{folder}/closed', 0o700)


# --- interruptions ---

def write_many_families(path, n):
    with open(path, 'w', encoding='utf-8') as file:
        file.write('family,person,father,mother,sex,missing\n')
        for i in range(n):
            file.write(f'B{i},B{i}-F,,,male,\nB{i},B{i}-M,B{i}-F,,male,yes\n')


def interrupted(folder):
    """Ctrl-C and SIGTERM undo an import: exit 75, the database as before"""
    random = generator(1970)
    base, table = f'{folder}/base.hwc', f'{folder}/families.csv'
    new_case(base)
    write_many_families(table, 20000)
    before, n, n_stopped = content(base, folder), scaled(12), 0
    began = time.monotonic()
    good('import', 'families', table, '-c', base)
    duration = time.monotonic() - began
    for _ in range(n):
        case = copy_case(base, f'{folder}/run')
        process = start('import', 'families', table, '-c', case, '--apply')
        if reached(process, listens):
            time.sleep(random.uniform(0, 0.6) * duration)
        process.send_signal(random.choice((signal.SIGINT, signal.SIGTERM)))
        done, seen = finish(process), content(case, folder)
        if done.status == INTERRUPTED:
            n_stopped += 1
            expect(len(done.err.splitlines()) == 1 and 'nothing was written' in done.err, done)
            expect(seen == before, 'an interrupted import has written')
        else:  # it was through
            expect(done.status in (FINE, 128 + signal.SIGINT, 128 + signal.SIGTERM), done)
            expect(seen['family'][0] == 20000, 'a part was written:', seen['family'])
        shutil.rmtree(f'{folder}/run')
    expect(n_stopped > 0, 'none was interrupted')
    return f'{n_stopped} of {n} interrupted in {duration:.1f} s of work'


# --- files that go away ---

def case_goes_away(folder):
    """A database that is moved, removed or replaced under an import is not written, and says so"""
    table = f'{folder}/families.csv'
    write_many_families(table, 20000)
    base, other = f'{folder}/base.hwc', f'{folder}/other.hwc'
    new_case(base)
    new_case(other)
    told = []
    deeds = (('moved', lambda case: os.rename(case, case + '.moved')),
             ('removed', os.remove),
             ('replaced', lambda case: os.replace(shutil.copyfile(other, case + '.x'), case)))
    for (name, deed), moment in itertools.product(deeds, (listens, is_writing)):
        case = copy_case(base, f'{folder}/{name}-{moment.__name__}')
        process = start('import', 'families', table, '-c', case, '--apply')
        expect(reached(process, moment), 'the import was too quick')
        process.send_signal(signal.SIGSTOP)
        deed(case)
        process.send_signal(signal.SIGCONT)
        done = finish(process)
        told.append(f'{name}: exit {done.status} {done.err.strip()[-150:]}')
        expect(done.status == ENVIRONMENT, name, done)
        expect_one_line(done, 'moved or replaced')
        if name == 'moved':
            expect(content(case + '.moved', folder) == content(base, folder), 'changed all the same')
        if name == 'replaced':
            expect(content(case, folder) == content(other, folder), 'the new file is changed')
    return '\n'.join(told)


def input_goes_away(folder):
    """A file that is replaced, cut or removed while it is read is imported as one or refused"""
    random = generator(1971)
    case, table = f'{folder}/case.hwc', f'{folder}/families.csv'
    new_case(case)
    before = content(case, folder)
    write_many_families(table, 20000)
    began = time.monotonic()
    good('import', 'families', table, '-c', case)
    duration = time.monotonic() - began
    n_refused = n_taken = 0
    for _ in range(scaled(8)):
        write_many_families(table, 20000)
        run_case = copy_case(case, f'{folder}/run')
        process = start('import', 'families', table, '-c', run_case, '--apply')
        time.sleep(random.uniform(0, 0.9) * duration)
        how = random.choice(('cut', 'rewritten', 'removed'))
        if how == 'cut':
            os.truncate(table, os.path.getsize(table) // 3)
        elif how == 'removed':
            os.remove(table)
        else:
            with open(table, 'r+', encoding='utf-8') as file:
                file.seek(os.path.getsize(table) // 2 // 40 * 40)
                file.write('Z' * 60000)
        done = finish(process)
        expect(done.status in (FINE, BAD_INPUT, ENVIRONMENT), how, done)
        seen = content(run_case, folder)
        if done.status == FINE:
            n_taken += 1
            expect(seen['family'][0] == 20000, how, 'a part of a file was taken:', seen['family'])
        else:
            n_refused += 1
            expect(done.err.startswith('homeward: ') and table in done.err, done)
            expect(len(done.err.splitlines()) == 1, done)
            expect(seen == before, how, 'refused, and written:', difference(seen, before))
        shutil.rmtree(f'{folder}/run')
    return f'{n_taken} taken whole, {n_refused} refused'


def standard_output_is_full(folder):
    """A full standard output is exit 3, and what was written stays"""
    case = f'{folder}/case.hwc'
    new_case(case)
    demo = Demo(f'{folder}/demo', 5)
    with open('/dev/full', 'wb') as full:
        for command in (demo.import_families(case), ('status', '-c', case), ('check', '-c', case),
                        ('export', 'family', '-c', case)):
            done = finish(start(*command, out=full))
            expect(done.status == ENVIRONMENT, done)
            expect(len(done.err.splitlines()) == 1 and 'standard output' in done.err, done)
    expect(content(case, folder)['family'][0] == 5, 'what was written is not there')
    check(case)


def in_name_space():
    """Runs this program again where its mounts are its own."""
    if os.environ.get('HOMEWARD_CRASH_INSIDE'):
        return
    os.environ['HOMEWARD_CRASH_INSIDE'] = '1'
    user = [] if os.geteuid() == 0 else ['--map-root-user']
    command = ['unshare', '--mount', *user, sys.executable, *sys.argv]
    try:
        if subprocess.run([*command[:len(command) - len(sys.argv) - 1], 'true'], capture_output=True,
                          check=False).returncode == 0:
            os.execvp(command[0], command)
    except FileNotFoundError:
        pass


if __name__ == '__main__':
    if AT_CALL is None:
        sys.exit(__doc__)
    in_name_space()
    run_tests([full_disk, limit_on_files, read_only_file, read_only_disk, a_folder_of_others,
               interrupted, case_goes_away, input_goes_away, standard_output_is_full])
