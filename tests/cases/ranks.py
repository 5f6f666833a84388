"""A melt is the same on any number of ranks, also when it is taken up on another number, and across stages.

Sums over ranks differ by rounding, 1e-16 a step, which chaos multiplies by less than a thousand in 100 steps of 0.005
(Lyapunov exponent about 5 per unit of time): 1e-10 of the largest value of a column leaves a margin of a thousand.
"""
import os

import numpy

from tessera_case import Case, difference, melt, read_series, series_text, summary

TOLERANCE = 1e-10
case = Case()
deck = case.write("melt.toml", melt(cells=6, steps=100, every=0, series=10))


def run(folder, ranks, *arguments, deck=deck, env=None, status=0):
    folder = case.path(folder)
    ended = case.run(["run", deck, "--out", folder, *arguments], ranks, env)
    case.expect(ended, status, f"{folder} on {ranks} ranks")
    return folder


def same(one, other, what, stage="melt", other_stage="melt"):
    apart = difference(read_series(one, stage)[1], read_series(other, other_stage)[1])
    case.check(apart < TOLERANCE, f"{what}: series differ by {apart:.2g} > {TOLERANCE}")


one = run("one", 1)
names, rows = read_series(one)
case.check(list(rows[:, 0]) == list(range(0, 101, 10)), f"rows of other steps: {rows[:, 0]}")
case.check(numpy.ptp(rows[:, names.index("temperature")]) > 0.1, "nothing happens in this melt")
for ranks in (2, 3, 4):
    same(one, run(f"on{ranks}", ranks), f"1 and {ranks} ranks")
case.check(summary(case.path("on4"))["ranks"] == 4, "summary.json does not know of 4 ranks")

for before, after in ((4, 2), (1, 3)):
    folder = f"from{before}to{after}"
    run(folder, before, "melt.steps=50")
    run(folder, after, "--resume")
    same(one, case.path(folder), f"{before} ranks, then {after}")

# The second stage goes on where the first one ended; the third one too, also when the first is only on disk.
head, body = melt(cells=6, steps=50, every=10, series=10).split("[[stage]]")
first, rest = body.replace('"melt"', '"first"'), body[body.index("[stage.pair]"):]
later = '[[stage]]\nname = "{}"\ntype = "md"\nsteps = 50\ndata = "first"\noutput.series = 10\n' + rest
stages = case.write("stages.toml", head + "[[stage]]" + first + later.format("second") + later.format("third"))
both = run("stages", 2, deck=stages)
expected = rows[rows[:, 0] >= 50]
expected = expected[:, 2:]
for stage in ("second", "third"):
    found = read_series(both, stage)[1]
    case.check(list(found[:, 0]) == list(range(0, 51, 10)), f"{stage}: rows of steps {found[:, 0]}")
    apart = difference(expected, found[:, 2:])
    case.check(apart < TOLERANCE, f"{stage} stage goes on otherwise than one run would: {apart:.2g}")

fault = {"TESSERA_FAULT_STEP": "throw 20", "TESSERA_FAULT_RANK": "1"}
broken = case.path("broken")
case.expect(case.run(["run", stages, "--out", broken, "first.steps=15"], 2, fault), 1, "fault in the second stage",
            "step 20")
case.check(series_text(broken, "third") == "", "the third stage was begun")
run("broken", 2, "first.steps=15", "--resume", deck=stages)
straight = run("straight", 2, "first.steps=15", deck=stages)
case.check(series_text(broken, "second") == series_text(straight, "second"), "the second stage differs after --resume")
same(straight, broken, "the third stage, from the first one's snapshot", "third", "third")
case.check(os.path.exists(os.path.join(broken, "first", "particles.h5")), "the first stage has left no snapshot")
case.finish()
