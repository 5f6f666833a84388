#!/usr/bin/env python3
"""usage: jobs/compare_md.py [--only lj,eam,...] [--ranks 1,2] [--repeat N] [--work FOLDER]

Molecular dynamics in Tessera beside the same in LAMMPS and, for water, GROMACS: the same system, time step and number
of steps, without thermostat, on the same number of ranks with one thread each, by turns; the median of the repetitions
counts. Cases:
  lj     a crystal of 32000 Lennard-Jones atoms that melts, cutoff 2.5, T* 1.44 at first
  eam    a crystal of 32000 copper atoms by the embedded atom method, 1600 K at first
  sw     a crystal of 32768 silicon atoms by Stillinger and Weber's potential, 1000 K at first
  fene   bead-spring chains, 32000 beads (inputs/md/fene_chains.data, repeated)
  water  17496 atoms of rigid SPC/E water (inputs/md/water.data, melted and repeated), steps of 2 fs, cutoff 9 A, a
         particle mesh for charges: in Tessera and LAMMPS to 1e-4 of the force of two unit charges at 1 A, in GROMACS as
         by default; SETTLE in Tessera and GROMACS, SHAKE to 1e-6 in LAMMPS
Lists of pairs hold in all of them at all steps (a list is made anew when an atom may have moved half of the skin;
GROMACS: by its own estimate). LAMMPS runs with each suffix that it was built for (opt, intel), on cutoff skins that
suit it, and the fastest counts. Times are those of the loop over steps: without starting, reading and setting up.

Prints a line for each case, number of ranks and peer: both rates in particle-steps a second, their ratio, the least
and the largest ratio of the turns, and by how much the two potential energies of step 0 differ; if that is more than
the case allows, what was compared is not the same and the exit status is 1. Peers: jobs/install.sh compare.
"""
import argparse
import csv
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
INPUTS = os.path.join(HERE, "..", "inputs", "md")
KCAL = 4.184  # kJ

# Steps of the measurement; how far the potential energies of step 0 may differ, relatively.
CASES = {"lj": (200, 1e-9), "eam": (100, 1e-6), "sw": (200, 1e-6), "fene": (1000, 1e-6), "water": (60, 2e-4)}
GROMACS_TOLERANCE = 1e-3  # another mesh, single precision

HEAD = """title = "comparison"
seed = 1
[[stage]]
name = "run"
type = "md"
steps = {steps}
output.series = {steps}
"""
DECKS = {
    "lj": """dt = 0.005
[stage.lattice]
kind = "fcc"
density = 0.8442
cells = [20, 20, 20]
[stage.velocity]
temperature = 1.44
[stage.pair]
cutoff = 2.5
""",
    "eam": """dt = 0.005
units = "metal"
[stage.lattice]
kind = "fcc"
spacing = 3.615
cells = [20, 20, 20]
types = ["Cu"]
[stage.velocity]
temperature = 1600
[stage.eam]
file = "Cu_u3.eam"
""",
    "sw": """dt = 0.001
units = "metal"
[stage.lattice]
kind = "diamond"
spacing = 5.431
cells = [16, 16, 16]
types = ["Si"]
[stage.velocity]
temperature = 1000
[stage.stillinger_weber]
file = "Si.sw"
""",
    "fene": """dt = 0.012
file = "particles.data"
[stage.velocity]
temperature = 1.0
[stage.pair]
cutoff = 1.122462048309373
truncation = "energy"
[stage.special]
lj = [0, 1, 1]
""",
    "water": """dt = 2.0
units = "real"
file = "particles.data"
constants = "lammps2021"
[stage.velocity]
temperature = 298
[stage.pair]
cutoff = 9.0
[[stage.pair.type]]
name = "O"
epsilon = 0.1553
sigma = 3.166
[[stage.pair.type]]
name = "H"
epsilon = 0
sigma = 1
[[stage.bond]]
type = 1
kind = "rigid"
length = 1.0
[[stage.angle]]
type = 1
kind = "rigid"
angle = 109.47
[stage.charges]
method = "pppm"
cutoff = 9.0
accuracy = 1e-4
[[stage.charges.type]]
name = "O"
charge = -0.8476
[[stage.charges.type]]
name = "H"
charge = 0.4238
""",
}

