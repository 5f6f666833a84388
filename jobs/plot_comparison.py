"""Pictures of comparison.csv and histograms.csv: what jobs/plot.py draws of a stage that compares samples."""
import os

import numpy
from matplotlib import pyplot

from plot_samples import coordinate_name
from plot_states import HEIGHT, WIDTH, read_series, some_of, time_label

MAX_TIMES = 4  # columns of marginals
FLOOR = " floor"


def distances_in(columns):
    """Distance -> data set -> (values, the same of the noise floor)."""
    found = {}
    for name in columns:
        data, _, distance = name.partition(": ")
        if name + FLOOR in columns:
            found.setdefault(distance, {})[data] = columns[name][1], columns[name + FLOOR][1]
    return found


def masses_in(columns):
    """Data set -> its mass, the reference's too; nothing if all are 1."""
    masses = {name.partition(": ")[0]: values for name, (_, values) in columns.items() if name.endswith(": mass")}
    return masses if any(numpy.any(values != 1.0) for values in masses.values()) else {}


def finish(figure, axes, heading):
    """A heading, and under all panels what the lines of this one mean."""
    handles, names = axes.get_legend_handles_labels()
    across = 5
    room = (0.25 + 0.2 * -(-len(names) // across)) / figure.get_figheight()
    figure.get_layout_engine().set(rect=(0.0, room, 1.0, 1.0 - room))
    figure.legend(handles, names, loc="lower center", ncols=min(len(names), across), fontsize=9)
    figure.suptitle(heading, fontsize=11)


def draw_bars(axes, lines, colours):
    """Of a single time: a bar each data set, and lines across for the noise floor."""
    for n, (data, (values, floor)) in enumerate(lines.items()):
        axes.bar(n, abs(values[0]), color=colours[data], width=0.6, label=data)
        axes.plot([n - 0.45, n + 0.45], numpy.abs(floor[[0, 0]]), color="0.3", linewidth=1.4, linestyle="--",
                  label=None if n else "noise floor")
    axes.set(xticks=[], xlim=(-1.0, len(lines)))


def draw_distance(axes, times, lines, distance, colours):
    has_negative = any(numpy.any(values < 0.0) for values, _ in lines.values())
    name = distance.replace("_", " ")
    axes.set_ylabel(f"|{name}|" if has_negative else name)
    if len(times) == 1:
        draw_bars(axes, lines, colours)
        return
    floors = numpy.unique(numpy.abs([floor for _, floor in lines.values()]), axis=0)
    for n, floor in enumerate(floors):  # several, if data sets have unequally many samples
        axes.plot(times, floor, color="0.55", linewidth=1.2, linestyle="--", label=None if n else "noise floor")
    for data, (values, _) in lines.items():
        axes.plot(times, numpy.abs(values), color=colours[data], linewidth=1.4, marker="o", markersize=3, label=data)
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    axes.fill_between(times, low, floors.max(axis=0), color="0.93", linewidth=0, zorder=0)
    axes.set_ylim(low, high)


def draw_distances(columns, label, heading, colours, save):
    distances, masses, times = distances_in(columns), masses_in(columns), columns["time"][1]
    count = len(distances) + (1 if masses else 0)
    wide = min(count, min((3, 4), key=lambda width: -count % width))
    high = -(-count // wide)
    figure, axes = pyplot.subplots(high, wide, figsize=(WIDTH * wide, HEIGHT * high + 0.7), squeeze=False,
                                   layout="constrained", sharex=True)
    for spare in axes.flat[count:]:
        spare.remove()
    for place, (distance, lines) in zip(axes.flat, distances.items()):
        draw_distance(place, times, lines, distance, colours)
    if masses:
        place = axes.flat[count - 1]
        for data, mass in masses.items():
            is_reference = data == "reference"
            place.plot(times, mass, color=colours.get(data, "0.2"), linewidth=2.5 if is_reference else 1.4,
                       label=data, zorder=1 if is_reference else 2)
        place.set(ylabel="mass")
        place.legend(fontsize=8)
    for n, place in enumerate(axes.flat[:count]):
        if n + wide >= count and len(times) > 1:  # nothing below it
            place.set_xlabel(label)
            place.tick_params(labelbottom=True)
    finish(figure, axes.flat[0], heading)
    save(figure, "comparison")


def draw_marginals(columns, unit, heading, colours, save):
    """A row each coordinate, a column each of some times."""
    values = {name: column for name, (_, column) in columns.items()}
    every, coordinates = numpy.unique(values["time"]), numpy.unique(values["coordinate"])
    times = every[some_of(len(every), MAX_TIMES)]
    figure, axes = pyplot.subplots(len(coordinates), len(times), squeeze=False, layout="constrained", sharex="row",
                                   figsize=(0.8 * WIDTH * len(times), 0.8 * HEIGHT * len(coordinates) + 0.7))
    for row, coordinate in zip(axes, coordinates):
        for place, time in zip(row, times):
            here = (values["time"] == time) & (values["coordinate"] == coordinate)
            edges = numpy.append(values["low"][here], values["high"][here][-1])
            place.stairs(values["reference"][here], edges, fill=True, color="0.82", label="reference")
            for data, colour in colours.items():
                place.stairs(values[data][here], edges, color=colour, linewidth=1.3, label=data)
            place.set_xlabel(coordinate_name(int(coordinate), len(coordinates)))
        row[0].set_ylabel("density")
    for place, time in zip(axes[0], times):
        place.set_title(f"time {time:.4g} {unit}".rstrip(), fontsize=10)
    finish(figure, axes[0, 0], heading)
    save(figure, "marginals")


def draw_comparison(folder, heading, save):
    columns = read_series(os.path.join(folder, "comparison.csv"))
    if not columns["time"][1].size:
        return
    names = dict.fromkeys(name.partition(": ")[0] for name in columns if name.endswith(": mass"))
    data = [name for name in names if name != "reference"]
    colours = {name: f"C{n % 10}" for n, name in enumerate(data)}
    draw_distances(columns, time_label(folder), heading, colours, save)
    path = os.path.join(folder, "histograms.csv")
    if os.path.exists(path):
        draw_marginals(read_series(path), columns["time"][0], heading, colours, save)
