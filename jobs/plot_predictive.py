"""Pictures of predictive.csv and calibration.csv, and of several stages' chains beside each other: what jobs/plot.py
draws of how well draws of a posterior predict."""
import os

import h5py
import numpy
from matplotlib import pyplot

from plot_chains import LEVELS, MAX_COMPARED, is_chains, parameter_name, report
from plot_comparison import finish
from plot_states import HEIGHT, WIDTH, some_of

MAX_READ = 200000  # rows of a table from which quantiles are taken
# Column of predictive.csv, without "test_" or "training_" before it -> what it is called.
LIKELIHOODS = {"log_likelihood": "of the last draws", "mean_log_likelihood": "mean over draws",
               "predictive": "of the mean of likelihoods"}
PARTS = {"test_": "held out", "training_": "training", "": ""}


def parts_of(columns):
    """(prefix, its name) of each set of rows whose likelihood a report tells."""
    return [(prefix, name) for prefix, name in PARTS.items() if any(prefix + one in columns for one in LIKELIHOODS)]


def draw_likelihood(axes, columns, prefix, name):
    draws, seen = columns["draws"], []
    for (one, label), width in zip(LIKELIHOODS.items(), (0.7, 1.5, 1.5)):
        if prefix + one in columns:
            axes.plot(draws, columns[prefix + one], linewidth=width, alpha=0.5 if width < 1.0 else 1.0, label=label)
            seen.append(columns[prefix + one])
    # The first few draws may be far off: what follows is shown.
    later = numpy.concatenate([values[len(values) // 10:] for values in seen])
    later = later[numpy.isfinite(later)]
    if later.size and numpy.ptp(later) > 0.0:
        margin = 0.08 * numpy.ptp(later)
        axes.set_ylim(later.min() - margin, later.max() + margin)
    axes.set(xlabel="draws", ylabel="log-likelihood of a row", title=name)
    axes.legend(fontsize=8)


def draw_predictive(folder, heading, save):
    columns = report(folder, "predictive.csv")
    parts = parts_of(columns)
    if not parts or "draws" not in columns or len(columns["draws"]) < 2:
        return
    figure, axes = pyplot.subplots(1, len(parts), squeeze=False, layout="constrained",
                                   figsize=(1.4 * WIDTH * len(parts), 1.2 * HEIGHT + 0.4))
    for place, (prefix, name) in zip(axes.flat, parts):
        draw_likelihood(place, columns, prefix, name)
    figure.suptitle(heading, fontsize=11)
    save(figure, "predictive")


def draw_calibration(folder, heading, save):
    """Frequency of a class against its probability, with two standard errors of what a calibrated prediction gives."""
    columns = report(folder, "calibration.csv")
    if not columns:
        return
    filled = columns["rows"] > 0
    if not filled.any():
        return
    low, high, rows, probability, frequency = (
        columns[name][filled] for name in ("low", "high", "rows", "mean_probability", "frequency"))
    figure, (above, below) = pyplot.subplots(2, 1, layout="constrained", sharex=True, height_ratios=(3, 1),
                                             figsize=(1.15 * WIDTH, 1.75 * HEIGHT))
    above.plot([0.0, 1.0], [0.0, 1.0], color="0.6", linewidth=1.0, linestyle="--", label="calibrated")
    error = 2.0 * numpy.sqrt(probability * (1.0 - probability) / rows)
    above.errorbar(probability, probability, yerr=error, fmt="none", ecolor="0.75", elinewidth=4.0,
                   label="two standard errors")
    above.plot(probability, frequency, color="C0", marker="o", markersize=4, linewidth=1.2, label="predictions")
    above.set(ylabel="frequency", xlim=(0.0, 1.0), ylim=(-0.02, 1.02))
    above.legend(fontsize=8, loc="upper left")
    below.bar(0.5 * (low + high), rows, width=0.9 * (high - low), color="0.7")
    below.set(xlabel="predicted probability", ylabel="rows")
    figure.suptitle(heading, fontsize=11)
    save(figure, "calibration")


# --- stages beside each other -----------------------------------------------------------------------------------------

def intervals_of(folder):
    """(parameters, which of them are compared, 5 %, median and 95 % of each), or nothing where there are no chains."""
    path = os.path.join(folder, "table.h5")
    if not os.path.exists(path):
        return None
    with h5py.File(path, "r") as file:
        rows = int(file["committed"][0])
        if not is_chains(file) or rows == 0:
            return None
        width = file["columns/theta"].shape[1]
        chosen = some_of(width, MAX_COMPARED)
        diagnostics = report(folder, "diagnostics.csv")
        if diagnostics and numpy.array_equal(diagnostics["parameter"], numpy.arange(1, width + 1)):
            values = numpy.array([diagnostics[name][chosen] for name in ("q05", "median", "q95")])
        else:
            theta = file["columns/theta"][:rows:-(-rows // MAX_READ), chosen]
            values = numpy.quantile(theta, LEVELS, axis=0)
    return width, chosen, values


def compare_chains(run, names, title, save):
    """A figure of all stages whose chains have as many parameters, for each such number."""
    groups = {}
    for name in names:
        found = intervals_of(os.path.join(run, name))
        if found:
            groups.setdefault(found[0], []).append((name, *found[1:]))
    groups = {width: stages for width, stages in groups.items() if len(stages) > 1}
    for width, stages in groups.items():
        draw_intervals(stages, width, title, save, "chains" if len(groups) == 1 else f"chains_{width}")


def draw_intervals(stages, width, title, save, picture):
    """Distances from the first stage's median where scales differ, so that intervals of all parameters are seen."""
    chosen, first = stages[0][1], stages[0][2]
    half = 0.5 * (first[2] - first[0])
    scale = numpy.where(half > 0.0, half, 1.0)
    places = numpy.arange(len(chosen))
    figure, (above, below) = pyplot.subplots(2, 1, layout="constrained", sharex=True, figsize=(
        max(1.8 * WIDTH, 0.14 * len(chosen) * (len(stages) + 1) + 1.5), 2.3 * HEIGHT))
    for n, (name, _, (low, median, high)) in enumerate(stages):
        x = places + 0.7 * ((n + 0.5) / len(stages) - 0.5)
        for axes, shift, unit in (above, 0.0, 1.0), (below, first[1], scale):
            middle = (median - shift) / unit
            axes.errorbar(x, middle, yerr=numpy.maximum(0.0, [(median - low) / unit, (high - median) / unit]), fmt="o",
                          markersize=3.5, linewidth=1.4, color=f"C{n % 10}", label=name)
    for axes in above, below:
        for edge in places[:-1] + 0.5:
            axes.axvline(edge, color="0.92", linewidth=0.8, zorder=0)
    for edge in -1.0, 0.0, 1.0:
        below.axhline(edge, color="0.6", linewidth=0.8, linestyle="-" if edge == 0.0 else ":", zorder=0)
    above.set_ylabel("5 %, median, 95 %")
    below.set(ylabel=f"from the median of {stages[0][0]},\nin half widths of its interval", xticks=places,
              xticklabels=[parameter_name(n) for n in chosen], xlim=(-0.6, len(chosen) - 0.4))
    words = "chains of several stages" + (f", {len(chosen)} of {width} parameters" if len(chosen) < width else "")
    finish(figure, above, " \N{EN DASH} ".join(filter(None, (title, words))))
    save(figure, picture)
