"""Whichever rank fails, and however: all ranks leave together in time, one message names the step and the last good
checkpoint, and the run can be taken up there."""
import os

from tessera_case import Case, melt, partial_files, series_text, summary

case = Case()
deck = case.write("melt.toml", melt(cells=6, steps=30, every=8, series=5))
RANKS = 4
straight = case.path("straight")
case.expect(case.run(["run", deck, "--out", straight], RANKS), 0, "undisturbed")

MESSAGES = {
    "throw": r"step 20: injected fault\n\s+the last good checkpoint is that of step 16, in ",
    "alone": r"rank {rank}: step 20: injected fault\n\s*the last good checkpoint is that of step 16, in ",
    "nan": r"step 20: .*\n\s+the last good checkpoint is that of step 16, in ",
}


def fail(kind, rank):
    name = f"{kind} on rank {rank}"
    folder = case.path(f"{kind}{rank}")
    env = {"TESSERA_FAULT_STEP": f"{kind} 20", "TESSERA_FAULT_RANK": str(rank)}
    ended = case.run(["run", deck, "--out", folder], RANKS, env, limit=30.0)
    case.expect(ended, 1, name, MESSAGES[kind].format(rank=rank))
    case.check(ended.seconds < 15.0, f"{name}: took {ended.seconds:.1f} s")
    told = summary(folder)
    if kind == "alone":  # the others, and the root among them, had no time to say anything
        case.check(told["status"] in ("failed", "running"), f"{name}: summary.json says {told['status']}")
    else:
        case.check(told["status"] == "failed" and "step 20" in told["reason"] and told["exit_status"] == 1,
                   f"{name}: summary.json says {told['status']}, {told['reason']}")
        case.check(not os.path.exists(os.path.join(folder, "lock")), f"{name}: the lock is still there")
    case.expect(case.run(["run", deck, "--out", folder, "--resume"], RANKS), 0, f"{name}: --resume")
    case.check(series_text(folder) == series_text(straight), f"{name}: the series differs after --resume")
    case.check(not partial_files(folder), f"{name}: unfinished files are left")


if case.is_long:
    for kind in MESSAGES:
        for rank in range(RANKS):
            fail(kind, rank)
else:
    fail("throw", 3)
    fail("nan", 1)
case.finish()
