"""The batch scripts without Slurm: they go on with what a folder holds, run the members of a sweep one after the other,
and make the table and the plots of a scaling study."""
import os
import signal
import subprocess
import time

from job_scripts import check_study, script, settings
from tessera_case import Case, Ended, last_snapshot, melt, same_snapshot, series_text, summary, text_of, wait_until

case = Case()
deck = case.write("melt.toml", melt(cells=3, steps=20, every=0))
endless = case.write("endless.toml", melt(cells=3, steps=1000000000, every=0, series=50))
SITE = settings(case)


def start(name, *arguments, ranks=1, site=None):
    """`ranks` 0: as many as the script finds right."""
    env = dict(os.environ, **SITE, RANKS=str(ranks or ""))
    if site:
        env["TESSERA_SITE"] = case.path(site)
    return subprocess.Popen(["bash", script(name), *arguments], cwd=case.scratch, start_new_session=True, text=True,
                            env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def run(name, *arguments, ranks=1, site=None) -> Ended:
    return case.wait(start(name, *arguments, ranks=ranks, site=site))


def in_scratch(*names):
    return os.path.join(case.scratch, *names)


# A run: where it is by default, that it is stopped with a checkpoint, and goes on.
case.expect(run("run.sbatch", deck, "melt.steps=10", ranks=2), 0, "a run")
case.expect(run("run.sbatch", deck, ranks=2), 0, "the run again, with more steps")
told = summary(in_scratch("runs", "melt"))["stages"][0]
case.check((told["first_step"], told["last_step"]) == (10, 20), f"it did not go on: {told}")
anew = run("run.sbatch", deck, "--force", "--out=runs/melt")
case.expect(anew, 0, "the run from the beginning")
case.check(summary(in_scratch("runs", "melt"))["stages"][0]["first_step"] == 0, "--force went on", anew)
case.check(anew.out.rstrip().endswith("run.sbatch: done: runs/melt") and "+ " in anew.out, "no verdict", anew)
wrong = run("run.sbatch", deck, "melt.dt=-1", "-o", "runs/wrong")
case.expect(wrong, 2, "a mistake", "'dt'")
case.check("run.sbatch: FAILED with status 2" in wrong.out, "no verdict on a mistake", wrong)
case.check(run("run.sbatch").status == 2, "no deck")

# All cores, which variables for threads must not hide: of the first three processors, so that the box can be cut.
everywhere = os.sched_getaffinity(0)
os.sched_setaffinity(0, sorted(everywhere)[:3])
case.expect(run("run.sbatch", deck, "--out", "all", ranks=0), 0, "on all cores")
count = ["bash", "-c", 'here=$(dirname "$0"); source "$here/common.sh"; unset OMP_NUM_THREADS; count_cores']
cores = int(subprocess.run([*count, script("common.sh")], capture_output=True, text=True, check=True).stdout)
told = summary(in_scratch("all"))["ranks"]
case.check(told == cores, f"{told} ranks on {cores} cores")
os.sched_setaffinity(0, everywhere)

case.write("nothing.sh", "program=/bin/true\n")
ended = run("run.sbatch", deck, "--out=runs/melt", site="nothing.sh")
case.check(ended.status == 1 and "FAILED with status 1" in ended.out, "a program that does nothing", ended)

process = start("run.sbatch", endless, "--out", "stopped", ranks=2)
case.check(wait_until(lambda: series_text(in_scratch("stopped")).count("\n") > 1), "the run does not begin")
time.sleep(0.1)
process.send_signal(signal.SIGTERM)
ended = case.wait(process)
case.expect(ended, 75, "stopped by SIGTERM")
case.check("run.sbatch: stopped; the same command goes on: stopped" in ended.out, "no verdict on a stop", ended)
steps = "melt.steps={}".format(summary(in_scratch("stopped"))["stages"][0]["last_step"] + 50)
case.expect(run("run.sbatch", endless, "--out", "stopped", steps, ranks=2), 0, "the same command")
case.expect(run("run.sbatch", endless, "--out", "straight", steps, ranks=2), 0, "undisturbed")
case.check(same_snapshot(last_snapshot(in_scratch("stopped")), last_snapshot(in_scratch("straight"))),
           "the final states differ")

# Members of a sweep, from a list and from a file.
ended = run("array.sbatch", deck, "melt.dt=0.001,0.002")
case.expect(ended, 0, "two values of a key")
case.check("array.sbatch: 2 of 2 members done: runs/melt_members" in ended.out, "no verdict on a sweep", ended)
told = [summary(in_scratch("runs", "melt_members", str(n)))["stages"][0] for n in (1, 2)]
case.check([round(one["time"], 6) for one in told] == [0.02, 0.04], f"the members are {told}")
case.write("members.txt", "# two\nseed=9 melt.steps=5\n\nseed=9 'melt.lattice.cells=[4, 3, 3]' melt.dt=-1  # fails\n")
ended = run("array.sbatch", deck, "members.txt", "melt.steps=6", "--out", "swept")
case.expect(ended, 2, "a member that fails", "'dt'")
case.check("array.sbatch: 1 of 2 members done: swept" in ended.out, "no verdict on a failed member", ended)
case.check(summary(in_scratch("swept", "1"))["stages"][0]["last_step"] == 5, "the line of a member does not come last")
for members in ("nothing.txt", "melt.lattice.cells=[3,3,3]"):
    ended = run("array.sbatch", deck, members)
    case.check(ended.status == 2 and f"{members}: expected a file" in ended.err, f"members '{members}'", ended)

# A weak scaling study: the value grows with the ranks, its smallest number first.
ended = run("scaling.sh", deck, "--local", "--ranks", "1,2", "--repeats", "1", "--grow",
            "melt.lattice.cells=[4, 3, 3]", "--out", "study")
case.expect(ended, 0, "a scaling study")
check_study(case, in_scratch("study"), sizes=["144", "288"], repeats=1)
case.check("cells = [4, 6, 3]" in text_of(in_scratch("study", "np2_1", "deck.toml")), "what grew", ended)
again = run("scaling.sh", deck, "--local", "--out", "study")
case.check(again.status == 2 and "study is there already" in again.err, "a study where one is", again)
case.finish()
