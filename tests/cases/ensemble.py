"""The members of an ensemble are the runs that their seeds give, on any number of ranks; a request to stop ends all of
them and --resume goes on with each; one that fails leaves the others alone."""
import os

import numpy

from tessera_case import Case, difference, melt, read_series, series_text, summary, text_of

MEMBERS = 3
case = Case()
single = case.write("single.toml", melt(cells=6, steps=100, every=0, series=10))
deck = case.write("ensemble.toml", f"members = {MEMBERS}\n" + text_of(single))


def run(name, ranks, *arguments, deck=deck, env=None, status=0, pattern=None):
    folder = case.path(name)
    ended = case.run(["run", deck, "--out", folder, *arguments], ranks, env)
    case.expect(ended, status, f"{name} on {ranks} ranks", pattern)
    return folder, ended


def member(folder, number):
    return os.path.join(folder, f"member_{number}")


alone = [run(f"alone{n}", 1, f"seed={5 + n}", deck=single)[0] for n in range(MEMBERS)]
case.check(difference(*(read_series(folder)[1] for folder in alone[:2])) > 1e-3, "the seed does not matter")
for ranks in (1, 2, 3, 4):
    folder, ended = run(f"on{ranks}", ranks)
    told = summary(folder)
    case.check((told["status"], told["groups"]) == ("done", min(ranks, MEMBERS)), f"on {ranks} ranks", told)
    for n in range(MEMBERS):
        here = member(folder, n)
        apart = difference(read_series(here)[1], read_series(alone[n])[1])
        case.check(apart < 1e-10, f"member {n} on {ranks} ranks differs from its run alone by {apart:.2g}")
        case.check(summary(here)["seed"] == 5 + n, f"member {n} has another seed")
        case.check("member" not in text_of(os.path.join(here, "deck.toml")).replace("members = 1", ""),
                   f"member {n}: its deck does not repeat it alone")
        case.check(text_of(os.path.join(here, "log.txt")).count("Tessera ") == 1, f"member {n}: log.txt")
    label = "melt: temperature (mean of second half)"
    values = [summary(member(folder, n))["stages"][0]["results"][label[6:]]["value"] for n in range(MEMBERS)]
    found = told["results"][label]
    expected = (numpy.mean(values), numpy.std(values, ddof=1) / MEMBERS**0.5, min(values), max(values))
    got = tuple(found[key] for key in ("mean", "standard_error", "lowest", "highest"))
    case.check(numpy.allclose(got, expected, rtol=1e-12), f"statistics {got}, expected {expected}")
    case.check(label in ended.out and f"{MEMBERS} of {MEMBERS} members are done" in ended.out, "closing table", ended)
case.check("member_2: done" in case.run(["info", case.path("on4")]).out, "info does not know of members")

# Two groups, and a limit of wall time that none of the first members reaches the end in.
long_run = "melt.steps=1000000000"
folder, ended = run("stopped", 2, long_run, "wall_limit=3", status=75)
states = [entry["status"] for entry in summary(folder)["members"]]
case.check(states == ["stopped", "stopped", "not begun"], f"states {states}")
steps = [summary(member(folder, n))["stages"][0]["last_step"] for n in (0, 1)]
end = f"melt.steps={max(steps) + 20}"
run("stopped", 2, end, "--resume")
run("straight", 2, end)
for n in range(MEMBERS):
    case.check(series_text(member(folder, n)) == series_text(member(case.path("straight"), n)),
               f"member {n} was stopped and differs")

folder, ended = run("failing", 3, env={"TESSERA_FAULT_STEP": "throw 20", "TESSERA_FAULT_RANK": "1"}, status=1,
                    pattern="member_1: .*step 20")
states = [entry["status"] for entry in summary(folder)["members"]]
case.check(states == ["done", "failed", "done"] and "member_1: failed" in ended.out,
           f"states {states}", ended)
run("failing", 2, "--resume")
case.check(difference(read_series(member(folder, 1))[1], read_series(alone[1])[1]) < 1e-10, "the failed one, resumed")

run("on1", 1, status=2, pattern="holds a run already")
run("on1", 1, "--force", "members=2")
case.check(not os.path.exists(member(case.path("on1"), 2)), "--force leaves a member")
run("other", 1, "members=0", status=2, pattern="members")
run("other", 1, "seed=4294967294", status=2, pattern="seeds")
case.finish()
