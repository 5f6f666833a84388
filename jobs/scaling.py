#!/usr/bin/env python3
"""usage: jobs/scaling.py FOLDER

Table and plots of a scaling study from the runs in FOLDER/np<ranks>_<repeat>: rate of particle-steps (or what the
stages count), efficiency against the smallest rank count, and the share of the loop spent on communication, as medians
with the smallest and the largest of the repeats.
Writes FOLDER/scaling.csv, and scaling.png and .svg where matplotlib is there.
"""
import csv
import glob
import json
import os
import re
import statistics
import sys

COMMUNICATION = ("data/halo", "run/agree", "data/migrate")


def read_runs(folder):
    """Rank count -> its finished runs; says which others there are."""
    runs = {}
    for place in sorted(glob.glob(os.path.join(folder, "np*_*", ""))):
        name = os.path.basename(os.path.dirname(place))
        if not (match := re.fullmatch(r"np(\d+)_\d+", name)):
            continue
        path = os.path.join(place, "summary.json")
        if not os.path.exists(path):
            print(f"{name}: has not begun", file=sys.stderr)
            continue
        with open(path) as file:
            summary = json.load(file)
        if summary["status"] != "done" or summary["resumed_from"]:
            told = "was stopped and resumed" if summary["status"] == "done" else summary["status"]
            print(f"{name}: left out: {told}", file=sys.stderr)
            continue
        runs.setdefault(int(match.group(1)), []).append(measure(summary))
    return dict(sorted(runs.items()))


def measure(summary):
    """What one run took; the rate is that of all stages together."""
    loop, work, size, unit = summary["loop_seconds"], 0.0, 0, "item"
    for stage in summary["stages"]:
        key = next(key for key in stage if key.endswith("_steps_per_second"))
        unit = key[:-len("_steps_per_second")]
        work += stage[key] * stage["loop_seconds"]
        size = max(size, stage.get(unit + "s", 0))
    spent = {region["name"]: region["mean_seconds"] for region in summary["regions"]}
    return {"seconds": loop, "rate": work / loop, "size": size, "unit": unit, "title": summary["title"],
            **{name: spent.get(name, 0.0) / loop for name in COMMUNICATION}}


def spread(values):
    return statistics.median(values), min(values), max(values)


def tabulate(runs):
    """One row a rank count: values, or (median, smallest, largest)."""
    first = min(runs)
    reference = statistics.median(run["rate"] for run in runs[first]) / first
    rows = []
    for ranks, repeats in runs.items():
        rates = [run["rate"] for run in repeats]
        rows.append({"ranks": ranks, "runs": len(repeats), "size": repeats[0]["size"],
                     "seconds": spread([run["seconds"] for run in repeats]), "rate": spread(rates),
                     "efficiency": spread([rate / ranks / reference for rate in rates]),
                     "communication": spread([sum(run[name] for name in COMMUNICATION) for run in repeats]),
                     **{name: spread([run[name] for run in repeats]) for name in COMMUNICATION}})
    return rows


def write_csv(path, rows, unit):
    titles = {"seconds": "loop [s]", "rate": f"{unit}-steps/s", "efficiency": "efficiency",
              "communication": "communication/loop", **{name: f"{name}/loop" for name in COMMUNICATION}}
    with open(path, "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["ranks", "runs", f"{unit}s"] + [f"{title}{part}" for title in titles.values()
                                                        for part in (" median", " min", " max")])
        for row in rows:
            table.writerow([row["ranks"], row["runs"], row["size"]] + [f"{x:.6g}" for key in titles for x in row[key]])


def show(rows, unit, heading):
    print(heading)
    print(f"{'ranks':>6} {'runs':>5} {unit + 's':>12} {'loop s':>9} {'min':>8} {'max':>8} {'M steps/s':>10} "
          f"{'efficiency':>11} {'communication':>14}")
    for row in rows:
        seconds = row["seconds"]
        print(f"{row['ranks']:>6} {row['runs']:>5} {row['size']:>12} {seconds[0]:>9.3f} {seconds[1]:>8.3f} "
              f"{seconds[2]:>8.3f} {row['rate'][0] / 1e6:>10.3f} {100 * row['efficiency'][0]:>9.1f} % "
              f"{100 * row['communication'][0]:>12.1f} %")


