#!/usr/bin/env python3
"""usage: tests/style/check.py [ROOT]

Reads the sources, not what they compile to: which folder includes which, words that belong nowhere or in one place
only, lengths and white space. Prints path:line: what is wrong, one a line; exit status 1 if there is any.
"""
import os
import re
import subprocess
import sys

# Folder of src/ -> folders that it may include besides itself. Below sim/ and learn/ siblings do not see one another.
BASE, DATA = ["base"], ["base", "math", "data"]
ENGINE = DATA + ["deck", "data/io", "data/formats", "diff"]
ALLOWED = {
    "base": [],
    "deck": BASE,
    "math": BASE,
    "data": ["base", "math"],
    "data/io": DATA,
    "data/formats": DATA + ["data/io"],
    "diff": DATA + ["data/io"],
    "sim": ENGINE,
    "learn": ENGINE + ["sim"],
    "run": ENGINE + ["sim", "learn"],
}
MODULE_PARENTS = ("sim", "learn")  # their subfolders are modules
# Modules that are made of another one: a forecast is molecular dynamics whose steps a network makes.
BUILT_ON = {"learn/trajcast": ["sim/md"]}
REGISTRY = "src/run/registry.cpp"  # the only place that knows modules by name

CODE = (".cpp", ".hpp")
# What, in which files, where it is allowed all the same, and why not.
FORBIDDEN = [
    (r"\bMPI_COMM_WORLD\b", CODE, r"^src/base/", "the communicator is given, never taken from the world"),
    (r"^\s*using namespace\b", (".hpp",), None, "a header does not open namespaces"),
    (r"\b(std::)?s?rand\s*\(|\brandom_device\b|\bmt19937|\b(normal|uniform_(real|int))_distribution\b",
     CODE, r"^tests/", "random numbers come from base/random.hpp"),
    (r"#include <Kokkos_", CODE, r"^src/base/kokkos\.hpp$", "Kokkos is included by base/kokkos.hpp alone"),
    (r"#include <spdlog/", CODE, r"^src/base/log\.cpp$", "the log is base/log.hpp"),
    (r"#include <toml\+\+/", CODE, r"^src/deck/", "decks are read through deck/"),
    (r"#include <CLI/", CODE, r"^apps/", "the command line belongs to apps/"),
    (r"#include <nlohmann/json\.hpp>", (".hpp",), r"^tests/", "a header includes json_fwd.hpp"),
    (r"#include <(hdf5|H5\w*)\.h>", CODE, r"^(src/(base|data)|tests)/", "HDF5 stays below data/"),
    (r"#include <petsc", CODE, r"^(src/(base|math)|tests)/", "PETSc stays below math/"),
    (r"\bstd::(cout|cerr|clog)\b|\b(std::)?f?printf\s*\(|\b(std::)?f?puts\s*\(", CODE, r"^(src/(base|run)|apps|tests)/",
     "printing goes through base/log.hpp"),
    (r"\bKOKKOS_CLASS_LAMBDA\b", CODE, None, "no kernel captures its object"),
    (r"\b(TODO|FIXME|XXX|HACK|TEMPORARY)\b", None, None, "unfinished business does not stay"),
    (r"(?<![\w.$}\"'<>*-])/(work|home|root|Users|mnt|scratch)/\w", None, None, "a path of one machine"),
    (r"\.\./shared\b", None, None, "a path of one machine"),
]
MAX_LINES = 700
MAX_COLUMNS = 120
TEXT = CODE + (".py", ".sh", ".cmake", ".txt", ".md", ".toml", ".yaml", ".json", ".in")


def tracked_files():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], check=True,
                            capture_output=True, text=True).stdout.split("\n")
    return sorted({name for name in listed if name and os.path.isfile(name)})


def folder_of(path, folders):
    """The longest known folder that a path below src/ lies in, with the module's name below sim/ and learn/."""
    parts = path.split("/")[:-1]
    if len(parts) > 1 and parts[0] in MODULE_PARENTS:
        return "/".join(parts[:2])
    while parts and "/".join(parts) not in folders:
        parts.pop()
    return "/".join(parts)


def may_include(folder, target, path):
    if folder == target:
        return True
    if target.startswith(tuple(parent + "/" for parent in MODULE_PARENTS)):
        return path == REGISTRY or target in BUILT_ON.get(folder, [])
    parent = folder.split("/")[0]
    if folder not in ALLOWED and parent in MODULE_PARENTS:
        return target == parent or target in ALLOWED[parent]
    return target in ALLOWED.get(folder, [])


def check_includes(path, lines, report):
    below_src = path.startswith("src/")
    for number, line in enumerate(lines, 1):
        match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if not match:
            continue
        name = match.group(1)
        if not os.path.isfile(os.path.join("src", name)):
            beside = os.path.isfile(os.path.join(os.path.dirname(path), name))
            if below_src or path.startswith("apps/") and not beside:
                report(number, f"includes \"{name}\", which is not a file below src/")
            continue
        if not below_src:
            continue
        folder, target = folder_of(path[4:], ALLOWED), folder_of(name, ALLOWED)
        if not may_include(folder, target, path):
            report(number, f"src/{folder} must not include {name}: src/{target} is not below it")


def check_words(path, lines, report):
    for pattern, suffixes, exempt, reason in FORBIDDEN:
        if suffixes and not path.endswith(suffixes) or exempt and re.search(exempt, path):
            continue
        for number, line in enumerate(lines, 1):
            if found := re.search(pattern, line):
                report(number, f"'{found.group(0).strip()}': {reason}")


def check_form(path, text, lines, report):
    if len(lines) > MAX_LINES:
        report(1, f"{len(lines)} lines; a file has at most {MAX_LINES}")
    if path.endswith(".hpp") and "#pragma once" not in text:
        report(1, "a header begins with #pragma once")
    if text and not text.endswith("\n"):
        report(len(lines), "the last line does not end")
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            report(number, "white space at the end of the line")
        if "\t" in line:
            report(number, "a tabulator")
        if len(line) > MAX_COLUMNS and not path.endswith((".md", ".json")):
            report(number, f"{len(line)} columns; a line has at most {MAX_COLUMNS}")


def main():
    os.chdir(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    problems = []
    files = tracked_files()
    this_file = "tests/style/check.py"
    for path in files:
        is_script = "." not in os.path.basename(path) and os.access(path, os.X_OK)
        if not path.endswith(TEXT) and not is_script or path.startswith("tests/data/"):
            continue
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        lines = text.splitlines()

        def report(number, what, path=path):
            problems.append(f"{path}:{number}: {what}")

        if path.endswith(CODE):
            check_includes(path, lines, report)
        if path != this_file:
            check_words(path, lines, report)
        check_form(path, text, lines, report)
    print("\n".join(problems) if problems else f"style: {len(files)} files are as they should be")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
