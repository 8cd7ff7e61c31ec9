"""A Slurm cluster of two nodes on the loopback interface, in a folder, without systemd.

    with Cluster(folder) as cluster:
        job = cluster.submit('--array=0-6', 'script.sh')
        cluster.wait(job)

munged, slurmctld and two slurmd run as the user who calls; every file of theirs stands in the folder,
every port was free a moment ago. Slurm is given the settings that the project's cluster page names
(packaging/slurm/README.md), and short intervals, so that a test takes seconds.
"""
import os
import re
import shutil
import signal
import socket
import subprocess
import time

PROGRAMS = ('munged', 'slurmctld', 'slurmd', 'sbatch', 'scontrol', 'squeue')
PATH = os.environ.get('PATH', '') + ':/usr/sbin:/sbin'

CONFIG = '''
ClusterName=homeward
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
JobRequeue=1
RequeueExit=75
ReturnToService=2
SlurmctldTimeout=30
SlurmdTimeout=10
KillWait=5
MinJobAge=3600
SchedulerParameters=sched_min_interval=50000,batch_sched_delay=0,sched_interval=1,bf_interval=1
NodeName=n[1-2] NodeHostname={host} NodeAddr=127.0.0.1 Port=[{ports[1]}-{ports[2]}] CPUs=1 State=UNKNOWN
PartitionName=search Nodes=n[1-2] Default=YES MaxTime=INFINITE State=UP
'''


def missing_programs():
    return [name for name in PROGRAMS if shutil.which(name, path=PATH) is None]


def free_ports():
    """A free port, and two free ones in a row: Slurm numbers the nodes' ports."""
    for first in range(17000, 60000, 7):
        try:
            for port in range(first, first + 3):
                with socket.socket() as probe:
                    probe.bind(('127.0.0.1', port))
            return list(range(first, first + 3))
        except OSError:
            continue
    raise OSError('no free ports')


