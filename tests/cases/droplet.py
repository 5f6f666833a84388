"""A droplet in the corner of an empty box: work is shared by all ranks, and the run is the same as without that.

Tolerance as in ranks.py: only the order of sums differs.
"""
from tessera_case import Case, difference, read_series, series_text, summary

TOLERANCE = 1e-10
case = Case()
deck = case.write("droplet.toml", """seed = 3
checkpoint.every = 0

[[stage]]
name = "droplet"
type = "md"
steps = 100
output.series = 10

[stage.lattice]
kind = "fcc"
density = 0.8442
cells = [24, 24, 24]

[stage.lattice.sphere]
centre = [8.0, 7.5, 8.5]
radius = 7.0

[stage.velocity]
temperature = 1.0

[stage.pair]
truncation = "force"

[stage.neighbours]
skin = 0.3

[stage.balance]
every = 1
threshold = 1.05
""")


def run(folder, ranks, *arguments):
    folder = case.path(folder)
    case.expect(case.run(["run", deck, "--out", folder, *arguments], ranks), 0, f"{folder} on {ranks} ranks")
    return folder


def rows(folder):
    return read_series(folder, "droplet")[1]


def result(folder, label):
    return summary(folder)["stages"][0]["results"][label]["value"]


def figures(folder):
    labels = ("imbalance of work at first (max/mean)", "imbalance of work at last", "moves of the cuts")
    return [result(folder, label) for label in labels]


def same(one, other, what):
    apart = difference(rows(one), rows(other))
    case.check(apart < TOLERANCE, f"{what}: series differ by {apart:.2g} > {TOLERANCE}")


one = run("one", 1)
case.check("moves of the cuts" not in summary(one)["stages"][0]["results"], "one rank has something to balance")
for ranks in (2, 3, 4):
    folder = run(f"on{ranks}", ranks)
    same(one, folder, f"1 and {ranks} ranks")
    first, last, moves = figures(folder)
    case.check(first > 0.8 * ranks if ranks != 3 else first > 1.5, f"{ranks} ranks: even tiles are not uneven", first)
    case.check(last < 1.15, f"{ranks} ranks: imbalance {last} at last", (first, last, moves))
    case.check(moves >= 1, f"{ranks} ranks: no cut has moved")

still = run("still", 4, "droplet.balance.by=nothing")
same(one, still, "without balance")
first, last, moves = figures(still)
case.check(first > 2 and last > 2 and moves == 0, "tiles that stay even are uneven", (first, last, moves))

timed = run("timed", 2, "droplet.balance.by=time")
same(one, timed, "balanced by time")
texts = [warning["text"] for warning in summary(timed)["warnings"]]
case.check(any("bit for bit" in text for text in texts), "no warning about measured times", texts)

parts = run("parts", 4, "droplet.steps=50")
run("parts", 4, "--resume")
whole = case.path("on4")
case.check(series_text(parts, "droplet") == series_text(whole, "droplet"), "4 ranks, taken up: not bit for bit")
case.check(figures(parts) == figures(whole), "4 ranks, taken up: other figures", (figures(parts), figures(whole)))
other = run("other", 4, "droplet.steps=50")
run("other", 3, "--resume")
same(one, other, "4 ranks, then 3")
case.check(figures(other)[1] < 1.15, "taken up on 3 ranks: not balanced", figures(other))
case.finish()
