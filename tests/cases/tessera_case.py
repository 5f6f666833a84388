"""What cases share: the program on any number of ranks, with a time limit, and what it leaves behind.

A case is started as  CASE.py PROGRAM MPIEXEC NUMPROC_FLAG [SIZE];  SIZE is quick or long.
"""
import atexit
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import h5py
import numpy

SKIPPED = 77  # status that CMake takes for "not run"


def melt(cells=3, steps=12, every=4, series=1, extra=""):
    """A small Lennard-Jones melt of 4 cells^3 particles as a deck."""
    return f"""title = "Small melt"
seed = 5
checkpoint.every = {every}

[[stage]]
name = "melt"
type = "md"
steps = {steps}
output.series = {series}
{extra}
[stage.lattice]
kind = "fcc"
density = 0.8442
cells = [{cells}, {cells}, {cells}]

[stage.pair]
cutoff = 2.5
"""


class Ended:
    """How a run of the program ended."""

    def __init__(self, status, out, err, seconds):
        self.status, self.out, self.err, self.seconds = status, out, err, seconds

    def errors(self):
        """The messages of the program itself, without what the launcher says."""
        return [line for line in self.err.splitlines() if line.startswith("tessera: error:")]

    def __str__(self):
        return f"status {self.status} after {self.seconds:.1f} s\n--- out\n{self.out}\n--- err\n{self.err}"


class Case:
    def __init__(self):
        if len(sys.argv) < 4:
            sys.exit(__doc__)
        self.program, self.launcher = sys.argv[1], sys.argv[2:4]
        self.is_long = sys.argv[4:] == ["long"]
        fast = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # synchronising costs nothing there
        self.scratch = tempfile.mkdtemp(prefix="tessera_case.", dir=fast)
        atexit.register(shutil.rmtree, self.scratch, ignore_errors=True)
        self.numbers = itertools.count()
        self.failures = 0
        self.checks = 0

    def path(self, name):
        return os.path.join(self.scratch, name)

    def write(self, name, text):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w" if isinstance(text, str) else "wb") as file:
            file.write(text)
        return path

    def start(self, arguments, ranks=1, env=None, cwd=None):
        """Starts the program; on one rank without a launcher."""
        command = [self.program, *arguments]
        settings = dict(os.environ, **(env or {}))
        if ranks > 1:
            command = [*self.launcher, str(ranks), *command]
        else:
            # Quicker, but then each needs a folder of its own for what MPI keeps.
            settings["OMPI_MCA_ess_singleton_isolated"] = "1"
            settings["OMPI_MCA_orte_tmpdir_base"] = self.path(f"mpi{next(self.numbers)}")
            os.mkdir(settings["OMPI_MCA_orte_tmpdir_base"])
        return subprocess.Popen(command, env=settings, cwd=cwd, start_new_session=True, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def wait(self, process, limit=60.0):
        begin = time.monotonic()
        try:
            out, err = process.communicate(timeout=limit)
            status = process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            status = "time limit"
        return Ended(status, out, err, time.monotonic() - begin)

    def run(self, arguments, ranks=1, env=None, limit=60.0, cwd=None):
        return self.wait(self.start(arguments, ranks, env, cwd), limit)

    def check(self, holds, what, detail=""):
        """Counts what does not hold, and goes on."""
        self.checks += 1
        if not holds:
            self.failures += 1
            print(f"FAILED: {what}\n{detail}\n", flush=True)
        return bool(holds)

    def expect(self, ended, status, what, pattern=None):
        """Status, and for errors exactly one message that the pattern is found in."""
        good = self.check(ended.status == status, f"{what}: expected status {status}", ended)
        if status in (0, 75):
            return self.check(not ended.errors(), f"{what}: no message was expected", ended) and good
        good = self.check(len(ended.errors()) == 1, f"{what}: expected one message", ended) and good
        noise = re.findall(r"HDF5-DIAG|terminate called|SIGSEGV|\.cpp:", ended.err)
        good = self.check(not noise, f"{what}: noise", ended) and good
        found = re.search(pattern or ".", ended.err, re.DOTALL)
        return self.check(found, f"{what}: expected '{pattern}'", ended) and good

    def finish(self):
        print(f"{self.checks} checks, {self.failures} failed")
        sys.exit(1 if self.failures else 0)


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(SKIPPED)


def wait_until(condition, limit=20.0, pause=0.005):
    """True as soon as the condition holds, False if it does not in time."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(pause)
    return False


def summary(folder):
    with open(os.path.join(folder, "summary.json")) as file:
        return json.load(file)


def text_of(path):
    with open(path) as file:
        return file.read()


def series_text(folder, stage="melt"):
    path = os.path.join(folder, stage, "series.csv")
    return text_of(path) if os.path.exists(path) else ""


def read_series(folder, stage="melt"):
    """Names of the columns without units, and the rows."""
    lines = series_text(folder, stage).splitlines()
    names = [re.sub(r" \[.*\]", "", name) for name in lines[0].split(",")]
    return names, numpy.array([[float(x) for x in line.split(",")] for line in lines[1:]])


def difference(one, other):
    """Largest difference of two sets of rows, relative to the largest value of a column, or to 1 if that is smaller."""
    if one.shape != other.shape:
        return numpy.inf
    scale = numpy.maximum(1.0, numpy.abs(one).max(axis=0))
    return float((numpy.abs(one - other) / scale).max())


def last_snapshot(folder, stage="melt"):
    """Every dataset of the last iteration, as it stands in the file."""
    with h5py.File(os.path.join(folder, stage, "particles.h5"), "r") as file:
        newest = file["data"][str(max(int(step) for step in file["data"]))]
        values = {}
        newest.visititems(lambda name, item: values.update({name: item[()]} if isinstance(item, h5py.Dataset) else {}))
        return values


def same_snapshot(one, other):
    return one.keys() == other.keys() and all(numpy.array_equal(one[name], other[name]) for name in one)


def checkpoints(folder):
    place = os.path.join(folder, "checkpoint")
    return sorted(name for name in os.listdir(place) if name.startswith("checkpoint_")) if os.path.isdir(place) else []


def partial_files(folder):
    """What an interrupted write leaves."""
    return [os.path.join(place, name) for place, folders, files in os.walk(folder) for name in folders + files
            if name.endswith((".partial", ".new"))]
