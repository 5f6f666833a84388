"""Every request to stop ends a run within a step or two seconds with status 75 and a checkpoint, and --resume goes on
as if nothing had happened: series and final state are those of an undisturbed run on as many ranks, bit for bit."""
import os
import signal
import time

from tessera_case import (Case, checkpoints, last_snapshot, melt, partial_files, same_snapshot, series_text, summary,
                          text_of, wait_until)

case = Case()
endless = case.write("melt.toml", melt(cells=5, steps=1000000000, every=0, series=50))
STEPS_MORE = 100  # after the stop


def signal_to(number):
    return lambda process, folder: process.send_signal(number)


def stop_file(process, folder):
    with open(os.path.join(folder, "stop"), "w"):
        pass


def nothing(process, folder):
    pass


def stop_in_the_middle(name, ranks, ask, arguments, env, reason):
    folder = case.path(f"{name}.np{ranks}")
    process = case.start(["run", endless, "--out", folder, *arguments], ranks, env)
    if ask is not nothing:
        case.check(wait_until(lambda: series_text(folder).count("\n") > 1), f"{name}: the run does not begin")
        time.sleep(0.1)
    asked = time.monotonic()
    ask(process, folder)
    ended = case.wait(process)
    case.expect(ended, 75, f"{name} on {ranks} ranks")
    case.check(time.monotonic() - asked < 6.0, f"{name}: took {time.monotonic() - asked:.1f} s to stop")
    told = summary(folder)
    case.check((told["status"], told["exit_status"]) == ("stopped", 75) and reason in told["reason"],
               f"{name}: summary.json says {told['status']}, {told['reason']}")
    case.check(len(checkpoints(folder)) == 1 and "stopped after" in ended.out, f"{name}: no checkpoint", ended)
    case.check(not os.path.exists(os.path.join(folder, "lock")), f"{name}: the lock is still there")
    return folder, told["stages"][0]["last_step"]


def stop_and_go_on(name, ranks, ask, reason, arguments=(), env=None):
    folder, step = stop_in_the_middle(name, ranks, ask, arguments, env, reason)
    steps = f"melt.steps={step + STEPS_MORE}"
    resumed = case.run(["run", endless, "--out", folder, steps, "--resume"], ranks)
    case.expect(resumed, 0, f"{name}: --resume")
    case.check(f'Going on from {folder}/checkpoint' in resumed.out, f"{name}: resumed from elsewhere", resumed)
    straight = folder + ".straight"
    case.expect(case.run(["run", endless, "--out", straight, steps], ranks), 0, f"{name}: undisturbed")
    case.check(series_text(folder) == series_text(straight), f"{name}, stopped in step {step}: the series differs",
               series_text(folder) + "\n" + series_text(straight))
    case.check(same_snapshot(last_snapshot(folder), last_snapshot(straight)), f"{name}: the final state differs")
    case.check(not partial_files(folder), f"{name}: unfinished files are left")
    case.check(text_of(os.path.join(folder, "log.txt")).count("Tessera ") == 2, f"{name}: log.txt lacks one of them")
    case.check(summary(folder)["status"] == "done", f"{name}: summary.json does not say done")


def in_seconds(seconds):
    return {"TESSERA_JOB_END_TIME": str(int(time.time()) + seconds)}


SIGNAL, FILE, LIMIT = "a signal", "a file named stop", "wall-clock limit"
stop_and_go_on("usr1", 2, signal_to(signal.SIGUSR1), SIGNAL)
stop_and_go_on("term", 1, signal_to(signal.SIGTERM), SIGNAL)
stop_and_go_on("wall_limit", 1, nothing, LIMIT, arguments=["wall_limit=1.5"])
stop_and_go_on("job_end", 1, nothing, LIMIT, env=in_seconds(1))
if case.is_long:
    for ranks in (1, 2, 3):
        stop_and_go_on("stop_file", ranks, stop_file, FILE)
        stop_and_go_on("longer_wall_limit", ranks, nothing, LIMIT, arguments=["wall_limit=4.0"])
        stop_and_go_on("longer_job_end", ranks, nothing, LIMIT, env=in_seconds(5))
        stop_and_go_on("usr2", ranks, signal_to(signal.SIGUSR2), SIGNAL)
    stop_and_go_on("interrupt", 1, signal_to(signal.SIGINT), SIGNAL)
case.finish()
