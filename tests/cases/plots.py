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
            "solid": {"series", "fields"}, "learning": {"series"}, "judged": {"comparison", "marginals"},
            "channel": {"profile"}, "once": {"comparison"}, "beside": {"comparison"},
            "cloud": {"samples"}, "line_cloud": {"samples"}, "images": {"samples"},
            "chains": {"traces", "posterior", "pairs", "predictive", "calibration"},
            "wide_chains": {"traces", "posterior"}, "mixtures": {"epochs"}, "mixture": {"epochs"},
            "more_chains": {"traces", "posterior", "pairs"}}


def draw(*arguments):
    return subprocess.run([sys.executable, SCRIPT, *arguments], text=True, capture_output=True)


def sample(folder, dimensions):
    """What a stage leaves whose samples spread."""
    import h5py
    times = numpy.repeat([0.0, 0.5, 1.0], 200)
    positions = (1.0 + times[:, None]) * numpy.random.default_rng(1).normal(size=(600, dimensions))
    os.makedirs(folder)
    with h5py.File(os.path.join(folder, "table.h5"), "w") as file:
        file["columns/time"], file["columns/position"] = times[:, None], positions
        file["committed"] = [600]
    with open(os.path.join(folder, "series.csv"), "w") as file:
        file.write("step,time [s]\n0,0\n")


def compare(folder, count=5):
    """What a stage that compares two sets of samples at so many times leaves."""
    times, bins = numpy.linspace(0.0, 1.0, count), numpy.linspace(-3.0, 3.0, 25)
    heads = ["time", "reference: mass"]
    columns = [times, numpy.exp(0.4 * times)]
    for n, data in enumerate(("model", "baseline")):
        for m, distance in enumerate(("mmd", "w2")):
            heads += [f"{data}: {distance}", f"{data}: {distance} floor"]
            columns += [(0.01 + n * times) * (-1.0) ** (m + numpy.arange(count)), 0.01 + 0.005 * numpy.cos(9.0 * times)]
        heads.append(f"{data}: mass")
        columns.append(numpy.exp((0.4 + 0.1 * n) * times))
    os.makedirs(folder)
    for file in "series.csv", "comparison.csv":
        numpy.savetxt(os.path.join(folder, file), numpy.transpose(columns), header=",".join(heads), delimiter=",",
                      comments="")
    if count == 1:
        return
    rows = [[time, coordinate, low, high] + [numpy.exp(-0.5 * (low + shift * time) ** 2) for shift in (1.0, 1.1, 0.0)]
            for time in times for coordinate in (0, 1) for low, high in zip(bins, bins[1:])]
    numpy.savetxt(os.path.join(folder, "histograms.csv"), rows, delimiter=",", comments="",
                  header="time,coordinate,low,high,reference,model,baseline")


def put_side_by_side(folder):
    """What a stage leaves that compares a trajectory with two of a simulator."""
    os.makedirs(folder)
    names = "reference", "reference_again", "model"

    def write(name, head, columns):
        numpy.savetxt(os.path.join(folder, name), numpy.transpose(columns), header=head, delimiter=",", comments="")

    def curves(name, axis, x, kinds):
        heads = [f"{whose}: {kind}" for kind in kinds for whose in names]
        write(name, ",".join([axis] + heads),
              [x] + [numpy.exp(-(x - m - 0.1 * n) ** 2) for m in range(len(kinds)) for n in range(3)])

    curves("rdf.csv", "r [A]", numpy.linspace(0.1, 6.0, 60), ["g_Si_Si", "g_O_Si"])
    curves("vdos.csv", "frequency [1/ps]", numpy.linspace(0.0, 50.0, 100), ["vdos_total", "vdos_Si", "vdos_O"])
    edges = numpy.linspace(250.0, 350.0, 21)
    write("temperature.csv", "low [K],high [K]," + ",".join(name + " [1/K]" for name in names + ("canonical",)),
          [edges[:-1], edges[1:]] + [numpy.exp(-((edges[1:] - 300.0 - n) / 10.0) ** 2) for n in range(4)])
    with open(os.path.join(folder, "comparison.csv"), "w") as file:
        file.write("data,quantity,unit,reference,reference_error,reference_again,reference_again_error,value,error,"
                   "difference,floor\nmodel,temperature,K,300,1,301,1,310,2,10,1\n"
                   "model,vdos_Si: overlap,,nan,nan,nan,nan,nan,nan,0.9,0.99\n")
    with open(os.path.join(folder, "series.csv"), "w") as file:
        file.write("step,trajectory\n0,0\n1,1\n")


def put_profile(folder):
    """What a stage leaves that averages a gas of two species across a channel."""
    os.makedirs(folder)
    x = numpy.linspace(0.05, 0.95, 10)
    heads, columns = ["x"], [x]
    for species in "light", "heavy":
        for n, name in enumerate(("density", "velocity_x", "velocity_y", "velocity_z", "temperature", "stress_xx",
                                  "stress_yy", "stress_zz", "stress_xy", "stress_xz", "stress_yz", "heat_flux_x",
                                  "heat_flux_y", "heat_flux_z")):
            heads += [f"{name}_{species}", f"{name}_{species} error"]
            columns += [numpy.cos(n + x * len(species)), 0.05 + 0.01 * x]
    numpy.savetxt(os.path.join(folder, "profile.csv"), numpy.transpose(columns), header=",".join(heads), delimiter=",",
                  comments="")
    with open(os.path.join(folder, "series.csv"), "w") as file:
        file.write("step,time\n0,0\n")


