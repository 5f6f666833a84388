"""Batch jobs: what scancel leaves can be taken up, mpirun hands SIGUSR1 on, an array fills a folder a member, a scaling
study ends in a table and plots, and the program learns when its job ends."""
import os

from job_scripts import check_study, script, settings
from slurm_cluster import Cluster
from tessera_case import (Case, checkpoints, last_snapshot, melt, same_snapshot, series_text, summary, text_of,
                          wait_until)

case = Case()
RANKS, MEMBERS = 2, 8
TWO = ["--ntasks=2", "--ntasks-per-node=2", "--time=10"]
ONE = ["--ntasks=1", "--ntasks-per-node=1", "--time=10"]
endless = case.write("endless.toml", melt(cells=4, steps=1000000000, every=100, series=50))
short = case.write("short.toml", melt(cells=3, steps=20, every=0))


def begin(launcher, folder, log):
    job = slurm.submit([*TWO, f"--output={log}"], script("run.sbatch"), endless, "--out", folder,
                       env=settings(case, launcher))
    case.check(wait_until(lambda: len(checkpoints(folder)) > 0, 60.0), f"{launcher}: the run does not begin")
    return job


def check_scancel(launcher):
    folder, log = case.path(launcher), case.path(f"{launcher}.log")
    job = begin(launcher, folder, log)
    slurm.ask("scancel", job)
    state = slurm.wait(job)
    case.check(wait_until(lambda: slurm.ask("squeue", "-h") == "", 30.0), f"{launcher}: it does not leave the queue")
    case.check(state == "CANCELLED" and slurm.job(job).get("Restarts") == "0", f"{launcher}: {slurm.job(job)}",
               text_of(log))
    if launcher == "srun":  # mpirun leaves its ranks no time after a SIGTERM
        case.check(f"job {job}: stopped; the same command goes on" in text_of(log), "no verdict", text_of(log))
        case.check(summary(folder)["status"] == "stopped", f"stopped as {summary(folder)['status']}")

    newest = max(int(row.split(",")[0]) for row in series_text(folder).splitlines()[1:])
    steps = f"melt.steps={newest + 200}"
    resumed = case.run(["run", endless, "--out", folder, "--resume", steps], RANKS)
    case.expect(resumed, 0, f"{launcher}: --resume")
    case.check("Going on from" in resumed.out, f"{launcher}: not from a checkpoint", resumed)
    straight = f"{folder}.straight"
    case.expect(case.run(["run", endless, "--out", straight, steps], RANKS), 0, f"{launcher}: undisturbed")
    case.check(series_text(folder) == series_text(straight), f"{launcher}: the series differs")
    case.check(same_snapshot(last_snapshot(folder), last_snapshot(straight)), f"{launcher}: the final state differs")


def check_signal_through_mpirun():
    """As before a time limit: to the batch script alone."""
    folder, log = case.path("signal"), case.path("signal.log")
    job = begin("mpirun", folder, log)
    slurm.ask("scancel", "--batch", "--signal=USR1", job)
    is_requeued = wait_until(lambda: slurm.job(job).get("Restarts") == "1", 30.0, pause=0.1)
    case.check(is_requeued and "a signal" in summary(folder)["reason"], f"mpirun: {slurm.job(job)}", text_of(log))
    slurm.ask("scancel", job)
    case.check(slurm.wait(job) == "CANCELLED", f"mpirun: cancelled in the queue: {slurm.job(job)}", text_of(log))


def check_array():
    folder = case.path("members")
    job = slurm.submit([*ONE, f"--array=1-{MEMBERS}", "--output=members-%a.log"], script("array.sbatch"), short,
                       f"seed=1..{MEMBERS}", "--out", folder, env=settings(case))
    states = [slurm.wait(f"{job}_{n}") for n in range(1, MEMBERS + 1)]
    logs = "".join(text_of(case.path(f"members-{n}.log")) for n in range(1, MEMBERS + 1))
    if not case.check(states == ["COMPLETED"] * MEMBERS, f"the array ends with {states}", logs):
        return
    told = [summary(os.path.join(folder, str(n))) for n in range(1, MEMBERS + 1)]
    case.check(all((one["status"], one["stages"][0]["last_step"]) == ("done", 20) for one in told), "members", logs)
    case.check([one["seed"] for one in told] == list(range(1, MEMBERS + 1)), "seeds", logs)
    series = {series_text(os.path.join(folder, str(n))) for n in range(1, MEMBERS + 1)}
    case.check(len(series) == MEMBERS, "two members are the same", logs)


def check_array_bounds():
    job = slurm.submit([*ONE, "--array=3-3", "--output=none.log"], script("array.sbatch"), short, "seed=1..2",
                       "--out", "none", env=settings(case))
    state, log = slurm.wait(job), text_of(case.path("none.log"))
    case.check(state == "FAILED" and "there is no member 3; expected --array=1-2" in log, "a member too many", log)


def check_study_of_jobs():
    site = "TESSERA_SITE=" + settings(case)["TESSERA_SITE"]
    told = slurm.ask("env", site, "bash", script("scaling.sh"), short, "--ranks", "1,2", "--repeats", "2", "--out",
                     "study") or ""
    words = told.splitlines()[-1].split() if told else []
    if not case.check(len(words) > 3 and words[1] == "submitted;", "the study is not submitted", told):
        return
    case.check(slurm.wait(words[3], 120.0) == "COMPLETED", "the study does not end", told)
    check_study(case, case.path("study"), sizes=["108", "108"], repeats=2)


def check_job_end():
    """Nobody asks for a stop: the program knows the limit and stops by itself, in good time."""
    log, folder = case.path("end.log"), case.path("end")
    options = [*ONE, "--time=1", "--signal=B:CONT@1", "--no-requeue", f"--output={log}"]
    job = slurm.submit(options, script("run.sbatch"), endless, "--out", folder, env=settings(case))
    case.check(slurm.wait(job, 100.0) == "FAILED", f"the end of the job: {slurm.job(job)}", text_of(log))
    case.check(wait_until(lambda: summary(folder)["status"] == "stopped", 5.0), "not stopped", text_of(log))
    case.check("wall-clock limit" in summary(folder)["reason"], f"stopped: {summary(folder)['reason']}")
    case.check(f"job {job}: NOT requeued; the same command goes on" in text_of(log), "no verdict", text_of(log))


with Cluster(case) as slurm:
    check_scancel("srun")
    check_scancel("mpirun")
    check_signal_through_mpirun()
    check_array()
    check_array_bounds()
    check_study_of_jobs()
    check_job_end()
case.finish()