LAMMPS = {
    "lj": """units lj
atom_style atomic
lattice fcc 0.8442
region box block 0 20 0 20 0 20
create_box 1 box
create_atoms 1 box
mass 1 1.0
velocity all create 1.44 87287 loop geom
pair_style lj/cut 2.5
pair_coeff 1 1 1.0 1.0 2.5
neighbor 0.3 bin
neigh_modify delay 0 every 1 check yes
timestep 0.005
""",
    "eam": """units metal
atom_style atomic
lattice fcc 3.615
region box block 0 20 0 20 0 20
create_box 1 box
create_atoms 1 box
pair_style eam
pair_coeff 1 1 Cu_u3.eam
velocity all create 1600.0 376847 loop geom
neighbor 1.0 bin
neigh_modify delay 5 every 1 check yes
timestep 0.005
""",
    "sw": """units metal
atom_style atomic
lattice diamond 5.431
region box block 0 16 0 16 0 16
create_box 1 box
create_atoms 1 box
mass 1 28.0855
pair_style sw
pair_coeff * * Si.sw Si
velocity all create 1000.0 376847 loop geom
neighbor 1.0 bin
neigh_modify delay 5 every 1 check yes
timestep 0.001
""",
    "fene": """units lj
atom_style bond
special_bonds fene
pair_style lj/cut 1.122462048309373
pair_modify shift yes
bond_style fene
read_data particles.data
pair_coeff 1 1 1.0 1.0
velocity all create 1.0 4928459 loop geom
neighbor 0.4 bin
neigh_modify delay 1 every 1 check yes
timestep 0.012
""",
    "water": """units real
atom_style full
pair_style lj/cut/coul/long 9.0
bond_style harmonic
angle_style harmonic
special_bonds lj/coul 0 0 0
read_data particles.data
set type 1 charge -0.8476
set type 2 charge 0.4238
pair_coeff 1 1 0.1553 3.166
pair_coeff 2 2 0.0 1.0
pair_coeff 1 2 0.0 1.0
bond_coeff 1 450.0 1.0
angle_coeff 1 55.0 109.47
kspace_style pppm 1e-4
velocity all create 298 87287 loop geom
neighbor 2.0 bin
neigh_modify delay 0 every 1 check yes
fix 2 all shake 1e-6 20 0 b 1 a 1
timestep 2.0
""",
}
REPEATED = {"fene": ("fene_chains.data", (4, 4, 2)), "water": ("water.data", (3, 3, 3))}

MDP = """integrator = md
dt = 0.002
nsteps = {steps}
nstcalcenergy = 100
nstenergy = {steps}
nstlog = {steps}
cutoff-scheme = Verlet
rvdw = 0.9
vdw-modifier = none
rcoulomb = 0.9
coulombtype = PME
coulomb-modifier = none
gen-vel = yes
gen-temp = 298
gen-seed = 1
constraints = none
"""
TOPOLOGY = """[ defaults ]
1 1 no 1.0 1.0
[ atomtypes ]
O 15.9994 0.0 A {c6:.12e} {c12:.12e}
H 1.008 0.0 A 0.0 0.0
[ moleculetype ]
WAT 2
[ atoms ]
1 O 1 WAT O 1 -0.8476
2 H 1 WAT H1 1 0.4238
3 H 1 WAT H2 1 0.4238
[ settles ]
1 1 0.1 {hydrogens:.10g}
[ exclusions ]
1 2 3
2 1 3
3 1 2
[ system ]
water
[ molecules ]
WAT {molecules}
"""


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tessera", default=os.path.join(HERE, "..", "build", "release", "apps", "tessera"))
    parser.add_argument("--lammps", default="lmp")
    parser.add_argument("--gromacs", default="gmx")
    parser.add_argument("--only", default=",".join(CASES), help="cases, separated by commas")
    parser.add_argument("--ranks", default="1,2")
    parser.add_argument("--repeat", type=int, default=3, help="turns of each")
    parser.add_argument("--steps", type=float, default=1.0, help="times the usual number of steps")
    parser.add_argument("--work", help="folder for inputs and outputs; left out: a temporary one")
    arguments = parser.parse_args()
    arguments.only = [name for name in arguments.only.split(",") if name]
    arguments.ranks = [int(count) for count in arguments.ranks.split(",")]
    for name in arguments.only:
        if name not in CASES:
            parser.error(f"there is no case '{name}'; expected {', '.join(CASES)}")
    return arguments


