"""Every documented mistake gives its exit status and one message that says what, where and what to do."""
import concurrent.futures
import os
import shutil

from tessera_case import Case, melt

case = Case()
good = melt(cells=3, steps=4)
deck = case.write("good.toml", good)


def edited(name, old, new):
    assert old in good, old
    return case.write(f"{name}.toml", good.replace(old, new))


def of_file(name, content, file_keys=""):
    """A deck that reads that file."""
    case.write(name, content)
    text = good[:good.index("[stage.lattice]")] + f'file = "{name}"\n' + file_keys + good[good.index("[stage.pair]"):]
    return case.write(f"{name}.toml", text)


def extxyz(atoms, box=(10, 10, 10), count=None):
    lattice = "{} 0 0 0 {} 0 0 0 {}".format(*box)
    lines = [str(count if count is not None else len(atoms)), f'Lattice="{lattice}" Properties=species:S:1:pos:R:3']
    return "\n".join(lines + [" ".join(map(str, atom)) for atom in atoms]) + "\n"


def lammps(count, rows):
    atoms = "".join(f"{n} 1 {n} {n} {n}\n" for n in range(1, rows + 1))
    return (f"a file\n\n{count} atoms\n1 atom types\n0 10 xlo xhi\n0 10 ylo yhi\n0 10 zlo zhi\n\n"
            f"Masses\n\n1 1.0\n\nAtoms # atomic\n\n{atoms}")


far_apart = [("A", 1, 1, 1), ("A", 5, 5, 5), ("A", 8, 2, 4)]

# A finished run, for what needs one.
finished = case.path("finished")
case.expect(case.run(["run", deck, "--out", finished]), 0, "a run to start from")
snapshot = os.path.join(finished, "melt", "particles.h5")
with open(snapshot, "rb") as file:
    whole = file.read()

locked = shutil.copytree(finished, case.path("locked"))
with open(os.path.join(locked, "lock"), "w") as lock:
    lock.write("elsewhere 1 2 -\n")
crowded = os.path.dirname(case.write("crowded/notes.txt", "of somebody"))
damaged = shutil.copytree(finished, case.path("damaged"))
for place, _, names in os.walk(os.path.join(damaged, "checkpoint")):
    for name in names:
        if name == "data.h5":
            os.truncate(os.path.join(place, name), 1000)

