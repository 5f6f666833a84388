#!/usr/bin/env python3
"""usage: jobs/convert_trajcast.py SOURCE model.h5 [--sizes FILE] [--species O,Si] [--interval FS] [--names FILE] ...
       jobs/convert_trajcast.py --back model.h5 TARGET

Weights of a forecasting network from other programs into the model.h5 that Tessera forecasts with, and back.

SOURCE is one of
  weights.h5[:GROUP]  HDF5 with a group `weights` of tensors by name, sizes as attributes beside it
  state.npz           NumPy arrays by name, in the order of the network
  state.pt            a state of PyTorch: a dictionary of tensors, or one that holds it (needs torch)
TARGET is an HDF5 or npz file of tensors by Tessera's names (layer0/edge_mlp_0...), sizes as attributes or in `sizes`.

Tensors are those of the TrajCast library 1.0 in e3nn's layout and order: Bessel roots, the embedding of speeds, the
initial linear map; in each layer the edge network, contraction, speed network, update, self-connection; compression,
readout. Matrices are (in, out), flat ones hold a matrix a pair of blocks, one after the other. Of SOURCE, tensors that
bear Tessera's names are taken by name, otherwise by --names (JSON: Tessera's name -> theirs), and else in order: all
tensors of real numbers that are not empty, and whose sizes are those wanted; others may stand between them only if no
sizes are missed. Weights saved by a backend that stores matrices (out, in) need --transpose.

--sizes is JSON with the names of the library: max_rotation_order, num_hidden_channels, num_mp_layers, edge_cutoff,
num_edge_rbf, num_edge_poly_cutoff, num_vel_rbf, vel_max, mlp_hidden, avg_num_neighbors, rms_displacement,
rms_velocity, conserve_ang_mom, net_lin_mom, net_ang_mom. Prints what went where with --verbose. Exit status 2 where
something does not fit.
"""
import argparse
import json
import sys

import h5py
import numpy as np

SIZES = ("max_rotation_order num_hidden_channels num_mp_layers edge_cutoff num_edge_rbf num_edge_poly_cutoff "
         "num_vel_rbf vel_max mlp_hidden avg_num_neighbors rms_displacement rms_velocity conserve_ang_mom").split()
OURS = {"max_rotation_order": "l_max", "num_hidden_channels": "channels", "num_mp_layers": "num_layers",
        "edge_cutoff": "cutoff", "num_edge_rbf": "num_radial", "num_edge_poly_cutoff": "envelope_power",
        "num_vel_rbf": "num_speed", "vel_max": "speed_max", "mlp_hidden": "hidden",
        "avg_num_neighbors": "mean_neighbours", "rms_displacement": "displacement_scale",
        "rms_velocity": "velocity_scale", "net_lin_mom": "momentum", "net_ang_mom": "angular_momentum",
        "num_chem_elements": "num_species"}
# Standard atomic weights, g/mol.
MASSES = {"H": 1.008, "Li": 6.94, "B": 10.81, "C": 12.011, "N": 14.007, "O": 15.999, "F": 18.998, "Na": 22.990,
          "Mg": 24.305, "Al": 26.982, "Si": 28.085, "P": 30.974, "S": 32.06, "Cl": 35.45, "K": 39.098, "Ca": 40.078,
          "Ti": 47.867, "Fe": 55.845, "Ni": 58.693, "Cu": 63.546, "Zn": 65.38, "Ge": 72.630, "Br": 79.904,
          "Zr": 91.224, "Mo": 95.95, "Ag": 107.87, "I": 126.90, "Pt": 195.08, "Au": 196.97, "Pb": 207.2}


class Misfit(Exception):
    """Something that does not fit, for the user."""


def path_blocks(blocks, l_max):
    """Irreps (l, parity) of the blocks of a channel-wise product with harmonics up to l_max, in order."""
    paths = []
    for l, parity in blocks:
        for other in range(l_max + 1):
            for result in range(abs(l - other), min(l + other, l_max) + 1):
                paths.append((result, parity * (-1) ** other))
    return sorted(paths)  # by l, odd (-1) before even


