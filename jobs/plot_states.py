"""Pictures of fields.h5 and of trajectories in table.h5: what jobs/plot.py draws of the states of a stage."""
import csv
import os
import re

import h5py
import numpy
from matplotlib import cm, colors, pyplot

MAX_TIMES = 400  # snapshots in a map over space and time
MAX_PROFILES = 40  # lines in a fan of them
MAX_LINES = 8  # components of a state that are drawn one by one
WIDE = 12  # a state of more numbers is drawn as a profile
WIDTH, HEIGHT = 4.2, 3.0  # of a panel, in inches


def with_unit(name, unit):
    name = name.replace("_", " ")
    return f"{name} [{unit}]" if unit else name


def read_series(path):
    """Column name -> (unit, values)."""
    with open(path) as file:
        rows = list(csv.reader(file))
    heads = [re.fullmatch(r"(.*?)(?: \[(.*)\])?", head) for head in rows[0]]
    values = numpy.array([[float(x) for x in row] for row in rows[1:]]).reshape(-1, len(heads))
    return {head[1]: (head[2] or "", values[:, n]) for n, head in enumerate(heads)}


def scale_of(values):
    """Colours: around zero where values have both signs, else from the smallest to the largest."""
    finite = values[numpy.isfinite(values)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
    if low == high:
        high = low + 1.0
    if low < -0.1 * high and high > -0.1 * low:
        most = max(-low, high)
        return {"cmap": "RdBu_r", "vmin": -most, "vmax": most}
    return {"cmap": "viridis", "vmin": low, "vmax": high}


def some_of(count, most):
    return numpy.unique(numpy.linspace(0, count - 1, min(count, most)).round().astype(int))


def draw_map(figure, axes, x, times, values, label):
    mesh = axes.pcolormesh(x, times, values, shading="nearest", rasterized=True, **scale_of(values))
    figure.colorbar(mesh, ax=axes, label=label, pad=0.02)


def draw_fan(figure, axes, x, times, values, ylabel, label):
    """Profiles coloured by time."""
    colour = cm.ScalarMappable(colors.Normalize(times[0], max(times[-1], times[0] + 1e-300)), "plasma")
    for n in some_of(len(times), MAX_PROFILES):
        axes.plot(x, values[n], color=colour.to_rgba(times[n]), linewidth=0.9)
    axes.set_ylabel(ylabel)
    figure.colorbar(colour, ax=axes, label=label, pad=0.02)


# --- fields -----------------------------------------------------------------------------------------------------------

class FieldFile:
    def __init__(self, path):
        self.file = h5py.File(path, "r")
        whole = [int(step) for step in self.file["data"] if "time" in self.file["data"][step].attrs]
        self.steps = sorted(whole)
        self.times = [self.file[f"data/{step}"].attrs["time"] for step in self.steps]
        # (label, path below an iteration, the object that describes the mesh) of each component
        self.components = []
        if self.steps:
            self.file[f"data/{self.steps[-1]}/meshes"].visititems(self.note)
        # What is controlled, then how, if it is.
        self.components.sort(key=self.is_control)
        self.components = [one for one in self.components if not self.is_control(one) or self.acts(one)]

    @staticmethod
    def is_control(component):
        return component[1].startswith("control")

    def acts(self, component):
        return any(numpy.any(self.values(component, n)) for n in range(len(self.steps)))

    def note(self, name, item):
        if isinstance(item, h5py.Dataset):
            mesh = item if "gridSpacing" in item.attrs else item.parent
            quantity = mesh.attrs.get("quantity", b"")
            quantity = quantity.decode() if isinstance(quantity, bytes) else str(quantity)
            words = name.replace("/", ", ").replace("_", " ")
            label = words if quantity in ("", name) else f"{words} ({quantity})"
            self.components.append((label, name, dict(mesh.attrs)))

    def coordinates(self, component):
        """Of values along each axis, x first."""
        _, name, mesh = component
        item = self.file[f"data/{self.steps[-1]}/meshes/{name}"]
        return [offset + spacing * (numpy.arange(count) + position)
                for offset, spacing, count, position in reversed(list(zip(
                    mesh["gridGlobalOffset"], mesh["gridSpacing"], item.shape, item.attrs["position"])))]

    def values(self, component, n, place=()):
        return self.file[f"data/{self.steps[n]}/meshes/{component[1]}"][place]


def draw_fields(folder, heading, save):
    fields = FieldFile(os.path.join(folder, "fields.h5"))
    if not fields.components:
        return
    directions = len(fields.coordinates(fields.components[0]))
    draw = {1: draw_lines, 2: draw_planes, 3: draw_slices}[directions]
    figure = draw(fields, time_label(folder))
    figure.suptitle(heading, fontsize=11)
    save(figure, "fields")


def time_label(folder):
    path = os.path.join(folder, "series.csv")
    columns = read_series(path) if os.path.exists(path) else {}
    return with_unit("time", columns["time"][0] if "time" in columns else "")


def draw_lines(fields, label):
    """Above maps over space and time, below profiles; a column each component."""
    components = fields.components[:MAX_LINES]
    figure, axes = pyplot.subplots(2, len(components), figsize=(1.25 * WIDTH * len(components), 2.2 * HEIGHT + 0.4),
                                   squeeze=False, layout="constrained", sharex="col")
    chosen = some_of(len(fields.steps), MAX_TIMES)
    times = numpy.array([fields.times[n] for n in chosen])
    for component, (above, below) in zip(components, axes.T):
        x = fields.coordinates(component)[0]
        values = numpy.array([fields.values(component, n) for n in chosen])
        if len(times) > 1:
            draw_map(figure, above, x, times, values, component[0])
            above.set_ylabel(label)
        else:
            above.remove()
        draw_fan(figure, below, x, times, values, component[0], label)
        below.set_xlabel("x")
    return figure


def draw_images(rows, titles, row_labels, axis_labels, is_one_quantity=False):
    """rows: one a row of panels, of (extent, image); each row, or all of one quantity, has one scale of colours."""
    every = numpy.concatenate([image.ravel() for images in rows for _, image in images])
    shape = rows[0][0][0]
    ratio = min(2.5, max(0.4, (shape[3] - shape[2]) / (shape[1] - shape[0])))
    figure, axes = pyplot.subplots(len(rows), len(titles), squeeze=False, layout="constrained",
                                   figsize=(2.7 * len(titles) + 0.9, (2.4 * ratio + 0.55) * len(rows) + 0.5))
    for row, images, label, (across, up) in zip(axes, rows, row_labels, axis_labels):
        scale = scale_of(every if is_one_quantity else numpy.array([image for _, image in images]))
        for place, (extent, image) in zip(row, images):
            shown = place.imshow(image, origin="lower", extent=extent, aspect="equal", interpolation="nearest", **scale)
            place.set_xlabel(across)
        row[0].set_ylabel(up)
        figure.colorbar(shown, ax=list(row), label=label, pad=0.02)
    for place, title in zip(axes[0], titles):
        place.set_title(title, fontsize=10)
    return figure


def edges(x, y):
    half = [0.5 * (axis[1] - axis[0]) if len(axis) > 1 else 0.5 for axis in (x, y)]
    return x[0] - half[0], x[-1] + half[0], y[0] - half[1], y[-1] + half[1]


def titles_of(fields, chosen, label):
    name, _, unit = label.partition(" [")
    return [f"{name} {fields.times[n]:.4g} {unit.rstrip(']')}".rstrip() for n in chosen]


def draw_planes(fields, label):
    chosen = some_of(len(fields.steps), 5)
    rows = []
    for component in fields.components[:4]:
        x, y = fields.coordinates(component)
        rows.append([(edges(x, y), fields.values(component, n)) for n in chosen])
    return draw_images(rows, titles_of(fields, chosen, label), [c[0] for c in fields.components[:4]],
                       [("x", "y")] * len(rows))


def draw_slices(fields, label):
    """A row each plane through the middle, of the first component."""
    component, chosen = fields.components[0], some_of(len(fields.steps), 4)
    x, y, z = fields.coordinates(component)
    middle = [len(axis) // 2 for axis in (x, y, z)]
    everything = slice(None)
    cuts = [((middle[2], everything, everything), edges(x, y), ("x", "y"), f"z = {z[middle[2]]:.3g}"),
            ((everything, middle[1], everything), edges(x, z), ("x", "z"), f"y = {y[middle[1]]:.3g}"),
            ((everything, everything, middle[0]), edges(y, z), ("y", "z"), f"x = {x[middle[0]]:.3g}")]
    rows = [[(extent, fields.values(component, n, place)) for n in chosen] for place, extent, _, _ in cuts]
    return draw_images(rows, titles_of(fields, chosen, label), [f"{component[0]} at {where}" for *_, where in cuts],
                       [names for _, _, names, _ in cuts], is_one_quantity=True)


# --- trajectories -----------------------------------------------------------------------------------------------------

def shown_episodes(columns, rows, sources):
    """(title, first row, end) of a few: with several sources of actions one start under each of them, by its name."""
    episode = columns["episode"][:rows, 0]
    begins = numpy.concatenate(([0], numpy.flatnonzero(numpy.diff(episode)) + 1, [rows]))
    found = [(f"episode {episode[begin]}", begin, end) for begin, end in zip(begins, begins[1:])]
    if "source" not in columns:
        return found[:3]
    source = columns["source"][:rows, 0]
    count = int(source.max()) + 1
    names = sources if len(sources) == count else [f"source {n}" for n in range(count)]
    return [(f"{names[source[begin]]}, {title}", begin, end) for title, begin, end in found[:min(4, count)]]


def spectrum_over_space(values):
    """(wavenumber in cycles over the whole state, power) of each row."""
    power = numpy.abs(numpy.fft.rfft(values, axis=1) / values.shape[1]) ** 2
    return numpy.arange(power.shape[1]), power


def spectrum_over_time(times, values):
    """(frequency, amplitude) of each column, its mean left out."""
    step = (times[-1] - times[0]) / (len(times) - 1)
    window = numpy.hanning(len(times))[:, None]
    shape = numpy.abs(numpy.fft.rfft(window * (values - values.mean(axis=0)), axis=0)) * 2.0 / window.sum()
    return numpy.fft.rfftfreq(len(times), step), shape


def draw_components(axes, times, values, name, has_legend, is_in_gap=False):
    for n in range(min(values.shape[1], MAX_LINES)):
        axes.plot(times, values[:, n], linewidth=1.1, label=f"{name} {n}")
    left_out = values.shape[1] - MAX_LINES
    if values.shape[1] > 1 and has_legend:
        legend = axes.legend(fontsize=7, title=f"and {left_out} more" if left_out > 0 else None,
                             title_fontsize=7, loc="upper left", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.2)
        legend.set_in_layout(not is_in_gap)


def draw_wide(figure, places, times, values, name, label):
    points = numpy.arange(values.shape[1])
    draw_map(figure, places[0], points, times, values, name)
    places[0].set(xlabel=f"place in the {name}", ylabel=label)
    draw_fan(figure, places[1], points, times, values, name, label)
    places[1].set_xlabel(f"place in the {name}")
    waves, power = spectrum_over_space(values)
    draw_fan(figure, places[2], waves[1:], times, power[:, 1:], f"power of the {name}", label)
    top = power[:, 1:].max()
    places[2].set(xscale="log", yscale="log", xlabel="waves in the whole",
                  ylim=(max(power[:, 1:].min(), 1e-14 * top) / 2, 2 * top) if top > 0 else None)


def draw_narrow(places, times, values, name, label, has_legend):
    draw_components(places[0], times, values, name, has_legend)
    places[0].set(xlabel=label, ylabel=name)
    frequency, shape = spectrum_over_time(times, values)
    draw_components(places[1], frequency[1:], shape[1:], name, has_legend)
    places[1].set(xlabel="cycles a unit of time", ylabel=f"amplitude of the {name}", yscale="log")


def draw_table(folder, heading, save, sources=()):
    """sources: names of what acted, by their numbers in the table."""
    with h5py.File(os.path.join(folder, "table.h5"), "r") as file:
        columns, rows = file["columns"], int(file["committed"][0])
        if rows == 0 or not {"episode", "step", "time"} <= set(columns):
            print(f"plot.py: {folder}/table.h5: no trajectories in it, so it is not drawn")
            return
        name = next((name for name in ("state", "observation") if name in columns), None)
        others = [other for other in ("action", "reward") if other in columns]
        episodes, label = shown_episodes(columns, rows, sources), time_label(folder)
        is_wide = name is not None and columns[name].shape[1] > WIDE
        high = (0 if name is None else 3 if is_wide else 2) + len(others)
        if high == 0:
            return
        figure, axes = pyplot.subplots(high, len(episodes), squeeze=False, layout="constrained",
                                       figsize=(1.2 * WIDTH * len(episodes), 0.9 * HEIGHT * high + 0.4))
        for (title, begin, end), places in zip(episodes, axes.T):
            # The lines are the same in all columns. Bars of colours leave room for names between the first two.
            is_in_gap = is_wide and len(episodes) > 1
            has_legend = places[0] is axes[0, 0 if is_in_gap else -1]
            times = columns["time"][begin:end, 0]
            places[0].set_title(title, fontsize=10)
            if name is not None and end - begin > 2:
                stride = -(-(end - begin) // MAX_TIMES) if is_wide else 1
                values = columns[name][begin:end:stride]
                if is_wide:
                    draw_wide(figure, places, times[::stride], values, name, label)
                else:
                    draw_narrow(places, times, values, name, label, has_legend)
            for place, other in zip(places[high - len(others):], others):
                # Unless rows are transitions, no action followed the last one, which tells how the episode ended.
                last = end if "test" in columns else end - 1
                draw_components(place, times[:last - begin], columns[other][begin:last], other, has_legend,
                                is_in_gap)
                place.set(xlabel=label, ylabel=other)
    figure.suptitle(heading, fontsize=11)
    save(figure, "table")
