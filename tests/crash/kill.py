#!/usr/bin/env python3
"""kill -9 during every command that changes something.

    tests/crash/kill.py HOMEWARD AT_CALL

What a command has acknowledged (exit status 0, or the word "written") is there afterwards; what it has
not is there whole or not at all; `homeward check` finds nothing; and the command can be given again.
"""
import os
import shutil
import signal
import sys
import time

from actions import make_actions
from crash import (AT_CALL, FINE, KILLED, at_call, check, content, copy_case, difference, expect,
                   finish, generator, good, homeward, new_case, run_tests, scaled, start)

# --- what must hold afterwards ---

def expect_output(action, out, was_acknowledged, folder):
    """What a command wrote beside the database is complete, or is not there under its name."""
    if action.name == 'backup' and os.path.exists(out):
        expect(content(out, folder) == action.before, 'a backup that is not the case')
    if action.name == 'export' and os.path.exists(out):
        good('import', 'family', out, '-c', action.base)
    if action.name == 'export all' and os.path.exists(f'{out}/manifest.json'):
        done = homeward('import', 'all', out, '--update', '-c', action.base)
        expect(done.status == FINE or (done.status == 2 and not was_acknowledged), done)
    elif action.name == 'export all' and os.path.exists(out):
        done = homeward('import', 'all', out, '--update', '-c', action.base)
        expect(done.status != FINE and 'not complete' in done.err, 'half an export is taken:', done)
    if action.writes_beside:
        expect(os.path.exists(out) or not was_acknowledged, 'what was acknowledged is not there')


def judge(action, case, out, done, folder):
    """Looks at what a killed command has left, and gives it again. True if it had come through."""
    was_acknowledged = done.status == FINE or '\nwritten\n' in done.out
    seen = content(case, folder)
    expect(seen in (action.before, action.after), action.name, 'is half done:',
           difference(seen, action.after))
    is_done = seen == action.after
    expect(is_done or not was_acknowledged, action.name, 'was acknowledged and is lost')
    expect_output(action, out, was_acknowledged, folder)
    if action.writes_beside:
        is_done = os.path.exists(out + ('/manifest.json' if action.name == 'export all' else ''))
    if not is_done or action.name.startswith('import'):
        again = homeward(*action.command(case, out + '-again'))
        expect(again.status == FINE, 'given again:', again)
        seen = content(case, folder)
        if action.name == 'export all':  # with names, it is recorded before its first byte each time
            seen['entries'] = min(seen['entries'], action.after['entries'])
        expect(seen == action.after, action.name, 'given again:', difference(seen, action.after))
    return is_done


