#!/usr/bin/env python3
"""usage: jobs/plot.py RUN [STAGE]... [--svg]

Pictures of a run, drawn into the folder of each stage (or of those that are named) from what the stage has left there:
  series.png   every column of series.csv over time; a column "x deviation" or "x error" is a band around "x"
  fields.png   fields.h5: in one direction maps over space and time, and profiles coloured by time; in two some
               snapshots; in three slices through the middle
  profile.png  profile.csv: density, velocity, temperature, stress and heat flux of a gas across a channel, with errors
  table.png    trajectories in table.h5 (columns episode and step): states, actions, rewards and spectra
  samples.png  samples in table.h5 (columns time and position): clouds of their first two coordinates, or images
  comparison.png, marginals.png
               of a stage that compares samples, instead of series.png: distances from the reference over time with
               their noise floor, and histograms of coordinates beside those of the reference; of a stage that puts
               trajectories side by side one picture: radial distributions, vibrational densities of states,
               histograms of temperature and potential energy
  traces.png, posterior.png, pairs.png
               chains in table.h5 (columns chain, update and theta): some parameters over updates, histograms of all
               draws, and, of two to four parameters, pairs
  epochs.png   of a stage of light and heavy gases, instead of series.png: temperatures and velocities over log time
  predictive.png, calibration.png
               log-likelihood of rows against the number of draws; how often what was predicted came true
In the folder of the run, chains.png: intervals of all those drawn stages that have chains of as many parameters.
Of an ensemble STAGE.png in its folder: means of series.csv over the members that are done, with their standard errors.
--svg draws each of them as .svg too. Needs h5py, numpy and matplotlib.
"""
import json
import os
import re
import sys

try:
    import h5py
    import matplotlib
    import numpy
except ImportError as missing:
    sys.exit(f"plot.py: {missing.name} is not installed; jobs/install.sh plots installs what is needed")
matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402: the backend must be chosen before
from plot_chains import draw_chains, is_chains  # noqa: E402
from plot_comparison import draw_comparison  # noqa: E402
from plot_mixtures import draw_mixtures, mixtures_in  # noqa: E402
from plot_predictive import compare_chains, draw_calibration, draw_predictive  # noqa: E402
from plot_profile import draw_profile  # noqa: E402
from plot_samples import draw_samples, is_samples  # noqa: E402
from plot_states import HEIGHT, WIDTH, draw_fields, draw_table, read_series, with_unit  # noqa: E402
from plot_trajectories import draw_trajectories, is_of_trajectories  # noqa: E402


def bands(columns):
    """Name of a column -> name of what is drawn as a band around it."""
    found = {}
    for name in columns:
        for end in (" deviation", " error", "_deviation", "_error"):
            if name.endswith(end) and name[:-len(end)] in columns:
                found[name[:-len(end)]] = name
    return found


def panels_of(columns, band_names):
    """Columns that share a panel: neighbours of one unit. Those that never change are told apart."""
    panels, constant, last_unit = [], [], ""
    for name, (unit, values) in columns.items():
        if name in ("step", "time") or name in band_names:
            continue
        finite = values[numpy.isfinite(values)]
        if finite.size and numpy.ptp(finite) <= 1e-12 * numpy.abs(finite).max():
            constant.append(f"{name.replace('_', ' ')} = {finite[0]:.6g}{' ' + unit if unit else ''}")
        elif unit and unit == last_unit:
            panels[-1].append(name)
        else:
            panels.append([name])
            last_unit = unit
    return panels, constant


