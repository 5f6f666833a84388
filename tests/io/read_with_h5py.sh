#!/bin/bash
# usage: read_with_h5py.sh PYTHON PROGRAM LAUNCHER...
# Snapshots with their XDMF and a table, written by PROGRAM and read by Python's h5py and XML parser.
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
with h5py.File(folder + "/fields.h5") as file:
    assert file.attrs["meshesPath"] == b"meshes/"
    mesh = file["data/1/meshes/u"]
    assert mesh.attrs["geometry"] == b"cartesian" and mesh.attrs["dataOrder"] == b"C"
    assert list(mesh.attrs["axisLabels"]) == [b"y", b"x"]
    assert list(mesh.attrs["gridSpacing"]) == [1 / 4, 1 / 6] and list(mesh.attrs["gridGlobalOffset"]) == [0, 0]
    assert sorted(mesh) == ["x", "y", "z"]
    for component in mesh.values():
        assert component.shape == (4, 6) and component.dtype == "float64" and (component[:] == 1).all()
        assert list(component.attrs["position"]) == [0.5, 0.5] and component.attrs["unitSI"] == 1
    xdmf = tree.parse(folder + "/fields.xdmf")
    topology = [item for item in xdmf.iter("Topology")]
    assert [(one.get("TopologyType"), one.get("Dimensions")) for one in topology] == [("2DCoRectMesh", "5 7")]
    items = [item for item in xdmf.iter("DataItem") if item.get("Format") == "HDF"]
    assert len(items) == 3
    for item in items:
        name, path = item.text.split(":")
        assert name == "fields.h5" and file[path].shape == tuple(map(int, item.get("Dimensions").split())), item.text
with h5py.File(folder + "/table.h5") as file:
    assert file["columns/state"].shape == (4, 3) and file["columns/state"].maxshape == (None, 3)
    assert (file["columns/state"][:] == 1).all() and file["committed"][0] == 4
print("h5py reads what was written")
END