def sample_chains(folder, dimensions, has_reports=False):
    """What a stage leaves that samples a posterior: draws of all chains, some of them, then others; and its reports."""
    import h5py
    chains, draws = 3, 100
    update = numpy.concatenate([numpy.tile(part, chains) for part in numpy.split(numpy.arange(draws), 2)])
    chain = numpy.tile(numpy.repeat(numpy.arange(chains), draws // 2), 2)
    theta = numpy.random.default_rng(2).normal(size=(chains * draws, dimensions)) + chain[:, None]
    os.makedirs(folder)
    with h5py.File(os.path.join(folder, "table.h5"), "w") as file:
        file["columns/chain"], file["columns/update"], file["columns/theta"] = chain[:, None], update[:, None], theta
        file["committed"] = [chains * draws]
    with open(os.path.join(folder, "series.csv"), "w") as file:
        file.write("step,update\n0,0\n")
    if not has_reports:
        return

    def report(name, **columns):
        numpy.savetxt(os.path.join(folder, name), numpy.transpose(list(columns.values())), header=",".join(columns),
                      delimiter=",", comments="")

    numbers, ones = numpy.arange(1, dimensions + 1), numpy.ones(dimensions)
    low, median, high = numpy.quantile(theta, [0.05, 0.5, 0.95], axis=0)
    report("diagnostics.csv", parameter=numbers, mean=median, sd=ones, mcse=ones, q05=low, median=median, q95=high,
           rhat=1.234 * ones, ess_bulk=7 * ones, ess_tail=9 * ones, true_mean=ones, true_sd=ones)
    count = numpy.arange(1, 31)
    report("predictive.csv", update=count, draws=3 * count, test_log_likelihood=-0.5 + 0.1 * numpy.cos(count),
           test_mean_log_likelihood=-0.5 - 0.1 / count, test_predictive=-0.4 - 0.1 / count)
    edges = numpy.linspace(0.0, 1.0, 11)
    rows = numpy.arange(10)  # none in the first
    middle = numpy.where(rows > 0, 0.5 * (edges[1:] + edges[:-1]), numpy.nan)
    report("calibration.csv", low=edges[:-1], high=edges[1:], rows=rows, mean_probability=middle,
           frequency=0.8 * middle)


def mix(folder, ratios):
    """What a stage leaves of light and heavy gases."""
    times, names, columns = numpy.concatenate(([0.0], 0.02 * 1.5 ** numpy.arange(20.0))), ["step"], [numpy.arange(21)]
    for ratio in ratios:
        prefix = f"eps {ratio}: " if len(ratios) > 1 else ""
        for n, name in enumerate(("time", "light_temperature", "heavy_temperature", "light_T_xx", "heavy_T_xx",
                                  "light_u_x", "light_u_y", "light_u_z", "heavy_u_x", "heavy_u_y", "heavy_u_z")):
            names.append(prefix + name)
            columns.append(times if n == 0 else 0.1 * n + numpy.exp(-ratio * n * times))
    os.makedirs(folder)
    numpy.savetxt(os.path.join(folder, "series.csv"), numpy.transpose(columns), header=",".join(names), delimiter=",",
                  comments="")


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
        import h5py  # noqa: F401
        import matplotlib  # noqa: F401
    except ImportError:
        skip("no matplotlib or h5py")
    case = Case()
    run = case.path("run")
    case.expect(case.run([case.write("deck.toml", DECK), run], ranks=2), 0, "a run to draw")

    compare(os.path.join(run, "judged"))
    compare(os.path.join(run, "once"), 1)
    put_side_by_side(os.path.join(run, "beside"))
    put_profile(os.path.join(run, "channel"))
    for name, dimensions in (("cloud", 3), ("line_cloud", 1), ("images", 64)):
        sample(os.path.join(run, name), dimensions)
    for name, dimensions in (("chains", 2), ("more_chains", 2), ("wide_chains", 40)):
        sample_chains(os.path.join(run, name), dimensions, has_reports=name == "chains")
    mix(os.path.join(run, "mixtures"), (0.3, 0.01))
    mix(os.path.join(run, "mixture"), (0.1,))
    ended = draw(run)
    case.check(ended.returncode == 0 and not ended.stderr, "all stages are drawn", ended)
    case.check(drawn(run, ".png") == EXPECTED, "each stage has the pictures of what it left", drawn(run, ".png"))
    case.check(not any(drawn(run, ".svg").values()), "no SVG unless asked for", drawn(run, ".svg"))
    for name, pictures in EXPECTED.items():
        for picture in pictures:
            path = os.path.join(run, name, picture + ".png")
            case.check(min(pixels(path)) > 250 and colours(path) > 20, f"{path} shows something", pixels(path))

    between = [file for file in os.listdir(run) if file.endswith(".png")]
    case.check(between == ["chains.png"], "stages with chains of one width are compared", between)

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

    draw(run, "channel", "--svg")
    with open(os.path.join(run, "channel", "profile.svg")) as file:
        text = file.read()
    there = [words in text for words in ("shear stress", "heat flux", "xy heavy", "light")]
    case.check(all(there), "profiles tell quantities, components and species", there)

    draw(run, "chains", "--svg")
    with open(os.path.join(run, "chains", "traces.svg")) as file:
        text = file.read()
    there = [words in text for words in ("chain 2", "1.234", "update")]
    case.check(all(there), "traces tell the chains and how well they mix", there)

    there = ("beside, chains, channel, cloud, images, judged, learning, line, line_cloud, mixture, mixtures, "
             "more_chains, once, plane, solid, wide_chains")
    for arguments, message in (((run, "sphere"), f"no stage 'sphere'; it has {there}"),
                               ((case.scratch,), "is no run folder"), ((), "usage: jobs/plot.py")):
        ended = draw(*arguments)
        case.check(ended.returncode == 1 and message in ended.stderr, f"'{message}' was expected", ended)
    case.finish()


if __name__ == "__main__":
    main()