def draw_series(columns, heading, save, picture="series"):
    if len(columns["step"][1]) < 2:
        return
    around = bands(columns)
    panels, constant = panels_of(columns, around.values())
    if not panels:
        return
    timed = "time" in columns and numpy.ptp(columns["time"][1]) > 0.0
    axis = "time" if timed else "step"
    unit, x = columns[axis]
    wide = min(3, len(panels))
    figure, axes = grid_of(len(panels), wide)
    for place, names in zip(axes, panels):
        for name in names:
            values = columns[name][1]
            line, = place.plot(x, values, linewidth=1.3, label=name.replace("_", " "))
            if name in around:
                spread = columns[around[name]][1]
                place.fill_between(x, values - spread, values + spread, alpha=0.2, linewidth=0, color=line.get_color(),
                                   label="and its " + around[name][len(name) + 1:])
        place.set(xlabel=with_unit(axis, unit), ylabel=with_unit(common_name(names), columns[names[0]][0]))
        if len(names) > 1 or names[0] in around:
            place.legend(fontsize=8, ncols=1 + len(names) // 5)
    figure.suptitle("\n".join([heading, "; ".join(constant)]) if constant else heading, fontsize=11)
    save(figure, picture)


def mean_over(members):
    """Columns of several runs: the mean of each, and its standard error as its band."""
    first = members[0]
    inner = set(bands(first).values())
    columns = {}
    for name, (unit, values) in first.items():
        if name in inner:
            continue
        values = numpy.stack([member[name][1] for member in members])
        columns[name] = unit, values.mean(axis=0)
        if name not in ("step", "time") and len(members) > 1:
            columns[name + " error"] = unit, values.std(axis=0, ddof=1) / len(members) ** 0.5
    return columns


def draw_members(run, summary, wanted, endings):
    """Means over the members of an ensemble that have as much to tell as the first one that is done."""
    done = [os.path.join(run, member["folder"]) for member in summary["members"] if member["status"] == "done"]
    if not done:
        sys.exit(f"plot.py: {run} is an ensemble of which no member is done")
    for stage in chosen_stages(done[0], wanted):
        members = [read_series(os.path.join(folder, stage, "series.csv")) for folder in done]
        members = [member for member in members if numpy.array_equal(member["step"][1], members[0]["step"][1])]
        heading = f"{summary.get('title', '')} \N{EN DASH} stage {stage}, mean of {len(members)} members"
        draw_series(mean_over(members), heading, saver(run, endings), stage)


def chosen_stages(run, wanted):
    there = sorted(name for name in os.listdir(run) if os.path.exists(os.path.join(run, name, "series.csv")))
    for name in wanted:
        if name not in there:
            sys.exit(f"plot.py: {run} has no stage '{name}'; it has {', '.join(there) or 'none'}")
    return wanted or there


def source_names(stage):
    """Of what acted in a stage, in order: results are told by them."""
    end = ": mean return"
    return [label[:-len(end)] for label in stage.get("results", {}) if label.endswith(end)]


def common_name(names):
    """Of columns that share an axis: the words that all of them have, or nothing."""
    words = [re.split(r"[_ ]", name) for name in names]
    shared = [word for word in words[0] if all(word in other for other in words)]
    return " ".join(shared) if len(names) > 1 else names[0]


def grid_of(count, wide):
    """A figure of so many panels, so many side by side; and the panels."""
    high = -(-count // wide)
    figure, axes = pyplot.subplots(high, wide, figsize=(WIDTH * wide, HEIGHT * high + 0.4), squeeze=False,
                                   layout="constrained")
    for spare in axes.flat[count:]:
        spare.remove()
    return figure, axes.flat[:count]


def saver(folder, endings):
    def save(figure, name):
        for ending in endings:
            path = os.path.join(folder, f"{name}.{ending}")
            figure.savefig(path, dpi=130)
            print(path)
        pyplot.close(figure)
    return save


def draw_rows(folder, heading, save, sources):
    """What there is in table.h5, by its columns."""
    path = os.path.join(folder, "table.h5")
    if not os.path.exists(path):
        return
    with h5py.File(path, "r") as file:
        has_samples, has_chains = is_samples(file), is_chains(file)
    if has_samples:
        draw_samples(folder, heading, save)
    elif has_chains:
        draw_chains(folder, heading, save)
    else:
        draw_table(folder, heading, save, sources)


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--svg"]
    if not arguments or any(argument.startswith("-") for argument in arguments):
        sys.exit(__doc__)
    run, *wanted = arguments
    try:
        with open(os.path.join(run, "summary.json")) as file:
            summary = json.load(file)
    except (OSError, ValueError) as error:
        sys.exit(f"plot.py: {run} is no run folder: {error}")
    stages = {stage["name"]: stage for stage in summary.get("stages", [])}
    endings = ["png", "svg"] if "--svg" in sys.argv else ["png"]
    pyplot.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False,
                            "svg.fonttype": "none", "legend.frameon": False, "axes.titlesize": 10})
    if "members" in summary:
        draw_members(run, summary, wanted, endings)
        return
    chosen = chosen_stages(run, wanted)
    for name in chosen:
        folder = os.path.join(run, name)
        parts = summary.get("title", ""), f"stage {name} ({stages.get(name, {}).get('type', '?')})"
        heading = " \N{EN DASH} ".join(filter(None, parts))
        save = saver(folder, endings)
        comparison = os.path.join(folder, "comparison.csv")
        if os.path.exists(comparison):
            draw = draw_trajectories if is_of_trajectories(comparison) else draw_comparison
            draw(folder, heading, save)
        else:
            columns = read_series(os.path.join(folder, "series.csv"))
            draw = draw_mixtures if mixtures_in(columns) else draw_series
            draw(columns, heading, save)
        if os.path.exists(os.path.join(folder, "fields.h5")):
            draw_fields(folder, heading, save)
        draw_profile(folder, heading, save)
        draw_rows(folder, heading, save, source_names(stages.get(name, {})))
        draw_predictive(folder, heading, save)
        draw_calibration(folder, heading, save)
    in_order = wanted or sorted(chosen, key=list(stages).index if set(chosen) <= set(stages) else None)
    compare_chains(run, in_order, summary.get("title", ""), saver(run, endings))


if __name__ == "__main__":
    main()
