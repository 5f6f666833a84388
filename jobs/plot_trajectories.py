"""A picture of trajectories side by side: what jobs/plot.py draws of a stage that compares them."""
import csv
import os

import numpy
from matplotlib import pyplot

from plot_states import HEIGHT, WIDTH, read_series

WORDS = ["data", "quantity", "unit"]
MAX_WIDE = 3  # panels side by side
PALETTE = [f"C{n}" for n in range(10)]


def is_of_trajectories(path):
    with open(path) as file:
        return file.readline().startswith(",".join(WORDS) + ",")


def read_comparison(path):
    """(data, quantity) -> column -> number."""
    with open(path) as file:
        return {(row["data"], row["quantity"]): {name: float(cell) for name, cell in row.items() if name not in WORDS}
                for row in csv.DictReader(file)}


def read_if_there(folder, name):
    path = os.path.join(folder, name)
    return read_series(path) if os.path.exists(path) else {}


def styles_of(names):
    """The reference and the second one in greys, data in colours on top."""
    data = [name for name in names if name not in ("reference", "reference_again", "canonical")]
    styles = {name: {"color": PALETTE[n % len(PALETTE)], "linewidth": 1.4, "zorder": 3} for n, name in enumerate(data)}
    styles["reference"] = {"color": "0.25", "linewidth": 2.4, "zorder": 2}
    styles["reference_again"] = {"color": "0.65", "linewidth": 1.2, "zorder": 2.5}
    styles["canonical"] = {"color": "black", "linewidth": 1.0, "linestyle": ":", "zorder": 4}
    return styles


def lines_in(columns, name):
    """Whose -> values, of a curve of that name."""
    end = ": " + name
    return {head[:-len(end)]: values for head, (_, values) in columns.items() if head.endswith(end)}


def curves_in(columns):
    return list(dict.fromkeys(head.partition(": ")[2] for head in columns if ": " in head))


def say_distance(numbers, curve, distance):
    """Of each of the data, and the floor: "model 0.93, floor 0.99"."""
    found = {data: row for (data, quantity), row in numbers.items() if quantity == f"{curve}: {distance}"}
    parts = [f"{data} {row['difference']:.3g}" for data, row in found.items()]
    floors = [row["floor"] for row in found.values() if numpy.isfinite(row["floor"])]
    parts += [f"floor {floors[0]:.3g}"] if floors else []
    return f"{distance}: " + ", ".join(parts) if parts else ""


def draw_curves(axes, columns, name, styles, note):
    x, (unit, values) = next(iter(columns)), next(iter(columns.values()))
    kind, _, of = name.partition("_")
    for whose, line in lines_in(columns, name).items():
        axes.plot(values, line, label=whose.replace("_", " "), **styles[whose])
    units = {head.partition(": ")[2]: unit_of for head, (unit_of, _) in columns.items()}
    label = {"g": "g", "vdos": "density of states"}[kind]
    axes.set(xlabel=f"{x} [{unit}]" if unit else x, ylabel=f"{label} [{units[name]}]" if units[name] else label,
             xlim=(values[0] if kind != "g" else 0.0, last_of(values, lines_in(columns, name))))
    axes.set_ylim(bottom=0.0)
    axes.set_title(of.replace("_", "\N{EN DASH}") + (f"\n{note}" if note else ""), fontsize=9)


def last_of(x, lines):
    """Where all lines have come to nothing: densities of states end long before the last frequency."""
    most = max(numpy.nanmax(numpy.abs(line)) for line in lines.values())
    rows = [numpy.flatnonzero(numpy.nan_to_num(numpy.abs(line)) > 1e-2 * most) for line in lines.values()]
    end = max(row[-1] for row in rows if row.size) if most > 0.0 else len(x) - 1
    return min(x[-1], 1.05 * x[end])


def draw_histogram(axes, columns, title, styles):
    low, high = columns["low"][1], columns["high"][1]
    for whose, (_, density) in columns.items():
        if whose in ("low", "high"):
            continue
        style = styles[whose]
        if whose == "reference":
            axes.stairs(density, numpy.append(low, high[-1]), fill=True, color="0.82", zorder=1)
        if whose == "canonical":
            axes.plot(0.5 * (low + high), density, label="canonical", **style)
        else:
            axes.stairs(density, numpy.append(low, high[-1]), label=whose.replace("_", " "), **style)
    unit = columns["low"][0]
    axes.set(xlabel=f"{title} [{unit}]", ylabel=f"density [1/{unit}]")
    axes.tick_params(axis="x", labelrotation=20 if title != "temperature" else 0)


def say_means(numbers, quantity):
    rows = {data: row for (data, of), row in numbers.items() if of == quantity}
    if not rows:
        return ""
    first = next(iter(rows.values()))
    return ", ".join([f"reference {first['reference']:.5g}"] + [f"{data} {row['value']:.5g}"
                                                                for data, row in rows.items()])


def draw_trajectories(folder, heading, save):
    numbers = read_comparison(os.path.join(folder, "comparison.csv"))
    panels = []  # functions of axes
    tables = {name: read_if_there(folder, name + ".csv") for name in ("rdf", "vdos")}
    histograms = {name: read_if_there(folder, name + ".csv") for name in ("temperature", "potential_energy")}
    names = [head for columns in histograms.values() for head in columns if head not in ("low", "high")]
    styles = styles_of(list(dict.fromkeys(names)))
    notes = {"rdf": "largest difference", "vdos": "overlap"}
    for table, columns in tables.items():
        for curve in curves_in(columns):
            if curve == "g_total":  # the mean of the pairs
                continue
            note = say_distance(numbers, curve, notes[table])
            panels.append(lambda axes, c=columns, n=curve, t=note: draw_curves(axes, c, n, styles, t))
    quantities = {"temperature": "temperature", "potential_energy": "potential energy/N"}
    for table, columns in histograms.items():
        if not columns:
            continue
        title, mean = table.replace("_", " "), say_means(numbers, quantities[table])

        def draw(axes, columns=columns, title=title, mean=mean):
            draw_histogram(axes, columns, title if title == "temperature" else title + " a particle", styles)
            axes.set_title(f"means: {mean}" if mean else title, fontsize=9)

        panels.append(draw)
    if not panels:
        return
    wide = 2 if len(panels) == 4 else min(MAX_WIDE, len(panels))
    high = -(-len(panels) // wide)
    figure, axes = pyplot.subplots(high, wide, figsize=(WIDTH * wide, HEIGHT * high + 0.7), squeeze=False,
                                   layout="constrained")
    for spare in axes.flat[len(panels):]:
        spare.remove()
    for place, draw in zip(axes.flat, panels):
        draw(place)
    finish(figure, axes.flat[:len(panels)], heading)
    save(figure, "comparison")


def finish(figure, axes, heading):
    """A heading, and under all panels what their lines mean."""
    handles = {}
    for place in axes:
        for handle, label in zip(*place.get_legend_handles_labels()):
            handles.setdefault(label, handle)
    room = 0.3 / figure.get_figheight()
    figure.get_layout_engine().set(rect=(0.0, room, 1.0, 1.0 - room))
    figure.legend(handles.values(), handles.keys(), loc="lower center", ncols=len(handles), fontsize=9)
    figure.suptitle(heading, fontsize=11)