def run(command, folder, ranks=0):
    """Standard output; by mpirun where ranks are given."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    if ranks:
        environment |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
        command = ["mpirun", "--oversubscribe", "--bind-to", "none", "-np", str(ranks)] + command
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} in {folder} failed:\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout


# Systems ------------------------------------------------------------------------------------------------------------


def sections_of(path):
    """Header lines and {title: rows} of a LAMMPS data file."""
    header, sections, title, current = [], {}, "", None
    with open(path, encoding="utf-8") as file:
        next(file)
        for line in file:
            text = line.split("#")[0].strip()
            if not text:
                continue
            if text[0].isalpha():
                title, current = text, sections.setdefault(text, [])
            elif current is None:
                header.append(text)
            else:
                current.append(line.strip() if title == "Masses" else text)  # names of types are comments
    return header, sections


def repeat_data(source, target, times, atoms_of=None):
    """Writes a data file with `times` copies along each direction, with atoms as in the file `atoms_of`. Returns
    (places by atom, edges)."""
    header, sections = sections_of(source)
    if atoms_of:
        sections["Atoms"] = sections_of(atoms_of)[1]["Atoms"]
    edges = [float(line.split()[1]) for line in header if line.endswith("hi")]
    kinds = ("atoms", "bonds", "angles")
    counts = {line.split()[1]: int(line.split()[0]) for line in header if line.split()[1] in kinds}
    charged = len(sections["Atoms"][0].split()) in (7, 10)
    first = 4 if charged else 3  # column of x
    molecules = max(int(row.split()[1]) for row in sections["Atoms"])
    copies = [(x, y, z) for x in range(times[0]) for y in range(times[1]) for z in range(times[2])]
    atoms, places = [], []
    for n, copy in enumerate(copies):
        for row in sections["Atoms"]:
            words = row.split()
            image = [int(w) for w in words[first + 3:first + 6]] or [0, 0, 0]
            words[0] = str(int(words[0]) + n * counts["atoms"])
            words[1] = str(int(words[1]) + n * molecules)
            # Molecules are whole where images are counted.
            x = [float(words[first + d]) + (image[d] + copy[d]) * edges[d] for d in range(3)]
            places.append((int(words[0]), x))
            turns = [int(x[d] // (edges[d] * times[d])) for d in range(3)]
            words[first:] = [f"{x[d] - turns[d] * edges[d] * times[d]:.8f}" for d in range(3)] + [str(t) for t in turns]
            atoms.append(" ".join(words))

    def repeated(title):
        rows = []
        for n in range(len(copies)):
            for row in sections.get(title, []):
                words = [int(w) for w in row.split()]
                ids = [w + n * counts["atoms"] for w in words[2:]]
                rows.append(" ".join(str(w) for w in [words[0] + n * len(sections[title]), words[1]] + ids))
        return rows

    with open(target, "w", encoding="utf-8") as file:
        file.write("repeated\n\n")
        for line in header:
            words = line.split()
            if words[1] in counts:
                words[0] = str(int(words[0]) * len(copies))
            if line.endswith("hi"):
                words[1] = repr(edges["xyz".index(words[2][0])] * times["xyz".index(words[2][0])])
            file.write(" ".join(words) + "\n")
        blocks = [("Masses", sections["Masses"])]
        if "Bond Coeffs" in sections:
            blocks.append(("Bond Coeffs # fene", sections["Bond Coeffs"]))
        blocks += [("Atoms # full" if charged else "Atoms # bond", atoms), ("Bonds", repeated("Bonds"))]
        if "Angles" in sections:
            blocks.append(("Angles", repeated("Angles")))
        for title, rows in blocks:
            file.write(f"\n{title}\n\n" + "\n".join(rows) + "\n")
    return [x for _, x in sorted(places)], [edges[d] * times[d] for d in range(3)]


def write_gromacs(folder, places, edges, steps):
    molecules = len(places) // 3
    with open(os.path.join(folder, "water.gro"), "w", encoding="utf-8") as file:
        file.write(f"water\n{len(places)}\n")
        for n, x in enumerate(places):
            name = ("O", "H1", "H2")[n % 3]
            file.write(f"{(n // 3 + 1) % 100000:5d}WAT  {name:>5}{(n + 1) % 100000:5d}" +
                       "".join(f"{0.1 * c:13.8f}" for c in x) + "\n")
        file.write(" ".join(f"{0.1 * edge:.8f}" for edge in edges) + "\n")
    epsilon, sigma = 0.1553 * KCAL, 0.3166
    with open(os.path.join(folder, "water.top"), "w", encoding="utf-8") as file:
        file.write(TOPOLOGY.format(c6=4.0 * epsilon * sigma**6, c12=4.0 * epsilon * sigma**12,
                                   hydrogens=0.2 * math.sin(math.radians(0.5 * 109.47)), molecules=molecules))
    with open(os.path.join(folder, "water.mdp"), "w", encoding="utf-8") as file:
        file.write(MDP.format(steps=steps))


# Programs: each gives (seconds of the loop, potential energy of step 0) ---------------------------------------------


def run_tessera(program, folder, ranks):
    run([program, "run", "deck.toml", "--out", "tessera", "--force"], folder, ranks)
    with open(os.path.join(folder, "tessera", "summary.json"), encoding="utf-8") as file:
        summary = json.load(file)
    regions = {region["name"]: region["max_seconds"] for region in summary["regions"]}
    with open(os.path.join(folder, "tessera", "run", "series.csv"), encoding="utf-8") as file:
        first = next(csv.DictReader(file))
    energy = next(float(value) for name, value in first.items() if name.startswith("potential_energy"))
    outside = sum(regions.get(name, 0.0) for name in ("run/start", "run/checkpoint", "run/snapshot"))
    return summary["loop_seconds"] - outside, energy


def run_lammps(program, suffix, folder, ranks):
    command = [program, "-in", "in.lammps", "-log", "log.lammps"] + (["-sf", suffix] if suffix else [])
    text = run(command, folder, ranks)
    seconds = float(re.search(r"Loop time of (\S+) on", text).group(1))
    table = text[text.index("PotEng"):].splitlines()
    return seconds, float(table[1].split()[1])


def run_gromacs(program, folder, ranks):
    run([program, "mdrun", "-s", "water.tpr", "-deffnm", "gromacs", "-ntmpi", str(ranks), "-ntomp", "1", "-nb", "cpu",
         "-pin", "off", "-noconfout"], folder)
    with open(os.path.join(folder, "gromacs.log"), encoding="utf-8") as file:
        text = file.read()
    table = text[text.index("Energies (kJ/mol)"):].splitlines()
    energy = None
    for names, values in zip(table[1::2], table[2::2]):
        columns = [names[15 * n:15 * n + 15].strip() for n in range((len(names) + 14) // 15)]
        if "Potential" in columns:
            energy = float(values.split()[columns.index("Potential")])
            break
    # Its accounts of the loop alone.
    seconds = float(re.search(r"^ +Time: +\S+ +(\S+)", text, re.MULTILINE).group(1))
    return seconds, energy / KCAL


def lammps_suffixes(program):
    text = run([program, "-h"], ".")
    packages = re.search(r"Installed packages:\s*(.*?)\n\s*\n\S", text, re.DOTALL)
    words = packages.group(1).split() if packages else []
    return [""] + [name for package, name in (("OPT", "opt"), ("INTEL", "intel")) if package in words]


def gromacs_build(program):
    text = run([program, "--version"], ".")
    keys = ("GROMACS version", "Precision", "SIMD instructions")
    parts = [re.search(rf"^{key}: +(.*)$", text, re.MULTILINE) for key in keys]
    return ", ".join(part.group(1) for part in parts if part)


# Comparison ---------------------------------------------------------------------------------------------------------


def melt(tessera, source, folder):
    """The file says where molecules stand on a lattice: of the liquid, after 3 ps of Langevin dynamics."""
    shutil.copy(source, os.path.join(folder, "particles.data"))
    with open(os.path.join(folder, "melt.toml"), "w", encoding="utf-8") as file:
        file.write(HEAD.format(steps=1500) + DECKS["water"] +
                   '[stage.thermostat]\nkind = "langevin"\ntemperature = 298\nfriction = 0.05\n')
    run([tessera, "run", "melt.toml", "--out", "melt", "--force"], folder)
    run([tessera, "convert", "melt/run/particles.h5", "liquid.data"], folder)
    return os.path.join(folder, "liquid.data")


def prepare(name, steps, folder, tessera, gromacs):
    """Inputs of a case. Returns the number of particles if it is known here."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "deck.toml"), "w", encoding="utf-8") as file:
        file.write(HEAD.format(steps=steps) + DECKS[name])
    with open(os.path.join(folder, "in.lammps"), "w", encoding="utf-8") as file:
        file.write(LAMMPS[name] + "fix 1 all nve\nthermo_style custom step pe temp press\n"
                   f"thermo_modify format float %.15g\nthermo {steps}\nrun {steps}\n")
    for potential in ("Cu_u3.eam", "Si.sw"):
        shutil.copy(os.path.join(INPUTS, potential), folder)
    count = {"lj": 32000, "eam": 32000, "sw": 32768}.get(name)
    if name in REPEATED:
        source, times = REPEATED[name]
        source = os.path.join(INPUTS, source)
        atoms_of = melt(tessera, source, folder) if name == "water" else None
        places, edges = repeat_data(source, os.path.join(folder, "particles.data"), times, atoms_of)
        count = len(places)
        if name == "water" and gromacs:
            write_gromacs(folder, places, edges, steps)
            run([gromacs, "grompp", "-f", "water.mdp", "-c", "water.gro", "-p", "water.top", "-o", "water.tpr",
                 "-maxwarn", "3"], folder)
    return count


