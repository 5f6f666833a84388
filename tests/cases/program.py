"""What the commands of the program say to people, and that conversions lose nothing."""
import os
import re

from tessera_case import Case, checkpoints, last_snapshot, melt, read_series, same_snapshot, summary, text_of

case = Case()
deck = case.write("melt.toml", melt(cells=4, steps=20, every=10, series=5))
folder = case.path("run")
snapshot = os.path.join(folder, "melt", "particles.h5")


def says(arguments, *patterns, ranks=1):
    """The command succeeds, and its output has lines like these."""
    ended = case.run(arguments, ranks)
    what = " ".join(["tessera", *arguments])
    case.expect(ended, 0, what)
    for pattern in patterns:
        case.check(re.search(pattern, ended.out, re.MULTILINE), f"{what}: expected '{pattern}'", ended)
    for line in (ended.out if arguments[0] not in ("describe", "--help") else "").splitlines():
        case.check(len(line) <= 160 and line == line.rstrip(), f"{what}: a line that is not fit to read", line)
    return ended


says(["--help"], r"^Usage: tessera", r"^ +run +", r"^ +convert +", "tessera check inputs/md/lj_melt.toml")
says(["run", "--help"], "--resume", "--force", "--accept-changes", "--strict", r"75 stopped and resumable")
says(["--version"], r"^Tessera \d+\.\d+\.\d+$", r"^compiler +\S", r"^Kokkos +\d", r"^MPI +\S", r"^HDF5 +1",
     r"^SIMD +\S")
says(["list"], r"^ +md +molecular dynamics")
says(["describe", "md"], r"^ +steps +integer >= 0 +1000 +number of time steps", r"^\[stage\.pair\]",
     r"^\[stage\.output\]", r"^ +cutoff +number > 0 +length")
says(["describe"], r"^ +seed +integer", r"^ +wall_limit", r"^\[checkpoint\]", r"^ +every +integer >= 0 +steps +0")
says(["check", deck], r"Small melt, seed 5", r'^stage "melt" \(md\): 256 particles, 20 steps$',
     r"^ +[\d.]+ MB a rank on 1 rank, \d+ bytes a particle$", r"^ +5 rows of series, 1 snapshot$",
     r"^The deck is in order\.$")
says(["check", deck, "-n", "2"], r"MB a rank on 2 ranks", r"tiles")
case.check(not os.path.exists(folder), "check has made a folder")

says(["run", deck, "--out", folder, "melt.steps=30"],
     r"^Tessera \d", r"^1 rank on 1 host", r"^ +melt\.steps = 30$", r"^ +melt\.pair\.cutoff = 2\.5$", r"^ +seed = 5$",
     r"^region +calls +min s +mean s +max s +max/min +% of loop$", r"^sim/pair_force +\d+",
     r'^stage "melt": 30 steps in .* particle-steps/s$', r"^done after .* s; at most .* MB a rank",
     rf"^Results: {folder}$")
case.check(text_of(os.path.join(folder, "log.txt")).count("done after") == 1, "log.txt does not tell the end")
told = summary(folder)
case.check(told["status"] == "done" and told["exit_status"] == 0 and told["schema"] == 1, "summary.json", told)
case.check(told["stages"][0]["particles"] == 256 and told["stages"][0]["last_step"] == 30, "summary.json", told)
case.check(told["stages"][0]["particle_steps_per_second"] > 0 and told["bytes_written"] > 0, "summary.json", told)
names, rows = read_series(folder)
case.check(told["stages"][0]["last_values"] == dict(zip(names[1:], rows[-1][1:])), "summary.json has other last values")
effective = os.path.join(folder, "deck.toml")
says(["check", effective], r"^The deck is in order\.$")
case.run(["run", effective, "--out", case.path("repeated")])
case.check(read_series(case.path("repeated"))[1].tobytes() == rows.tobytes(), "the effective deck gives another run")

says(["info", folder], "Small melt", r"^ +done$", r'^ +stage "melt" \(md\): step 30 of 30',
     r"checkpoint_0+3: .*step 30")
says(["info", snapshot], r"^ +openPMD = 1\.1\.0$", r"^ +256 particles, step 30", r"^ +cell vector 1: .* periodic$",
     r"^ +species A: mass 1$", r"^ +columns: position \(3\)")
newest = os.path.join(folder, "checkpoint", checkpoints(folder)[-1])
says(["info", newest], r"stage 1, step 30, written by 1 rank$", r"position: float64 \(3, 256\)")

# Through every format and back: what all of them hold is the same to the bit.
start = case.path("start.extxyz")
says(["convert", snapshot, start], r"start\.extxyz: 256 particles of 1 species", ranks=2)
files = [case.path(name) for name in ("a.data", "b.h5md", "c.h5", "d.extxyz")]
for before, after in zip([start, *files], files):
    says(["convert", before, after, *(["--species", "A"] if before.endswith(".data") else [])], r"256 particles")
    says(["info", after], r"^ +256 particles")


def table(path):
    """Type, position and velocity of an extxyz file, as they stand there."""
    lines = text_of(path).splitlines()
    columns = re.search(r"Properties=(\S+)", lines[1]).group(1).split(":")
    first, places = 0, {}
    for name, count in zip(columns[::3], columns[2::3]):
        places[name] = slice(first, first + int(count))
        first += int(count)
    wanted = [name for name in ("id", "species", "pos", "velo", "vel", "velocity", "velocities") if name in places]
    return sorted(tuple(word for name in wanted for word in line.split()[places[name]]) for line in lines[2:])


case.check(len(table(start)) == 256 and len(table(start)[0]) >= 7, "velocities are not in the file", table(start)[:2])
case.check(table(start) == table(files[-1]), "conversions have changed something",
           f"{table(start)[:3]}\n{table(files[-1])[:3]}")

# A run without a launcher in a folder of one's own choice, and where results go by default.
ended = case.run(["run", deck], cwd=case.scratch)
case.expect(ended, 0, "run without --out")
case.check(os.path.exists(case.path("runs/melt/summary.json")), "results are not in runs/melt")
case.check(same_snapshot(last_snapshot(case.path("runs/melt")), last_snapshot(case.path("runs/melt"))), "unreadable")
case.finish()
