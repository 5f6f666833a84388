"""200 times a run that checkpoints every few steps is killed at a random moment, every second time while a checkpoint
is being written. It can always be taken up, and comes to the end of an undisturbed run."""
import os
import random
import signal
import time

from tessera_case import Case, checkpoints, melt, partial_files, series_text

KILLS = 200
case = Case()
deck = case.write("melt.toml", melt(cells=3, steps=6000, every=25, series=20, extra="output.snapshots = 500\n"))
straight = case.path("straight")
case.expect(case.run(["run", deck, "--out", straight]), 0, "undisturbed")
chance = random.Random(1)


def is_writing(folder):
    place = os.path.join(folder, "checkpoint")
    return os.path.isdir(place) and any(name.endswith(".partial") for name in os.listdir(place))


def kill_somewhere(process, folder, while_writing):
    """False if the process ended before."""
    time.sleep(chance.uniform(0.05, 0.4))
    end = time.monotonic() + 2.0
    while while_writing != is_writing(folder) and process.poll() is None and time.monotonic() < end:
        pass
    process.send_signal(signal.SIGKILL)
    return case.wait(process).status == -signal.SIGKILL


kills = finished = caught_writing = 0
while kills < KILLS and not case.failures:
    folder = case.path(f"run{finished}")
    while kills < KILLS:
        resume = ["--resume"] if os.path.exists(os.path.join(folder, "deck.toml")) else []
        process = case.start(["run", deck, "--out", folder, *resume])
        if not kill_somewhere(process, folder, kills % 2 == 1):
            break
        kills += 1
        caught_writing += is_writing(folder)
    resume = ["--resume"] if os.path.exists(os.path.join(folder, "deck.toml")) else []
    case.expect(case.run(["run", deck, "--out", folder, *resume]), 0, f"the end of run {finished}, after {kills} kills")
    case.check(series_text(folder) == series_text(straight), f"run {finished}: the series differs, after {kills} kills")
    case.check(not partial_files(folder) and len(checkpoints(folder)) == 2, f"run {finished}: {os.listdir(folder)}")
    finished += 1
print(f"{kills} kills, {caught_writing} of them while a checkpoint was written, in {finished} runs")
case.check(KILLS // 4 < caught_writing < KILLS - 10, "the kills do not strike both kinds of moments")
case.finish()