def choose_points(random, n_calls, n):
    """Calls to be killed at: the last ones, where the work becomes permanent, and others by chance."""
    last = range(max(1, n_calls - n // 2 + 2), n_calls + 2)
    others = range(1, last[0])
    return sorted([*last, *random.sample(others, min(len(others), n - len(last)))])


def killed_at_calls(folder):
    """A command killed at any call of the system is done or not done, and can be given again"""
    random = generator(1975)
    actions = make_actions(folder)
    told, n = [], 0
    for action in actions:
        os.mkdir(f'{folder}/run')
        action.measure(f'{folder}/run')
        shutil.rmtree(f'{folder}/run')
        points = choose_points(random, action.n_calls, scaled(14))
        n_through = 0
        for point in points:
            run = f'{folder}/run'
            case = copy_case(action.base, run)
            done = at_call(f'{folder}/count', point, random.choice(('kill', 'half')),
                           *action.command(case, f'{run}/out'))
            expect(done.status in (FINE, KILLED), done)
            try:
                n_through += judge(action, case, f'{run}/out', done, folder)
            except Exception:
                print(f'# {action.name}: killed at call {point} of {action.n_calls}')
                raise
            shutil.rmtree(run)
        n += len(points)
        told.append(f'{action.name:20} {action.n_calls:5} calls, killed {len(points):4} times, '
                    f'{n_through:3} came through')
    return '\n'.join([*told, f'{n} points'])


def killed_creation(folder):
    """A killed init leaves a whole database or none, and can be given again"""
    random = generator(1968)
    case = f'{folder}/new.hwc'
    good_run = at_call(f'{folder}/count', 0, 'kill', 'init', case)
    expect(good_run.status == FINE, good_run)
    with open(f'{folder}/count', encoding='utf-8') as file:
        n_calls = int(file.read())
    n_made = 0
    points = choose_points(random, n_calls, scaled(24))
    for point in points:
        os.remove(case)
        at_call(f'{folder}/count', point, random.choice(('kill', 'half')), 'init', case)
        if os.path.exists(case):
            n_made += 1
        else:
            good('init', case)
        check(case)
    return f'{len(points)} of {n_calls} calls, {n_made} made'


# --- at random moments, one database for all ---

class Ledger:
    """A database, and what it must hold: codes of families by the import that brought them."""

    def __init__(self, folder):
        self.folder, self.case = folder, f'{folder}/case.hwc'
        self.sure = {}  # family: state
        self.n_imports = self.n_backups = 0
        new_case(self.case)

    def families(self):
        done = good('export', 'family', '--without-names', '-c', self.case)
        rows = [line.split(',') for line in done.out.splitlines()[1:]]
        return {row[0]: row[3] for row in rows}

    def next_import(self, random):
        self.n_imports += 1
        path, n = f'{self.folder}/{self.n_imports}.csv', int(random.paretovariate(0.5)) % 3000 + 1
        new = [f'K{self.n_imports}-{i}' for i in range(n)]
        with open(path, 'w', encoding='utf-8') as file:
            file.write('family,person,father,mother,sex,missing\n')
            file.writelines(f'{family},{family}-M,,,male,yes\n' for family in new)
        return ('import', 'families', path, '-c', self.case, '--apply'), dict.fromkeys(new, 'open')

    def next_state(self, random):
        family = random.choice(sorted(self.sure))
        state = 'open' if self.sure[family] == 'suspended' else 'suspended'
        return ('set-state', 'family', family, state, '--reason', 'news', '-c', self.case), {family: state}

    def next_backup(self, _):
        self.n_backups += 1
        return ('backup', f'{self.folder}/backup-{self.n_backups}', '-c', self.case), {}

    def next(self, random):
        kinds = [self.next_import, self.next_import, self.next_backup]
        if self.sure:
            kinds += [self.next_state] * 3
        return random.choice(kinds)(random)

    def settle(self, change, was_acknowledged):
        """Compares with what the database says now. True if the change is there."""
        seen = self.families()
        with_change = {**self.sure, **change}
        expect(seen in (self.sure, with_change), 'half a change, or a lost one:',
               f'{len(seen)} families, {len(self.sure)} were sure, {len(change)} were on their way')
        expect(seen == with_change or not was_acknowledged, 'an acknowledged change is lost')
        is_there = seen == with_change
        self.sure = seen
        return is_there


def killed_at_moments(folder):
    """Killed at 200 random moments, one database keeps everything it has acknowledged"""
    random = generator(1972)
    ledger = Ledger(folder)
    n, n_killed, n_through = scaled(200), 0, 0
    duration = 0.02
    for i in range(n):
        command, change = ledger.next(random)
        process = start(*command)
        began = time.monotonic()
        time.sleep(random.uniform(0, 1.3 * duration))
        process.send_signal(signal.SIGKILL)
        done = finish(process)
        expect(done.status in (FINE, KILLED), done)
        n_killed += done.status == KILLED
        if done.status == FINE:  # how long a command takes, as it is seen here
            duration = 0.9 * duration + 0.1 * (time.monotonic() - began)
        else:
            duration = 1.02 * duration
        if i % 3 == 0:
            check(ledger.case)
        n_through += ledger.settle(change, done.status == FINE or '\nwritten\n' in done.out)
        if command[0] == 'backup' and os.path.exists(command[1]):
            check(command[1])
            os.remove(command[1])
    n_records, n_entries, _ = check(ledger.case)
    expect(n_killed > n // 10 and n_killed < n, 'the moments are badly chosen:', n_killed, 'of', n)
    return (f'{n} commands, {n_killed} killed, {n_through} came through; '
            f'{len(ledger.sure)} families, {n_records} records, {n_entries} audit entries')


if __name__ == '__main__':
    if AT_CALL is None:
        sys.exit(__doc__)
    run_tests([killed_at_calls, killed_creation, killed_at_moments])
