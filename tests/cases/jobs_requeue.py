"""A job whose time limit is shorter than its run is stopped, queued again and finished, with the very trajectory of
an undisturbed run; a job that makes no progress is given up."""
from job_scripts import script, settings
from slurm_cluster import Cluster
from tessera_case import Case, last_snapshot, melt, same_snapshot, series_text, summary, text_of, wait_until

case = Case()
# Slurm's shortest limit is a minute. With this lead SIGUSR1 comes when Slurm first looks, which it does twice a minute.
OPTIONS = ["--time=1", "--ntasks=2", "--ntasks-per-node=2", "--signal=B:USR1@50"]
STEPS_MORE = 100  # after the requeue
RANKS = 2


def deck(steps):
    return case.write("melt.toml", melt(cells=5, steps=steps, every=0, series=50))


def submit(options, name, *arguments):
    return slurm.submit([*OPTIONS, *options], script(name), case.path("melt.toml"), *arguments, env=settings(case))


def check_no_progress():
    """Of an array, whose last member has the id of the whole array: it is queued again alone."""
    case.write("members.txt", "melt.steps=10\nwall_limit=0.001\n")
    array = submit(["--array=1-2", "--output=%a.log"], "array.sbatch", "members.txt", "--out", "members")
    case.check(slurm.wait(f"{array}_2") == "FAILED", "no progress, but it does not end")
    jobs = [slurm.job(f"{array}_{n}") for n in (1, 2)]
    log = text_of(case.path("2.log"))
    case.check([job.get("Restarts") for job in jobs] == ["0", "2"], f"queued again: {jobs}", log)
    case.check(log.count("goes on after a requeue") == 2 and "GIVEN UP, requeued 2 times" in log, "no progress", log)
    case.check(jobs[0].get("JobState") == "COMPLETED", f"the other member: {jobs[0]}", text_of(case.path("1.log")))


def check_requeue():
    """The deck asks for more steps than any limit allows, until the job has been queued again."""
    job = submit(["--output=run.log"], "run.sbatch", "--out", "run")
    folder = case.path("run")
    is_requeued = wait_until(lambda: slurm.job(job).get("Restarts") == "1", 90.0, pause=0.1)
    if not case.check(is_requeued, "no requeue", slurm.job(job)):
        return
    stopped = summary(folder)
    step = stopped["stages"][0]["last_step"]
    deck(step + STEPS_MORE)
    case.check(stopped["status"] == "stopped" and "a signal" in stopped["reason"], f"stopped: {stopped}")
    state, log = slurm.wait(job), text_of(case.path("run.log"))
    case.check(state == "COMPLETED" and slurm.job(job).get("Restarts") == "1", f"it ended as {slurm.job(job)}", log)
    case.check(log.count("+ srun") == 2 and log.count("Tessera ") == 2 and f'stage "melt", step {step}' in log,
               "the log is not of both attempts", log)
    case.check(log.rstrip().endswith(f"job {job}: done, requeued 1 times: run"), "no verdict", log)

    straight = case.path("straight")
    case.expect(case.run(["run", case.path("melt.toml"), "--out", straight], RANKS, limit=120.0), 0, "undisturbed")
    case.check(series_text(folder) == series_text(straight), f"stopped in step {step}: the series differs",
               series_text(folder) + "\n" + series_text(straight))
    case.check(same_snapshot(last_snapshot(folder), last_snapshot(straight)), "the final state differs")
    print(f"stopped in step {step} of {step + STEPS_MORE}")


with Cluster(case) as slurm:
    deck(1000000000)
    check_no_progress()
    check_requeue()
case.finish()
