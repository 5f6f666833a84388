"""Pictures of light and heavy gases side by side, what jobs/plot.py draws of mixtures: each has a time of its own."""
from matplotlib import pyplot

from plot_states import HEIGHT, WIDTH

LINES = (("light_temperature", "light", "C0", "-"), ("light_T_xx", "light, along x", "C0", ":"),
         ("heavy_temperature", "heavy", "C3", "-"), ("heavy_T_xx", "heavy, along x", "C3", ":"),
         ("reference_light_temperature", "light, reference", "black", "--"))


def mixtures_in(columns):
    """Title and what comes before the names of its columns, of each mixture."""
    end = "light_T_xx"
    return [(name[:-len(end)].rstrip(": "), name[:-len(end)]) for name in columns if name.endswith(end)]


def draw_mixtures(columns, heading, save):
    """Temperatures over the logarithm of time, and mean velocities below."""
    mixtures = mixtures_in(columns)
    figure, axes = pyplot.subplots(2, len(mixtures), figsize=(WIDTH * len(mixtures), 2.0 * HEIGHT + 0.4), squeeze=False,
                                   layout="constrained", sharex="col", sharey="row")
    for (title, prefix), (above, below) in zip(mixtures, axes.T):
        time = columns[prefix + "time"][1]
        later = time > 0.0
        for name, label, colour, style in LINES:
            if prefix + name in columns:
                above.semilogx(time[later], columns[prefix + name][1][later], style, color=colour, linewidth=1.3,
                               label=label)
        for species, colour in ("light", "C0"), ("heavy", "C3"):
            for direction, style in zip("xyz", ("-", "--", ":")):
                below.semilogx(time[later], columns[f"{prefix}{species}_u_{direction}"][1][later], style, color=colour,
                               linewidth=1.3, label=f"{species}, {direction}")
        above.set_title(title)
        below.set_xlabel("time")
    axes[0, 0].set_ylabel("temperature")
    axes[1, 0].set_ylabel("mean velocity (heavy: over eps)")
    for places in axes:
        places[0].legend(fontsize=7)
    figure.suptitle(heading, fontsize=11)
    save(figure, "epochs")
