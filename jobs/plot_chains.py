"""Pictures of chains in table.h5 (columns chain, update and theta): what jobs/plot.py draws of a posterior."""
import os

import h5py
import numpy
from matplotlib import pyplot

from plot_comparison import finish
from plot_states import HEIGHT, WIDTH, read_series, some_of

MAX_PARAMETERS = 6  # of traces and histograms
MAX_PAIRED = 4  # parameters up to which all pairs are drawn
MAX_UPDATES = 2000  # of a trace
MAX_POINTS = 4000  # of a cloud of pairs
MAX_NAMED = 10  # chains up to which each has its name
MAX_COMPARED = 30  # parameters
LEVELS = 0.05, 0.5, 0.95


def is_chains(file):
    return {"chain", "update", "theta"} <= set(file["columns"])


class Chains:
    """Draws of a stage, by chain, then by update, whatever the order of rows."""

    def __init__(self, folder):
        with h5py.File(os.path.join(folder, "table.h5"), "r") as file:
            rows, columns = int(file["committed"][0]), file["columns"]
            chain, update = columns["chain"][:rows].ravel(), columns["update"][:rows].ravel()
            self.width = columns["theta"].shape[1]
            self.parameters = some_of(self.width, MAX_PARAMETERS)
            order = numpy.lexsort((update, chain))
            self.theta = columns["theta"][:rows, self.parameters][order]
        self.update = update[order]
        numbers, begins = numpy.unique(chain[order], return_index=True)
        ends = numpy.append(begins[1:], rows)
        self.parts = [(int(number), slice(begin, end)) for number, begin, end in zip(numbers, begins, ends)]

    def names(self):
        return [parameter_name(n) for n in self.parameters]


def parameter_name(n):
    """Of parameter n from 0: reports number them from 1."""
    return rf"$\theta_{{{n + 1}}}$"


def colours_of(count):
    """One a chain."""
    if count <= MAX_NAMED:
        return [f"C{n}" for n in range(count)]
    return list(pyplot.get_cmap("viridis")(numpy.linspace(0.0, 0.95, count)))


def report(folder, name):
    """Columns of a report, or nothing where there is none."""
    path = os.path.join(folder, name)
    columns = {key: values for key, (_, values) in read_series(path).items()} if os.path.exists(path) else {}
    return columns if all(values.size for values in columns.values()) else {}


def of_parameter(diagnostics, n):
    """The row of parameter n from 0, or nothing."""
    found = numpy.flatnonzero(diagnostics["parameter"] == n + 1) if diagnostics else []
    return {name: values[found[0]] for name, values in diagnostics.items()} if len(found) else {}


def range_of(values):
    """Where all but the farthest thousandth are, with a margin."""
    finite = values[numpy.isfinite(values)]
    low, high = numpy.quantile(finite, [0.0005, 0.9995]) if finite.size else (0.0, 1.0)
    margin = 0.05 * (high - low) if high > low else 0.5 * max(abs(low), 1e-300)
    return low - margin, high + margin