# What was typed, status, message. "OUT" stands for a new folder.
TABLE = {
    # command line
    "unknown command": (["rnu", deck], 2, r"command line: .*'rnu'.*run"),
    "no command": ([], 2, r"command line: .*--help"),
    "unknown option": (["run", deck, "--resum"], 2, r"command line: .*--resum"),
    "no deck": (["run"], 2, r"command line: .*deck"),
    "option without value": (["run", deck, "--out"], 2, r"command line: .*--out"),
    "ranks of no number": (["check", deck, "-n", "two"], 2, r"command line: .*two"),
    "option of Kokkos": (["run", deck, "--kokkos-nonsense"], 2, r"command line: .*--kokkos-nonsense"),
    "unknown type to describe": (["describe", "mdd"], 2, r"unknown type 'mdd'.*known.*md.*Did you mean\s+'md'"),
    # deck
    "no such deck": (["run", case.path("nowhere.toml")], 2, r"nowhere\.toml: .*No such file"),
    "deck is a folder": (["run", case.scratch], 2, r"tessera_case"),
    "no stage": (["run", case.write("empty.toml", "seed = 1\n")], 2, r"empty\.toml.*no stage"),
    "no TOML": (["run", case.write("text.toml", "seed = \n")], 2, r"text\.toml:1:"),
    "unknown key": (["run", edited("key", "cutoff = 2.5", "cutof = 2.5")], 2,
                    r"key\.toml:\d+:1: unknown key 'cutof'.*known keys: .*cutoff.*Did you mean 'cutoff'"),
    "wrong type": (["run", edited("type", "steps = 4", "steps = 4.5")], 2, r"type\.toml:8:\d+: .*'steps'.*integer"),
    "out of range": (["run", edited("range", "density = 0.8442", "density = -1")], 2,
                     r"range\.toml:\d+:\d+: .*'density'.*-1 is out of range.*> 0"),
    "unknown stage type": (["run", edited("mdd", '"md"', '"mdd"')], 2,
                           r"mdd\.toml:7:\d+: .*'mdd'.*Did you mean\s+'md'"),
    "balance by something else": (["run", deck, "--out", "OUT", "melt.balance.by=luck"], 2,
                                  r"'luck'.*nothing.*work.*time"),
    "balance beyond what can be": (["run", deck, "--out", "OUT", "melt.balance.threshold=0.9"], 2,
                                   r"'threshold'.*0\.9 is out of range.*>= 1"),
    "balance never": (["run", deck, "--out", "OUT", "melt.balance.every=0"], 2, r"'every'.*0 is out of range.*>= 1"),
    "sphere without a radius": (["run", edited("round", "[stage.pair]", "[stage.lattice.sphere]\n[stage.pair]")], 2,
                                r"round\.toml:\d+:\d+: .*radius"),
    "sphere with half a centre": (["run", edited(
        "half", "[stage.pair]", "[stage.lattice.sphere]\nradius = 2\ncentre = [1, 2]\n[stage.pair]")], 2,
        r"half\.toml:\d+:\d+: .*a centre needs three numbers"),
    "sphere outside of the box": (["run", edited(
        "outside", "[stage.pair]", "[stage.lattice.sphere]\nradius = 2\ncentre = [90, 2, 2]\n[stage.pair]")], 2,
        r"no site of the lattice.*sphere.*into the box"),
    "missing file": (["run", case.write("file.toml", '[[stage]]\nname = "a"\ntype = "md"\nfile = "nothing.xyz"\n')], 2,
                     r"file\.toml:4:\d+: .*nothing\.xyz"),
    "two mistakes at once": (["run", edited("two", "cutoff = 2.5", "cutof = 2.5\ntail = 3")], 2, r"'cutof'.*'tail'"),
    "a stage that is not there": (["run", case.write(
        "data.toml", '[[stage]]\nname = "a"\ntype = "md"\ndata = "b"\n')], 2, r"data\.toml:4:\d+: .*no stage \"b\""),
    "unknown stage in an override": (["run", deck, "mlet.steps=5"], 2, r"command line: mlet\.steps=5.*'mlet'.*'melt'"),
    "unknown key in an override": (["run", deck, "melt.stesp=5"], 2, r"command line: melt\.stesp=5.*'steps'"),
    "override without a value": (["run", deck, "melt.steps"], 2, r"command line: .*melt\.steps"),
    # run folder
    "folder holds a run": (["run", deck, "--out", finished], 2, r"holds a run already.*--resume.*--force.*--out"),
    "folder holds other things": (["run", deck, "--out", crowded], 2, r"crowded.*other things"),
    "nothing to resume": (["run", deck, "--resume", "--out", "OUT"], 2, r"no run here to go on with"),
    "resume and force": (["run", deck, "--resume", "--force", "--out", finished], 2, r"--resume.*--force"),
    "other physics": (["run", deck, "--resume", "--out", finished, "melt.pair.cutoff=2.2"], 2,
                      r"melt\.pair\.cutoff was 2\.5 and would be 2\.2.*--accept-changes"),
    "locked": (["run", deck, "--resume", "--out", locked], 2, r"lock: .*process 1 on elsewhere.*remove the file"),
    "no checkpoint is whole": (["run", deck, "--resume", "--out", damaged], 2, r"checkpoint"),
    "folder below a file": (["run", deck, "--out", os.path.join(deck, "run")], 1, r"good\.toml/run: .*Not a directory"),
    # particles
    "overlapping particles": (["run", of_file("overlap.xyz", extxyz([*far_apart, ("A", 1, 1, 1.001)]))], 2,
                              r"particles? 1 .*4|1 and 4"),
    "damaged line": (["run", of_file("damaged.xyz", extxyz([("A", 1, 1, 1), ("A", 5, "five", 5)]))], 2,
                     r"damaged\.xyz:4: .*five"),
    "lines missing": (["run", of_file("short.xyz", extxyz(far_apart, count=5))], 2, r"short\.xyz"),
    "wrong counts": (["run", of_file("wrong.data", lammps(5, 4))], 2, r"wrong\.data"),
    "box without volume": (["run", of_file("flat.xyz", extxyz(far_apart, box=(10, 10, 0)))], 2, r"flat\.xyz"),
    "absurd box": (["run", of_file("absurd.xyz", extxyz(far_apart, box=(1e300, 1e300, 1e300)))], 2, r"absurd\.xyz"),
    "truncated HDF5": (["run", of_file("cut.h5", whole[:len(whole) // 2])], 2, r"cut\.h5"),
    "no HDF5": (["run", of_file("text.h5", "not at all\n")], 2, r"text\.h5"),
    "a box for the halo to go round often": (["run", deck, "--out", "OUT", "melt.pair.cutoff=500"], 2, r"halo|cutoff"),
    "more tiles than can be": (["run", deck, "--out", "OUT", "melt.grid=[7, 5, 3]"], 2, r"7 x 5 x 3|105"),
    # other commands
    "info of nothing": (["info", case.path("nowhere")], 2, r"nowhere: .*No such file"),
    "info of a folder": (["info", crowded], 2, r"crowded"),
    "convert from nothing": (["convert", case.path("nowhere.xyz"), case.path("to.data")], 2, r"nowhere\.xyz"),
    "convert into an unknown format": (["convert", snapshot, case.path("to.docx")], 2, r"to\.docx.*extxyz"),
    "check of a bad deck": (["check", edited("checked", "steps = 4", "step = 4")], 2, r"checked\.toml:8:1: .*'step'"),
}

# In the quick test, also on two ranks: what both of them read, or one of them finds.
ON_TWO = ["unknown key", "other physics", "damaged line", "truncated HDF5"]


def provoke(number, what, ranks):
    arguments, status, pattern = TABLE[what]
    out = case.path(f"out{number}.np{ranks}")
    typed = [out if word == "OUT" else word for word in arguments]
    if typed[:1] == ["run"] and len(typed) > 1 and "--out" not in typed:
        typed += ["--out", out]
    ended = case.run(typed, ranks, limit=30.0)
    case.expect(ended, status, f"{what}, on {ranks} ranks", pattern)
    case.check(ended.seconds < 10.0, f"{what}, on {ranks} ranks: took {ended.seconds:.1f} s")


with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
    work = [pool.submit(provoke, number, what, ranks) for number, what in enumerate(TABLE)
            for ranks in ((1, 2) if case.is_long or what in ON_TWO else (1,))]
    for done in work:
        done.result()
case.finish()
