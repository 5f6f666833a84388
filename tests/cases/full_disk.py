"""A full disk ends a run with a message and leaves the last good checkpoint intact; with room again it goes on."""
import atexit
import os
import subprocess

from tessera_case import Case, checkpoints, last_snapshot, melt, same_snapshot, series_text, skip, summary

case = Case()
deck = case.write("melt.toml", melt(cells=8, steps=300, every=20, series=10, extra="output.snapshots = 10\n"))
straight = case.path("straight")
case.expect(case.run(["run", deck, "--out", straight]), 0, "undisturbed")
needed = sum(os.path.getsize(os.path.join(place, name)) for place, _, names in os.walk(straight) for name in names)

disk = case.path("disk")
os.mkdir(disk)
mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={2 * needed}", "tmpfs", disk], capture_output=True,
                         text=True)
if mounted.returncode != 0:
    skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
atexit.register(subprocess.run, ["umount", "--lazy", disk])

folder, ballast = os.path.join(disk, "run"), os.path.join(disk, "ballast")


def leave(room):
    """Fills the disk but for so many bytes."""
    if os.path.exists(ballast):
        os.remove(ballast)
    state = os.statvfs(disk)
    with open(ballast, "wb") as file:
        file.write(b"x" * max(0, state.f_bavail * state.f_frsize - room))


def state_of_checkpoints():
    contents = {}
    for place, _, names in os.walk(os.path.join(folder, "checkpoint")):
        for name in names:
            with open(os.path.join(place, name), "rb") as file:
                contents[os.path.join(place, name)] = file.read()
    return contents


leave(needed // 2)
ended = case.run(["run", deck, "--out", folder])
case.expect(ended, 1, "a disk that becomes full", r"No space left|no room.*the last good checkpoint is that of step")
case.check(len(checkpoints(folder)) >= 1, "no checkpoint is left", ended)
case.check(summary(folder)["status"] in ("failed", "running"), "summary.json tells of another end", ended)

leave(0)
before = state_of_checkpoints()
case.expect(case.run(["run", deck, "--out", folder, "--resume"]), 1, "a full disk", "No space left")
case.check(state_of_checkpoints() == before, "a full disk has changed the checkpoints")

leave(needed // 20)
ended = case.run(["run", deck, "--out", folder, "--resume"])
case.check(ended.status == 1 and len(ended.errors()) == 1, "a nearly full disk", ended)
case.check(len(checkpoints(folder)) >= 1, "no checkpoint is left", ended)

os.remove(ballast)
case.expect(case.run(["run", deck, "--out", folder, "--resume"]), 0, "room again")
case.check(series_text(folder) == series_text(straight), "the series differs")
case.check(same_snapshot(last_snapshot(folder), last_snapshot(straight)), "the final state differs")
case.finish()
