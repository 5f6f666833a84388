#!/usr/bin/env python3
"""usage: jobs/scaling_model.py PROGRAM [OUT.png]

What `tessera check` models for the Lennard-Jones melt on 1 to 100,000 ranks: a table in Markdown, and a plot. A model,
not a measurement; docs/scaling.md says what is in it. Needs matplotlib for the plot (jobs/install.sh plots).
"""
import json
import os
import re
import subprocess
import sys
import tempfile

DECK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../inputs/md/lj_melt.toml")
RATE, RATE_ITEMS = 10.9e6, 32000  # particle-steps/s of one rank (README), and with how many particles
NETWORKS = {"InfiniBand, 1.5 us, 12 GB/s": ["--latency", "1.5e-6", "--bandwidth", "12e9", "--overhead", "0.5e-6"],
            "Ethernet, 20 us, 1.2 GB/s": ["--latency", "20e-6", "--bandwidth", "1.2e9", "--overhead", "2e-6"]}
EDGES = (1, 2, 3, 4, 6, 8, 11, 16, 22, 32, 46)  # ranks along each direction
WEAK_CELLS = 20    # along each direction, a rank: 32,000 particles
STRONG_CELLS = 400  # of all ranks together: 256 million particles
PARTS = {"arithmetic": "arithmetic", "exchanges of each step": "positions, every step",
         "exchanges of list builds": "list builds", "collectives": "reductions and barriers"}
COLOURS = ["#4c78a8", "#f58518", "#e9b949", "#9d5a6c"]


def model(program, rate, network, ranks, cells):
    """Microseconds of the parts of a step, particle-steps/s and efficiency."""
    command = [program, "check", DECK, f"melt.lattice.cells=[{cells}, {cells}, {cells}]", "--ranks", str(ranks),
               "--rate", rate, *network]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    row = {part: float(re.search(rf"^ +{part} +(\S+) us", out, re.MULTILINE).group(1)) for part in (*PARTS, "step")}
    row["rate"] = float(re.search(r"^ +rate +(\S+) particle", out, re.MULTILINE).group(1))
    row["efficiency"] = float(re.search(r"^ +efficiency +(\S+) of", out, re.MULTILINE).group(1))
    return row


def all_rows(program):
    with tempfile.TemporaryDirectory() as folder:
        rate = os.path.join(folder, "summary.json")
        with open(rate, "w") as file:
            stage = {"name": "melt", "particles": RATE_ITEMS, "particle_steps_per_second": RATE}
            json.dump({"ranks": 1, "stages": [stage]}, file)
        return {(kind, name): [model(program, rate, network, edge**3, cells(edge)) for edge in EDGES]
                for kind, cells in (("weak", lambda edge: WEAK_CELLS * edge), ("strong", lambda edge: STRONG_CELLS))
                for name, network in NETWORKS.items()}


def weak_efficiency(rows):
    """Against one rank with as many particles, not against one rank with all of them."""
    return [rows[0]["step"] / row["step"] for row in rows]


def efficiency(kind, rows):
    return weak_efficiency(rows) if kind == "weak" else [row["efficiency"] for row in rows]


def print_tables(rows):
    for kind, title in (("weak", "Weak: 32,000 particles a rank"), ("strong", "Strong: 256 million particles")):
        print(f"\n**{title}**\n\n| ranks | particles a rank |", end="")
        print("".join(f" {name}: ms a step | efficiency |" for name in NETWORKS) + "\n|---|---|" + "---|---|" * 2)
        for n, edge in enumerate(EDGES):
            particles = 4 * (WEAK_CELLS**3 if kind == "weak" else STRONG_CELLS**3 / edge**3)
            print(f"| {edge**3:,} | {particles:,.0f} |" + "".join(
                f" {1e-3 * rows[kind, name][n]['step']:,.3f} | {efficiency(kind, rows[kind, name])[n]:.2f} |"
                for name in NETWORKS))


def plot(rows, path):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams.update({"font.size": 10, "axes.spines.top": False, "axes.spines.right": False,
                         "axes.titlesize": 11, "axes.titleweight": "bold", "axes.titlelocation": "left"})
    ranks = [edge**3 for edge in EDGES]
    figure, axes = plt.subplots(1, 3, figsize=(13.5, 4.6), layout="constrained", width_ratios=(1.15, 1, 1))
    lines = axes[0]
    for (kind, name), colour in zip(((k, n) for n in NETWORKS for k in ("weak", "strong")),
                                    (COLOURS[0], COLOURS[0], COLOURS[1], COLOURS[1])):
        lines.plot(ranks, efficiency(kind, rows[kind, name]), color=colour, linestyle="-" if kind == "weak" else "--",
                   marker="o", markersize=3.5, label=f"{kind}: {name.replace(' us', ' µs')}")
    lines.set(title="Efficiency", xscale="log", xlabel="ranks", xlim=(0.8, 1.2e5), ylim=(0, 1.05))
    lines.grid(alpha=0.25)
    lines.legend(frameon=False, loc="lower left", fontsize=9)
    for axis, name in zip(axes[1:], NETWORKS):
        chosen = rows["strong", name]
        shares = [[100 * row[part] / row["step"] for row in chosen] for part in PARTS]
        axis.stackplot(ranks, shares, colors=COLOURS, labels=PARTS.values(), alpha=0.9, linewidth=0)
        axis.set(title=f"Where a step's time goes (strong)\n{name.replace(' us', ' µs')}", xscale="log",
                 xlabel="ranks", xlim=(1, 1e5), ylim=(0, 100))
    axes[1].set_ylabel("% of a step")
    axes[1].legend(loc="lower left", fontsize=9, framealpha=0.9)
    figure.suptitle("Lennard-Jones melt on up to 97,336 ranks: a model, not a measurement", fontsize=13)
    figure.savefig(path, dpi=120)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    rows = all_rows(os.path.abspath(sys.argv[1]))
    print_tables(rows)
    if len(sys.argv) == 3:
        plot(rows, sys.argv[2])


main()
