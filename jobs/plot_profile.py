"""Pictures of profile.csv: what a gas is across a channel, as jobs/plot.py draws it."""
import os
import re

import numpy
from matplotlib import pyplot

from plot_states import HEIGHT, WIDTH, read_series, with_unit

# Panels, and the quantities in each.
PANELS = {"density": ["density"], "velocity": ["velocity_x", "velocity_y", "velocity_z"],
          "temperature": ["temperature"], "pressure": ["stress_xx", "stress_yy", "stress_zz"],
          "shear stress": ["stress_xy", "stress_xz", "stress_yz"],
          "heat flux": ["heat_flux_x", "heat_flux_y", "heat_flux_z"]}


def lines_of(columns, quantities):
    """(label, unit, values, errors) of each species."""
    found = []
    for quantity in quantities:
        for name, (unit, values) in columns.items():
            if name != quantity and not name.startswith(quantity + "_") or re.search(r" error$", name):
                continue
            species = [name[len(quantity) + 1:]] if name != quantity else []
            errors = columns.get(name + " error", (unit, numpy.full(len(values), numpy.nan)))[1]
            component = re.search(r"_([xyz]+)$", quantity)
            found.append((" ".join(([component[1]] if component else []) + species), unit, values, errors))
    return found


def draw_profile(folder, heading, save):
    path = os.path.join(folder, "profile.csv")
    if not os.path.exists(path):
        return
    columns = read_series(path)
    unit, x = columns["x"]
    if len(x) < 2:
        return
    panels = {panel: lines for panel, quantities in PANELS.items() if (lines := lines_of(columns, quantities))}
    if not panels:
        return
    rows = -(-len(panels) // 3)
    figure, axes = pyplot.subplots(rows, 3, figsize=(3 * WIDTH, rows * HEIGHT + 0.4), layout="constrained",
                                   squeeze=False)
    for place in axes.flat[len(panels):]:
        place.remove()
    for place, (panel, lines) in zip(axes.flat, panels.items()):
        for label, of, values, errors in lines:
            place.errorbar(x, values, yerr=numpy.where(numpy.isfinite(errors), errors, 0.0), linewidth=1.1,
                           elinewidth=0.7, label=label)
            place.set_ylabel(with_unit(panel, of))
        if any(label for label, *_ in lines):
            place.legend(fontsize=8)
        place.set_xlabel(with_unit("x", unit))
    figure.suptitle(heading, fontsize=11)
    save(figure, "profile")
