"""Pictures that jobs/plot.py draws, of stages that have something of everything."""
import os
import struct
import subprocess
import sys

import numpy

from tessera_case import Case, skip

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "jobs", "plot.py")
DECK = """title = "Waves"
[[stage]]
name = "line"
type = "waves"
cells = [48]
state_width = 16
episodes = 4
steps = 12
output.series = 1
output.snapshots = 1
[[stage]]
name = "plane"
type = "waves"
cells = [16, 8]
state_width = 3
episodes = 2
steps = 12
output.series = 2
output.snapshots = 6
[[stage]]
name = "solid"
type = "waves"
cells = [8, 6, 4]
steps = 2
output.series = 1
[[stage]]
name = "learning"
type = "ppo"
steps = 20
output.series = 1
"""
EXPECTED = {"line": {"series", "fields", "table"}, "plane": {"series", "fields", "table"},
            "solid": {"series", "fields"}, "learning": {"series"}, "judged": {"comparison", "marginals"}}


def draw(*arguments):
    return subprocess.run([sys.executable, SCRIPT, *arguments], text=True, capture_output=True)


def compare(folder):
    """What a stage that compares two sets of samples at five times leaves."""
    times, bins = numpy.linspace(0.0, 1.0, 5), numpy.linspace(-3.0, 3.0, 25)
    heads = ["time", "reference: mass"]
    columns = [times, numpy.exp(0.4 * times)]
    for n, data in enumerate(("model", "baseline")):
        for m, distance in enumerate(("mmd", "w2")):
            heads += [f"{data}: {distance}", f"{data}: {distance} floor"]
            columns += [(0.01 + n * times) * (-1.0) ** (m + numpy.arange(5)), 0.01 + 0.005 * numpy.cos(9.0 * times)]
        heads.append(f"{data}: mass")
        columns.append(numpy.exp((0.4 + 0.1 * n) * times))
    os.makedirs(folder)
    for file in "series.csv", "comparison.csv":
        numpy.savetxt(os.path.join(folder, file), numpy.transpose(columns), header=",".join(heads), delimiter=",",
                      comments="")
    rows = [[time, coordinate, low, high] + [numpy.exp(-0.5 * (low + shift * time) ** 2) for shift in (1.0, 1.1, 0.0)]
            for time in times for coordinate in (0, 1) for low, high in zip(bins, bins[1:])]
    numpy.savetxt(os.path.join(folder, "histograms.csv"), rows, delimiter=",", comments="",
                  header="time,coordinate,low,high,reference,model,baseline")


def pixels(path):
    """Width and height of a PNG."""
    with open(path, "rb") as file:
        return struct.unpack(">II", file.read(24)[16:])


def colours(path):
    import matplotlib.image
    return len(numpy.unique(matplotlib.image.imread(path)[::3, ::3].reshape(-1, 4), axis=0))


def drawn(run, ending):
    return {name: {file[:-len(ending)] for file in os.listdir(os.path.join(run, name)) if file.endswith(ending)}
            for name in EXPECTED}


def main():
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        skip("no matplotlib")
    case = Case()
    run = case.path("run")
    case.expect(case.run([case.write("deck.toml", DECK), run], ranks=2), 0, "a run to draw")

    compare(os.path.join(run, "judged"))
    ended = draw(run)
    case.check(ended.returncode == 0 and not ended.stderr, "all stages are drawn", ended)
    case.check(drawn(run, ".png") == EXPECTED, "each stage has the pictures of what it left", drawn(run, ".png"))
    case.check(not any(drawn(run, ".svg").values()), "no SVG unless asked for", drawn(run, ".svg"))
    for name, pictures in EXPECTED.items():
        for picture in pictures:
            path = os.path.join(run, name, picture + ".png")
            case.check(min(pixels(path)) > 250 and colours(path) > 20, f"{path} shows something", pixels(path))

    ended = draw(run, "learning", "--svg")
    case.check(ended.returncode == 0, "one stage is drawn", ended)
    svg = {name: pictures for name, pictures in drawn(run, ".svg").items() if pictures}
    case.check(svg == {"learning": EXPECTED["learning"]}, "SVG of that stage alone", svg)
    with open(os.path.join(run, "learning", "series.svg")) as file:
        text = file.read()
    there = [words in text for words in ("entropy [nats]", "and its deviation", "updates = 1")]
    case.check(all(there), "axes have names and units", there)

    draw(run, "line", "--svg")
    with open(os.path.join(run, "line", "table.svg")) as file:
        text = file.read()
    there = [words in text for words in ("still, episode 0", "pushed, episode 1", "action 2")]
    case.check(all(there), "trajectories are told by who acted", there)

    draw(run, "judged", "--svg")
    with open(os.path.join(run, "judged", "comparison.svg")) as file:
        text = file.read()
    there = [words in text for words in ("|mmd|", "noise floor", "baseline", "mass")]
    case.check(all(there), "distances have names, and the floor is told", there)

    for arguments, message in (((run, "sphere"), "no stage 'sphere'; it has judged, learning, line, plane, solid"),
                               ((case.scratch,), "is no run folder"), ((), "usage: jobs/plot.py")):
        ended = draw(*arguments)
        case.check(ended.returncode == 1 and message in ended.stderr, f"'{message}' was expected", ended)
    case.finish()


if __name__ == "__main__":
    main()