def plot(path, rows, unit, heading):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot, ticker

    pyplot.rcParams.update({"font.size": 10, "axes.spines.top": False, "axes.spines.right": False,
                            "axes.grid": True, "grid.color": "0.9", "svg.fonttype": "none", "legend.frameon": False})
    ranks = [row["ranks"] for row in rows]
    figure, (rate, efficiency, share) = pyplot.subplots(1, 3, figsize=(12, 4), layout="constrained")

    def points(axes, key, scale, **style):
        middle, low, high = ([scale * row[key][n] for row in rows] for n in range(3))
        bars = [[m - l for m, l in zip(middle, low)], [h - m for m, h in zip(middle, high)]]
        axes.errorbar(ranks, middle, yerr=bars, marker="o", markersize=5, capsize=3, **style)

    labelled = ranks[:1]  # none so near to its neighbour that they would touch
    for n in ranks[1:]:
        if n / labelled[-1] > (ranks[-1] / ranks[0]) ** (1 / 12):
            labelled.append(n)
    first = rows[0]["rate"][0] / 1e6
    rate.plot(ranks, [first * n / ranks[0] for n in ranks], "--", color="0.5", label="ideal")
    points(rate, "rate", 1e-6, color="C0", label="measured")
    rate.set(yscale="log", ylabel=f"million {unit}-steps/s", title="Rate")
    rate.yaxis.set_major_locator(ticker.LogLocator(subs=(1.0, 2.0, 5.0)))
    rate.yaxis.set_major_formatter(ticker.FormatStrFormatter("%g"))
    rate.yaxis.set_minor_formatter(ticker.NullFormatter())
    efficiency.axhline(100.0, linestyle="--", color="0.5", label="ideal")
    points(efficiency, "efficiency", 100.0, color="C0", label="measured")
    efficiency.set(ylabel="efficiency [%]", title=f"Efficiency against {ranks[0]} rank{'s' * (ranks[0] > 1)}")
    efficiency.set_ylim(0.0, max(110.0, 105.0 * max(row["efficiency"][2] for row in rows)))
    for name, color in zip(COMMUNICATION, ("C1", "C2", "C3")):
        points(share, name, 100.0, color=color, label=name)
    points(share, "communication", 100.0, color="0.2", label="together")
    share.set(ylabel="share of the loop [%]", title="Communication")
    share.set_ylim(0.0, max(1.0, 1.35 * max(100.0 * row["communication"][2] for row in rows)))
    for axes in (rate, efficiency, share):
        axes.set_xscale("log", base=2)
        axes.set_xlabel("ranks")
        axes.set_xlim(ranks[0] / 1.2, ranks[-1] * 1.2)
        axes.set_xticks(labelled, [str(n) for n in labelled])
        axes.xaxis.set_minor_locator(ticker.NullLocator())
    rate.legend(loc="upper left")
    efficiency.legend(loc="lower left")
    share.legend(loc="upper left", ncols=2)
    figure.suptitle(heading, fontsize=11)
    figure.savefig(path + ".png", dpi=150)
    figure.savefig(path + ".svg")


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    folder = sys.argv[1]
    runs = read_runs(folder)
    if not runs:
        sys.exit(f"{folder}: no finished run np<ranks>_<repeat> in here")
    rows = tabulate(runs)
    some = next(iter(runs.values()))[0]
    sizes = {row["size"] for row in rows}
    kind = f"strong scaling, {rows[0]['size']} {some['unit']}s" if len(sizes) == 1 else \
        f"weak scaling, {rows[0]['size'] // rows[0]['ranks']} {some['unit']}s a rank"
    repeats = sorted({row["runs"] for row in rows})
    heading = f"{some['title']}: {kind}; median and range of " + " to ".join(map(str, repeats)) + " runs"
    path = os.path.join(folder, "scaling")
    write_csv(path + ".csv", rows, some["unit"])
    show(rows, some["unit"], heading)
    try:
        plot(path, rows, some["unit"], heading)
    except ImportError:
        print(f"scaling.py: no matplotlib, so no plots; the table: {path}.csv")
        return
    print(f"scaling.py: done: {path}.csv, .png, .svg")


if __name__ == "__main__":
    main()
