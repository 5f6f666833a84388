#!/bin/bash
# usage: read_with_h5py.sh PYTHON PROGRAM LAUNCHER...
# A snapshot and its XDMF, written by PROGRAM and read by Python's h5py and XML parser.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${@:3}" "$2" write "$folder" && "$1" - "$folder" <<'END'
import sys
import xml.etree.ElementTree as tree

import h5py

folder = sys.argv[1]
with h5py.File(folder + "/particles.h5") as file:
    assert file.attrs["openPMD"] == b"1.1.0", file.attrs["openPMD"]
    assert bytes(file["deck"][:]) == b"deck"
    particles = file["data/1/particles/all"]
    rows = particles["id"].shape[0]
    assert rows == 24 and particles["id"].dtype == "uint64"
    assert particles["particlePatches/numParticles"][:].sum() == rows
    assert particles["positionOffset/x"].attrs["shape"][0] == rows
    assert (particles["type"][:] == [n % 5 for n in range(rows)]).all()
    assert (particles["velocity/y"][:] - particles["velocity/x"][:] == 1).all()
    items = [item for item in tree.parse(folder + "/particles.xdmf").iter("DataItem") if item.get("Format") == "HDF"]
    assert len(items) >= 10
    for item in items:
        name, path = item.text.split(":")
        assert name == "particles.h5" and file[path].shape == (int(item.get("Dimensions")),), item.text
print("h5py reads what was written")
END
