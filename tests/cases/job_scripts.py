"""What the tests of the batch scripts share."""
import csv
import os
import subprocess

from tessera_case import text_of

JOBS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "jobs")


def script(name):
    return os.path.normpath(os.path.join(JOBS, name))


def settings(case, launcher="srun"):
    """Of this machine as a site: the program under test, nothing bound. The variable that names them."""
    path = case.write(f"site_{launcher}.sh", f"program={case.program}\nlauncher={launcher}\nbind=none\n")
    return {"TESSERA_SITE": path}


def can_plot():
    return any(subprocess.run([python, "-c", "import matplotlib"], capture_output=True, check=False).returncode == 0
               for python in ("python3", "/usr/bin/python3"))


def check_study(case, folder, sizes, repeats):
    """Table and plots of a study on 1, 2... ranks."""
    with open(os.path.join(folder, "scaling.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    got = [(row["ranks"], row["runs"], row["particles"]) for row in rows]
    case.check(got == [(str(n), str(repeats), size) for n, size in enumerate(sizes, 1)], f"the table is of {got}")
    case.check(float(rows[0]["efficiency median"]) == 1.0, f"efficiency of the smallest: {rows[0]}")
    for row in rows:
        case.check(0.0 < float(row["loop [s] min"]) <= float(row["loop [s] median"]) <= float(row["loop [s] max"])
                   and 0.0 < float(row["communication/loop median"]) < 1.0, f"a row is odd: {row}")
    if not can_plot():
        print("SKIPPED in part: no matplotlib, so no plots")
        return
    with open(os.path.join(folder, "scaling.png"), "rb") as file:
        case.check(file.read(8) == b"\x89PNG\r\n\x1a\n", "scaling.png is none")
    drawn = text_of(os.path.join(folder, "scaling.svg"))
    case.check(all(word in drawn for word in ("ideal", "data/halo", "efficiency [%]")), "scaling.svg lacks parts")
