"""A Slurm of the test's own: one node, this machine, on the loopback interface only, all its files in one folder.

Its daemons are stopped by their process ids when the test is over, however it ends.
"""
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time

from tessera_case import skip, text_of, wait_until

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scancel", "scontrol")
ENDED = ("COMPLETED", "CANCELLED", "FAILED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "DEADLINE")
# A requeued job waits until the credential of its last attempt has expired, and is then found by the scheduler.
CONFIGURATION = """
ClusterName=tessera
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=bf_interval=1,sched_interval=1
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
MailProg=/bin/true
KillWait=10
ReturnToService=2
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Cluster:
    """with Cluster(case) as slurm: ..."""

    def __init__(self, case):
        self.path = os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/sbin"])
        missing = [name for name in PROGRAMS if not shutil.which(name, path=self.path)]
        if missing:
            skip(f"Slurm is not installed, there is no {', '.join(missing)}: jobs/install.sh slurm")
        self.case = case
        self.folder = os.path.dirname(case.write("slurm/slurm.conf", ""))
        self.env = dict(os.environ, PATH=self.path, SLURM_CONF=os.path.join(self.folder, "slurm.conf"))
        self.user = pwd.getpwuid(os.geteuid()).pw_name
        self.daemons = []
        self.guard = self.alive = None

    def file(self, name):
        return os.path.join(self.folder, name)

    def __enter__(self):
        # Whatever ends this process ends with __exit__: SIGTERM too, and the time limit before it becomes a SIGKILL.
        for number in (signal.SIGTERM, signal.SIGALRM):
            signal.signal(number, lambda number, frame: sys.exit(f"signal {number}"))
        signal.alarm(max(1, int(os.environ.get("TESSERA_TEST_TIMEOUT", "595")) - 40))
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        if self.case.failures:
            for name in ("slurmctld", "slurmd"):
                print(f"--- {name}\n{text_of(self.file(name + '.log'))}")

    def start(self):
        self.start_guard()
        host = socket.gethostname().split(".")[0]
        controller_port, node_port = free_ports(2)
        self.case.write("slurm/slurm.conf", CONFIGURATION.format(
            host=host, user=self.user, folder=self.folder, controller_port=controller_port, node_port=node_port))
        self.case.write("slurm/mpi.conf", f"PMIxCliTmpDirBase={self.folder}\n")
        self.case.write("slurm/munge.key", secrets.token_bytes(128))
        os.chmod(self.file("munge.key"), 0o400)
        for name in ("state", "spool"):
            os.mkdir(self.file(name))
        self.launch("munged", "--foreground", "--force", *(f"--{what}={self.file(name)}" for what, name in (
            ("key-file", "munge.key"), ("socket", "munge.socket"), ("pid-file", "munged.pid"),
            ("log-file", "munged.log"), ("seed-file", "munge.seed"))))
        self.demand(lambda: os.path.exists(self.file("munge.socket")), "munged does not start")
        self.launch("slurmctld", "-D")
        self.launch("slurmd", "-D")
        self.demand(lambda: self.ask("sinfo", "-h", "-o", "%T") == "idle", "the node does not become idle")

    def start_guard(self):
        """A process that ends what this one leaves, should this one be killed: then the pipe closes."""
        end_of_test, self.alive = os.pipe()
        self.guard = os.fork()
        if self.guard == 0:
            os.setsid()
            os.close(self.alive)
            os.read(end_of_test, 1)
            self.kill_all()
            shutil.rmtree(self.case.scratch, ignore_errors=True)
            os._exit(0)
        os.close(end_of_test)

    def launch(self, *command):
        with open(self.file(command[0] + ".out"), "w") as out:
            self.daemons.append(subprocess.Popen(command, env=self.env, stdin=subprocess.DEVNULL, stdout=out,
                                                 stderr=out, start_new_session=True))

    def demand(self, condition, what):
        """Some machines do not let anybody start a daemon: that is no mistake of what is tested."""
        if not wait_until(condition, pause=0.1):
            told = "".join(f"--- {name}\n{text_of(self.file(name))}" for name in sorted(os.listdir(self.folder))
                           if name.endswith((".out", ".log")))
            skip(f"Slurm cannot be started: {what}\n{told}")

    def stop(self):
        """Jobs first, then those who would start new ones; what is left of either is killed."""
        if len(self.daemons) == 3:
            self.ask("scancel", "--user", self.user)
            wait_until(lambda: self.ask("squeue", "-h") == "", pause=0.2)
        for daemon in reversed(self.daemons):
            daemon.terminate()
            try:
                daemon.wait(15)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        self.kill_all()
        os.kill(self.guard, signal.SIGKILL)
        os.waitpid(self.guard, 0)
        os.close(self.alive)

    def kill_all(self):
        for process in self.processes():
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass  # gone by now

    def processes(self):
        """Ids of all that were started with this Slurm's configuration."""
        mark, found = f"SLURM_CONF={self.env['SLURM_CONF']}".encode(), []
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/environ", "rb") as file:
                    if mark in file.read().split(b"\0"):
                        found.append(int(name))
            except OSError:
                pass  # gone by now
        return found

    def ask(self, *command, limit=20.0):
        """What a command says, None if it fails."""
        try:
            told = subprocess.run(command, env=self.env, cwd=self.case.scratch, stdin=subprocess.DEVNULL, text=True,
                                  capture_output=True, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            return None
        return told.stdout.strip() if told.returncode == 0 else None

    def submit(self, options, script, *arguments, env=None):
        """Id of the new job."""
        told = subprocess.run(["sbatch", "--parsable", *options, script, *arguments], env=dict(self.env, **(env or {})),
                              cwd=self.case.scratch, text=True, capture_output=True, timeout=20, check=False)
        if told.returncode != 0:
            sys.exit(f"FAILED: sbatch: {told.stderr}")
        return told.stdout.strip()

    def job(self, number):
        """What Slurm knows of a job, one that has ended included."""
        told = self.ask("scontrol", "show", "job", "-o", number)
        return dict(word.split("=", 1) for word in (told or "").split() if "=" in word)

    def wait(self, number, limit=90.0):
        """The state in which a job ends; None if it does not in time."""
        ended = wait_until(lambda: self.job(number).get("JobState") in ENDED, limit, pause=0.2)
        return self.job(number).get("JobState") if ended else None