def compare(name, arguments, folder, suffixes, gromacs):
    """False if energies show that the systems are not the same."""
    steps, tolerance = CASES[name]
    steps = max(1, round(steps * arguments.steps))
    tessera = os.path.abspath(arguments.tessera)
    count = prepare(name, steps, folder, tessera, gromacs)
    # How energies are counted: a particle (lj units) in LAMMPS.
    total = count if name in ("lj", "fene") else 1.0
    good = True
    for ranks in arguments.ranks:
        programs = {"Tessera": lambda r: run_tessera(tessera, folder, r)}
        for suffix in suffixes:
            programs["LAMMPS" + (f" -sf {suffix}" if suffix else "")] = \
                lambda r, s=suffix: run_lammps(arguments.lammps, s, folder, r)
        if name == "water" and gromacs:
            programs["GROMACS"] = lambda r: run_gromacs(gromacs, folder, r)
        results = {program: [] for program in programs}
        for _ in range(arguments.repeat):
            for program, measure in programs.items():
                results[program].append(measure(ranks))
        rates = {program: count * steps / statistics.median(seconds for seconds, _ in found)
                 for program, found in results.items()}
        lammps = sorted((p for p in programs if p.startswith("LAMMPS")), key=lambda p: -rates[p])
        energy = results["Tessera"][0][1]
        for peer in lammps[:1] + [p for p in programs if p == "GROMACS"]:
            other = results[peer][0][1] * (total if peer.startswith("LAMMPS") else 1.0)
            apart = abs(energy - other) / abs(energy)
            ratios = [theirs / ours for (theirs, _), (ours, _) in zip(results[peer], results["Tessera"])]
            agrees = apart <= (GROMACS_TOLERANCE if peer == "GROMACS" else tolerance)
            good = good and agrees
            print(f"{name:7}{ranks:6}{rates['Tessera']:12.4g}{rates[peer]:12.4g}{rates['Tessera'] / rates[peer]:8.2f}"
                  f"{min(ratios):8.2f}{max(ratios):7.2f}{apart:10.1e}  {peer}"
                  f"{'' if agrees else f'  NOT THE SAME SYSTEM: {energy:.10g} and {other:.10g}'}", flush=True)
    return good