def draw_traces(chains, diagnostics, heading, save):
    """A row each parameter: its traces, and beside them histograms of each chain and of all."""
    count = len(chains.parameters)
    figure, axes = pyplot.subplots(count, 2, squeeze=False, layout="constrained", sharey="row",
                                   figsize=(2.6 * WIDTH, 0.6 * HEIGHT * count + 0.8), width_ratios=(4, 1))
    colours = colours_of(len(chains.parts))
    for k, ((trace, side), name) in enumerate(zip(axes, chains.names())):
        values = chains.theta[:, k]
        low, high = range_of(values)
        for (number, part), colour in zip(chains.parts, colours):
            stride = -(-(part.stop - part.start) // MAX_UPDATES)
            trace.plot(chains.update[part][::stride], values[part][::stride], color=colour, linewidth=0.5, alpha=0.8,
                       label=f"chain {number}")
            draw_density(side, values[part], low, high, orientation="horizontal", color=colour, linewidth=0.7)
        trace.set(ylabel=name, ylim=(low, high))
        trace.margins(x=0.01)
        trace.tick_params(labelbottom=k == count - 1)
        row = of_parameter(diagnostics, chains.parameters[k])
        if row:
            trace.set_title(rf"$\hat R$ = {row['rhat']:.3f}, effective draws {row['ess_bulk']:.0f} (bulk), "
                            rf"{row['ess_tail']:.0f} (tails)", fontsize=8, loc="right", pad=2)
        side.set(xticks=[])
    axes[-1, 0].set_xlabel("update")
    axes[-1, 1].set_xlabel("density of each chain")
    heading += shown(chains)
    if 1 < len(chains.parts) <= MAX_NAMED:
        finish(figure, axes[0, 0], heading)
        for line in figure.legends[0].get_lines():
            line.set(linewidth=2.0, alpha=1.0)
    else:
        figure.suptitle(heading, fontsize=11)
    save(figure, "traces")


def shown(chains):
    return f"\n{len(chains.parameters)} of {chains.width} parameters" if len(chains.parameters) < chains.width else ""


def draw_density(axes, values, low, high, **style):
    """An outline, as fine as the draws allow."""
    inside = values[(values >= low) & (values <= high)]
    if inside.size:
        bins = int(min(60, max(8, 2.0 * inside.size ** (1.0 / 3.0))))
        axes.hist(inside, bins=bins, range=(low, high), density=True, histtype="step", **style)


def draw_marginal(axes, values, row, name):
    """All chains' draws, with their median and interval, and what is known of the law that they sample."""
    low, high = range_of(values)
    is_known = row.get("true_sd", 0.0) > 0.0
    if is_known:
        low = min(low, row["true_mean"] - 3.0 * row["true_sd"])
        high = max(high, row["true_mean"] + 3.0 * row["true_sd"])
    inside = values[(values >= low) & (values <= high)]
    axes.hist(inside, bins=int(min(60, max(10, 2.0 * inside.size ** (1.0 / 3.0)))), range=(low, high), density=True,
              color="0.8", label="draws")
    finite = values[numpy.isfinite(values)]
    for level, place in zip(LEVELS, numpy.quantile(finite, LEVELS) if finite.size else ()):
        axes.axvline(place, color="C0", linewidth=1.3 if level == 0.5 else 0.9,
                     linestyle="-" if level == 0.5 else "--",
                     label={0.5: "median", 0.05: "5 % and 95 %"}.get(level))
    if is_known:
        x = numpy.linspace(low, high, 200)
        axes.plot(x, numpy.exp(-0.5 * ((x - row["true_mean"]) / row["true_sd"]) ** 2) /
                  (row["true_sd"] * (2.0 * numpy.pi) ** 0.5), color="C3", linewidth=1.2,
                  label="normal law of the\nknown mean and sd")
    axes.set(xlabel=name, xlim=(low, high), yticks=[])


def draw_marginals(chains, diagnostics, heading, save):
    count = len(chains.parameters)
    wide = min(3, count)
    high = -(-count // wide)
    figure, axes = pyplot.subplots(high, wide, squeeze=False, layout="constrained",
                                   figsize=(0.85 * WIDTH * max(wide, 2), 0.8 * HEIGHT * high + 0.8))
    for spare in axes.flat[count:]:
        spare.remove()
    for k, (place, name) in enumerate(zip(axes.flat, chains.names())):
        draw_marginal(place, chains.theta[:, k], of_parameter(diagnostics, chains.parameters[k]), name)
    for place in axes[:, 0]:
        place.set_ylabel("density")
    finish(figure, axes[0, 0], heading + shown(chains))
    save(figure, "posterior")


def draw_pairs(chains, heading, save):
    """Histograms on the diagonal, below it clouds of two parameters, a colour each chain; correlations above it."""
    d = chains.width
    figure, axes = pyplot.subplots(d, d, squeeze=False, layout="constrained", sharex="col",
                                   figsize=(0.6 * WIDTH * d + 0.6, 0.75 * HEIGHT * d + 0.6))
    colours, names = colours_of(len(chains.parts)), chains.names()
    ranges = [range_of(column) for column in chains.theta.T]
    # Draws of all chains in a random order, so that the last chain does not hide the others; always the same one.
    colour_of_row = numpy.repeat(numpy.arange(len(colours)), [part.stop - part.start for _, part in chains.parts])
    rows = numpy.random.default_rng(0).permutation(len(colour_of_row))[:MAX_POINTS]
    point_colours = [colours[n] for n in colour_of_row[rows]]
    finite = chains.theta[numpy.isfinite(chains.theta).all(axis=1)]
    for i in range(d):
        for j in range(d):
            place = axes[i, j]
            if i == j:
                for (_, part), colour in zip(chains.parts, colours):
                    draw_density(place, chains.theta[part, i], *ranges[i], color=colour, linewidth=0.9)
                place.set(yticks=[])
            elif i > j:
                place.scatter(chains.theta[rows, j], chains.theta[rows, i], s=3.0, c=point_colours, alpha=0.4,
                              linewidth=0, rasterized=True)
                place.set_ylim(ranges[i])
            else:
                moves = len(finite) > 1 and numpy.ptp(finite[:, i]) > 0.0 and numpy.ptp(finite[:, j]) > 0.0
                text = f"{numpy.corrcoef(finite[:, i], finite[:, j])[0, 1]:.2f}" if moves else "?"
                place.text(0.5, 0.5, "correlation\n" + text, transform=place.transAxes, ha="center", va="center")
                place.set_axis_off()
            place.set_xlim(ranges[j])
            if i == d - 1:
                place.set_xlabel(names[j])
            if j == 0:
                place.set_ylabel("density" if i == 0 else names[i])
            elif i > j:
                place.tick_params(labelleft=False)
    figure.suptitle(heading, fontsize=11)
    save(figure, "pairs")


def draw_chains(folder, heading, save):
    chains = Chains(folder)
    if chains.parts:
        diagnostics = report(folder, "diagnostics.csv")
        if any(part.stop - part.start > 1 for _, part in chains.parts):  # of one draw each there is no trace
            draw_traces(chains, diagnostics, heading, save)
        draw_marginals(chains, diagnostics, heading, save)
        if 2 <= chains.width <= MAX_PAIRED:
            draw_pairs(chains, heading, save)