def wanted_tensors(sizes):
    """[(name, shape)] in the order of the network."""
    l_max, c, s = sizes["max_rotation_order"], sizes["num_hidden_channels"], sizes["num_chem_elements"]
    radial, speeds, hidden = sizes["num_edge_rbf"], sizes["num_vel_rbf"], list(sizes["mlp_hidden"])
    natural = [(l, (-1) ** l) for l in range(l_max + 1)]
    tensors = [("bessel_roots", (radial,)), ("velocity_embedding", (speeds * s * speeds,)),
               ("initial_linear", ((s + speeds) * c + l_max * c,))]

    def mlp(name, first, last):
        widths = [first] + hidden + [last]
        tensors.extend((f"{name}_{n}", (widths[n], widths[n + 1])) for n in range(len(widths) - 1))

    blocks = natural
    for layer in range(sizes["num_mp_layers"]):
        edge = path_blocks(blocks, l_max)
        contracted = sorted(set(edge))
        velocity = path_blocks(contracted, l_max)
        out = sorted(set(velocity))
        gates = c * sum(1 for l, _ in out if l > 0)
        mlp(f"layer{layer}/edge_mlp", radial, len(edge) * c)
        tensors.append((f"layer{layer}/contraction", (c * c * len(edge),)))
        mlp(f"layer{layer}/velocity_mlp", speeds, len(velocity) * c)
        tensors.append((f"layer{layer}/update",
                        (sum(c * (c + gates if block == (0, 1) else c) for block in velocity),)))
        tensors.append((f"layer{layer}/self_connection", (sum(c * s * c for block in blocks if block in out),)))
        blocks = out
    tensors += [("compression", (c * (c // 4),)), ("readout", ((c // 4) * 2,))]
    return tensors


def plain(value):
    value = np.asarray(value)
    return value.item() if value.ndim == 0 else value.tolist()


def read_h5(name):
    """Tensors by name in their order, and what attributes say."""
    path, _, group = name.partition(":")
    with h5py.File(path, "r") as file:
        root = file[group] if group else file
        sizes = {key: plain(value) for key, value in list(file.attrs.items()) + list(root.attrs.items())}
        if "weights" not in root:
            raise Misfit(f"{name}: there is no group 'weights'")
        found = []
        root["weights"].visititems(
            lambda key, item: found.append((key, item[()], item.attrs.get("index", len(found))))
            if isinstance(item, h5py.Dataset) else None)
    return {key: value for key, value, _ in sorted(found, key=lambda entry: entry[2])}, sizes


def read_torch(path):
    import torch  # only where it is needed
    state = torch.load(path, map_location="cpu", weights_only=True)
    sizes = {}
    for key in ("state_dict", "model_state_dict", "model"):
        if isinstance(state, dict) and isinstance(state.get(key), dict):
            sizes = {name: state[name] for name in SIZES if name in state}
            state = state[key]
    return {name: value.detach().numpy() for name, value in state.items() if hasattr(value, "detach")}, sizes


def read_source(name):
    if name.endswith((".pt", ".pth")):
        return read_torch(name)
    if name.endswith(".npz"):
        with np.load(name) as arrays:
            return ({key: arrays[key] for key in arrays.files if key != "sizes"},
                    json.loads(str(arrays["sizes"])) if "sizes" in arrays.files else {})
    return read_h5(name)


def take_in_order(tensors, wanted):
    """The one way to find the sizes wanted among the tensors, in order."""
    usable = [(name, value) for name, value in tensors.items() if value.size > 0 and value.dtype.kind == "f"]
    chosen, place = {}, 0
    for name, shape in wanted:
        size = int(np.prod(shape))
        while place < len(usable) and usable[place][1].size != size:
            place += 1
        if place == len(usable):
            raise Misfit(f"no tensor of {size} numbers is left for {name}: are the sizes right? --names FILE says "
                         "which is which")
        chosen[name] = usable[place]
        place += 1
    return chosen


def choose(tensors, wanted, names):
    if names:
        missing = [name for name, _ in wanted if names.get(name) not in tensors]
        if missing:
            raise Misfit(f"--names: there is nothing for {', '.join(missing)}")
        return {name: (names[name], tensors[names[name]]) for name, _ in wanted}
    if all(name in tensors for name, _ in wanted):
        return {name: (name, tensors[name]) for name, _ in wanted}
    return take_in_order(tensors, wanted)


def mixed(bits, first):
    """Sum of the finaliser of splitmix64 over values and their places, as in src/data/io/hash.cpp."""
    with np.errstate(over="ignore"):
        index = np.arange(1, len(bits) + 1, dtype=np.uint64) + np.uint64(first)
        z = bits ^ (index * np.uint64(0x9E3779B97F4A7C15))
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return int(np.sum(z ^ (z >> np.uint64(31)), dtype=np.uint64))


def hash_arrays(arrays):
    total = 0
    for name, values in arrays.items():
        first = mixed(np.frombuffer(name.encode(), np.uint8).astype(np.uint64), 0)
        total += mixed(np.ascontiguousarray(values, "<f8").view(np.uint64).ravel(), first)
    return total % 2 ** 64


def write_model(path, arrays):
    with h5py.File(path, "w") as file:
        file.attrs["software"] = np.bytes_("Tessera")
        file.attrs["model"] = np.bytes_("trajcast")
        file.attrs.create("hash", hash_arrays(arrays), dtype="<u8")
        for name, values in arrays.items():
            file.create_dataset("arrays/" + name, data=np.asarray(values, "<f8"))


def convert(options):
    tensors, sizes = read_source(options.source)
    if options.sizes:
        with open(options.sizes, encoding="utf-8") as text:
            sizes.update(json.load(text))
    species = [name.strip() for name in options.species.split(",")]
    sizes.setdefault("num_chem_elements", len(species))
    missing = [name for name in SIZES if name not in sizes]
    if missing:
        raise Misfit(f"--sizes: {', '.join(missing)}: what they are is not said")
    if sizes["num_chem_elements"] != len(species):
        raise Misfit(f"--species: {len(species)} for a network of {sizes['num_chem_elements']}")
    masses = [float(text) for text in options.masses.split(",")] if options.masses else [
        MASSES.get(name) for name in species]
    if len(masses) != len(species) or None in masses:
        raise Misfit("--masses: one for each species, in g/mol")
    wanted = wanted_tensors(sizes)
    names = None
    if options.names:
        with open(options.names, encoding="utf-8") as text:
            names = json.load(text)

    arrays = {"species": [[float(byte) for byte in ("\n".join(species) + "\n").encode()]], "masses": [masses],
              "interval": [[options.interval]]}
    seen = np.zeros((1, 14))
    seen[0, 2:4] = sizes["rms_displacement"], sizes["rms_velocity"]
    seen[0, 6] = sizes["avg_num_neighbors"]
    arrays["seen"] = seen
    for theirs, ours in OURS.items():
        if sizes.get(theirs) is not None:
            arrays["parameter." + ours] = np.atleast_2d(np.asarray(sizes[theirs], float))
    arrays["parameter.conservation"] = [[2.0 if sizes["conserve_ang_mom"] else 1.0]]
    arrays["parameter.prunes_last_layer"] = [[1.0]]
    for number, (name, (theirs, value)) in enumerate(choose(tensors, wanted, names).items()):
        shape = dict(wanted)[name]
        value = np.asarray(value, float)
        if value.size != int(np.prod(shape)):
            raise Misfit(f"{theirs} has {value.size} numbers; {name} has {' x '.join(map(str, shape))}")
        if options.transpose and len(shape) == 2:
            value = value.reshape(shape[::-1]).T
        if not np.all(np.isfinite(value)):
            raise Misfit(f"{theirs} has numbers that are not finite")
        arrays[f"weight.{number:05d}.{name.replace('/', '.')}"] = np.atleast_2d(value.reshape(shape))
        if options.verbose:
            print(f"{theirs} -> {name} {' x '.join(map(str, shape))}")
    write_model(options.target, dict(sorted((key, np.atleast_2d(np.asarray(value, float)))
                                            for key, value in arrays.items())))


def convert_back(options):
    with h5py.File(options.source, "r") as file:
        if "arrays" not in file:
            raise Misfit(f"{options.source}: this is no model.h5")
        arrays = {name: item[()] for name, item in file["arrays"].items()}
    theirs = {ours: name for name, ours in OURS.items()}
    sizes = {}
    for name, values in arrays.items():
        key = theirs.get(name.partition("parameter.")[2])
        if key:
            numbers = [int(v) if v == int(v) and key not in ("edge_cutoff", "vel_max") else float(v)
                       for v in values.ravel()]
            sizes[key] = numbers if key in ("mlp_hidden", "net_lin_mom", "net_ang_mom") else numbers[0]
    sizes["conserve_ang_mom"] = bool(arrays["parameter.conservation"].ravel()[0] == 2.0)
    weights = [arrays[name] for name in sorted(arrays) if name.startswith("weight.")]
    wanted = wanted_tensors(sizes)
    if len(weights) != len(wanted):
        raise Misfit(f"{options.source}: {len(weights)} tensors of weights; expected {len(wanted)}")
    tensors = {name: values.reshape(shape) for (name, shape), values in zip(wanted, weights)}
    if options.target.endswith(".npz"):
        np.savez(options.target, sizes=json.dumps(sizes), **tensors)
        return
    with h5py.File(options.target, "w") as file:
        file.attrs.update(sizes)
        for number, (name, values) in enumerate(tensors.items()):
            file.create_dataset("weights/" + name, data=values).attrs["index"] = number


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--back", action="store_true", help="from model.h5")
    parser.add_argument("--sizes", help="JSON")
    parser.add_argument("--species", default="", help="names in the order of their indices: H,C,N,O")
    parser.add_argument("--masses", default="", help="g/mol, where the weights of the elements do not serve")
    parser.add_argument("--interval", type=float, default=0.0, help="of one forecast step, fs")
    parser.add_argument("--names", help="JSON: Tessera's name -> theirs")
    parser.add_argument("--transpose", action="store_true", help="matrices are (out, in)")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    try:
        if options.back:
            convert_back(options)
            return 0
        if not options.species or not options.interval > 0.0:
            raise Misfit("give --species and --interval")
        convert(options)
        return 0
    except (Misfit, OSError, KeyError, ImportError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