def main():
    arguments = read_arguments()
    if not os.path.exists(arguments.tessera):
        sys.exit(f"{arguments.tessera} is not there: build it (cmake --build build/release) or name it with --tessera")
    suffixes, gromacs = [], None
    if shutil.which(arguments.lammps):
        suffixes = lammps_suffixes(arguments.lammps)
        print(f"LAMMPS: suffixes {', '.join(s for s in suffixes if s) or 'none'}")
    else:
        print(f"LAMMPS ({arguments.lammps}) is missing: no comparison with it (jobs/install.sh compare)")
    if "water" in arguments.only:
        if shutil.which(arguments.gromacs):
            gromacs = arguments.gromacs
            print(f"GROMACS: {gromacs_build(gromacs)}")
        else:
            print(f"GROMACS ({arguments.gromacs}) is missing: no comparison with it (jobs/install.sh compare)")
    print(f"load average {os.getloadavg()[0]:.2f} on {os.cpu_count()} processors")
    print(f"{'case':7}{'ranks':>6}{'Tessera /s':>12}{'peer /s':>12}{'ratio':>8}{'least':>8}{'most':>7}{'energies':>10}"
          "  peer")
    good = True
    with tempfile.TemporaryDirectory() as temporary:
        for name in arguments.only:
            folder = os.path.join(os.path.abspath(arguments.work or temporary), name)
            good = compare(name, arguments, folder, suffixes, gromacs) and good
    print(f"load average {os.getloadavg()[0]:.2f}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