class Cluster:
    """The daemons, and what is asked of them."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        self.daemons = {}
        self.requeued = {}  # when a task was first seen to wait for its next attempt
        self.environment = {**os.environ, 'PATH': PATH, 'SLURM_CONF': f'{self.folder}/slurm.conf'}

    # --- daemons ---

    def __enter__(self):
        try:
            self.configure()
            self.start('munged', '--foreground', '--force', *(
                f'--{name}={self.folder}/munge/{file}' for name, file in
                (('key-file', 'key'), ('socket', 'socket'), ('pid-file', 'pid'), ('log-file', 'log'),
                 ('seed-file', 'seed'))))
            self.until(lambda: os.path.exists(f'{self.folder}/munge/socket'), 'munged')
            self.start_controller()
            for node in ('n1', 'n2'):
                self.start_node(node)
            self.until(lambda: self.states() == {'n1': 'idle', 'n2': 'idle'}, 'two idle nodes')
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for name in reversed(list(self.daemons)):
            self.stop(name, signal.SIGTERM)
        self.kill_steps()

    def configure(self):
        for name in ('munge', 'state', 'spool-n1', 'spool-n2'):
            os.makedirs(f'{self.folder}/{name}', exist_ok=True)
        os.chmod(f'{self.folder}/munge', 0o755)
        with open(f'{self.folder}/munge/key', 'wb') as key:
            key.write(os.urandom(128))
        os.chmod(f'{self.folder}/munge/key', 0o600)
        user = subprocess.run(['id', '-un'], capture_output=True, text=True, check=True).stdout.strip()
        with open(f'{self.folder}/slurm.conf', 'w', encoding='utf-8') as config:
            config.write(CONFIG.format(folder=self.folder, user=user, ports=free_ports(),
                                       host=socket.gethostname().split('.')[0]))

    def start(self, name, *arguments, label=None):
        with open(f'{self.folder}/{label or name}.out', 'ab') as out:
            self.daemons[label or name] = subprocess.Popen(
                [shutil.which(name, path=PATH), *arguments], env=self.environment, stdout=out,
                stderr=out, stdin=subprocess.DEVNULL, start_new_session=True)

    def start_controller(self):
        self.start('slurmctld', '-D', '-f', f'{self.folder}/slurm.conf')
        self.until(lambda: self.call('scontrol', 'ping').stdout.find(' is UP') > 0, 'slurmctld')

    def start_node(self, node):
        self.start('slurmd', '-D', '-f', f'{self.folder}/slurm.conf', '-N', node, label=node)

    def stop(self, name, number):
        process = self.daemons.pop(name)
        process.send_signal(number)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill_node(self, node):
        """A node loses its power: step managers, everything that they run, and the daemon."""
        self.kill_steps(node)
        self.stop(node, signal.SIGKILL)

    def kill_steps(self, node=''):
        """All at the same moment: a step manager that outlived its job would tell of its end."""
        running = [pid for pid, _ in self.processes(node)]
        managers = {parent_of(pid) for pid in running}
        all_of_them = [pid for pid in managers if is_manager(pid)] + running
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in all_of_them:
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass

    def processes(self, node=''):
        """Scripts and what they run on a node, or on all: (pid, command)."""
        signs = [f'{self.folder}/spool-{node}', f'SLURMD_NODENAME={node}']
        found = []
        for pid in filter(str.isdigit, os.listdir('/proc')):
            try:
                with open(f'/proc/{pid}/environ', 'rb') as file:
                    environment = file.read()
                with open(f'/proc/{pid}/cmdline', 'rb') as file:
                    command = file.read().replace(b'\0', b' ').decode(errors='replace')
            except OSError:
                continue
            if self.folder.encode() in environment and int(pid) != os.getpid():
                if any(sign in command or sign.encode() in environment for sign in signs):
                    found.append((int(pid), command))
        return found

    # --- jobs ---

    def call(self, *command, check=False):
        return subprocess.run(command, env=self.environment, capture_output=True, text=True,
                              check=check, timeout=120)

    def submit(self, *arguments):
        """The number of a job."""
        done = self.call('sbatch', '--parsable', *arguments)
        if done.returncode != 0:
            raise RuntimeError(f'sbatch: {done.stderr}')
        return int(done.stdout.split(';')[0])

    def states(self):
        """State of each node."""
        lines = self.call('scontrol', '-o', 'show', 'nodes').stdout.splitlines()
        found = {}
        for line in lines:
            name, state = re.search(r'NodeName=(\S+)', line), re.search(r' State=(\S+)', line)
            if name and state:
                found[name.group(1)] = re.match('[A-Z]+', state.group(1)).group(0).lower()
        return found

    def tasks(self, job):
        """{task: (state, node, restarts)} of a job; a job that is no array is task 0."""
        found = {}
        for line in self.call('scontrol', '-o', 'show', 'job', str(job)).stdout.splitlines():
            field = dict(re.findall(r'(\w+)=(\S*)', line))
            for task in expand(field.get('ArrayTaskId', '0')):
                found[task] = (field['JobState'], field.get('NodeList', ''), int(field['Restarts']))
        return found

    def hurry(self, job):
        """Requeued tasks wait two minutes before they begin again; an operator need not, but a node
        that still clears up the first attempt refuses the second, so a few seconds it must be."""
        for task, (state, _, restarts) in self.tasks(job).items():
            if state == 'PENDING' and restarts > 0:
                seen = self.requeued.setdefault((job, task, restarts), time.monotonic())
                if time.monotonic() < seen + 5:
                    continue
                for name in (f'{job}_{task}', str(job)):  # of an array, or not
                    self.call('scontrol', 'update', f'jobid={name}', 'StartTime=now')

    def wait(self, job, *others, seconds=300):
        """Until all tasks of a job have ended; their states. Others are what it waits for itself."""
        def has_ended():
            for each in (job, *others):
                self.hurry(each)
            return is_over(self.tasks(job))
        self.until(has_ended, f'the end of job {job}', seconds)
        return {task: state for task, (state, _, _) in self.tasks(job).items()}

    def until(self, condition, what, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f'{what}: not within {seconds} s\n{self.tails()}')
            time.sleep(0.2)

    def tails(self):
        """The last lines of every log, for a test that failed."""
        text = []
        for name in sorted(os.listdir(self.folder)):
            if name.endswith(('.log', '.out')):
                with open(f'{self.folder}/{name}', encoding='utf-8', errors='replace') as file:
                    text += [f'--- {name}', *file.read().splitlines()[-8:]]
        return '\n'.join(text)


def is_over(tasks):
    """True if all tasks of a job have ended, and none is to run again."""
    return bool(tasks) and all(
        state in ('COMPLETED', 'FAILED', 'CANCELLED', 'TIMEOUT', 'NODE_FAIL')
        for state, _, _ in tasks.values())


def parent_of(pid):
    """0 if the process is gone."""
    try:
        with open(f'/proc/{pid}/stat', encoding='utf-8', errors='replace') as file:
            return int(file.read().rpartition(')')[2].split()[1])
    except OSError:
        return 0


def is_manager(pid):
    try:
        with open(f'/proc/{pid}/comm', encoding='utf-8') as file:
            return file.read().startswith('slurmstepd')
    except OSError:
        return False


def expand(text):
    """Task numbers of "0", "3-5,7" or "0-9%2"."""
    numbers = []
    for part in text.split('%')[0].split(','):
        first, _, last = part.partition('-')
        numbers += range(int(first), int(last or first) + 1)
    return numbers
