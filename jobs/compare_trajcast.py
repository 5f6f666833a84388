#!/usr/bin/env python3
"""usage: jobs/compare_trajcast.py [--bench PROGRAM] [--cases A,B] [--precision P] [--repeats N] [--keep-memory]

The same passes through forecasting networks in PyTorch and in Tessera, one thread each. tessera_bench_trajcast writes
configurations and weights; PyTorch does the network's arithmetic as the TrajCast library does (path weights by matrix
products, messages of all edges in memory, path by path, pooled by index_add), once as it is and once traced by
torch.jit: the faster one counts. Both answers must agree. Then both are measured. Prints milliseconds of processor
time, the least of several passes: of the library, as published for another machine; of PyTorch here; of Tessera; how
many times as long PyTorch takes as Tessera (with tables: as Tessera's forward pass with them), and what the library's
time is to PyTorch's, which is what this machine and this writing of the same work differ by.
With --keep-memory, what PyTorch frees stays with the process. Needs PyTorch and NumPy (jobs/install.sh compare).
"""
import argparse
import ctypes
import itertools
import math
import os
import shlex
import subprocess
import tempfile
import time

import numpy
import torch

SILU, TANH = 1.6791767923989418, 1.5937334472592695
BATCH = 10


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", default="build/release/apps/tessera_bench_trajcast")
    parser.add_argument("--cases", default="benzene,quartz,water,small")
    parser.add_argument("--precision", default="double,single")
    parser.add_argument("--repeats", type=int, default=3, help="passes of each measurement at least")
    parser.add_argument("--seconds", type=float, default=0.5, help="of each measurement at least")
    parser.add_argument("--keep-memory", action="store_true")
    return parser.parse_args()


def harmonics(vectors, l_max):
    """Real spherical harmonics of directions, l <= 2, polar axis y, squares of an order sum to 2 l + 1."""
    x, y, z = (vectors / vectors.norm(dim=1, keepdim=True).clamp(min=1e-12)).unbind(1)
    parts = [torch.ones_like(x)[:, None], math.sqrt(3) * torch.stack([x, y, z], 1)]
    if l_max == 2:
        parts.append(torch.stack([math.sqrt(15) * x * z, math.sqrt(15) * x * y,
                                  math.sqrt(5) * (y * y - 0.5 * (x * x + z * z)), math.sqrt(15) * y * z,
                                  0.5 * math.sqrt(15) * (z * z - x * x)], 1))
    return parts


def clebsch_gordan(j1, m1, j2, m2, j3, m3):
    """Racah's formula."""
    if m1 + m2 != m3:
        return 0.0
    f = math.factorial
    size = math.sqrt((2 * j3 + 1) * f(j3 + j1 - j2) * f(j3 - j1 + j2) * f(j1 + j2 - j3) / f(j1 + j2 + j3 + 1))
    size *= math.sqrt(f(j3 + m3) * f(j3 - m3) * f(j1 - m1) * f(j1 + m1) * f(j2 - m2) * f(j2 + m2))
    total = 0.0
    for k in range(j1 + j2 - j3 + 1):
        terms = (k, j1 + j2 - j3 - k, j1 - m1 - k, j2 + m2 - k, j3 - j2 + m1 + k, j3 - j1 - m2 + k)
        if min(terms) >= 0:
            total += (-1) ** k / math.prod(f(t) for t in terms)
    return size * total


def real_basis(order):
    """Rows: complex components, columns: real ones."""
    q = numpy.zeros((2 * order + 1,) * 2, complex)
    q[order, order] = 1
    for m in range(1, order + 1):
        sign, root = (-1) ** m, math.sqrt(0.5)
        q[order + m, order + m], q[order + m, order - m] = sign * root, 1j * sign * root
        q[order - m, order + m], q[order - m, order - m] = root, -1j * root
    return (-1j) ** order * q


def coupling(l1, l2, l3):
    """Of unit Frobenius norm."""
    orders = [range(-order, order + 1) for order in (l1, l2, l3)]
    tensor = numpy.array([clebsch_gordan(l1, a, l2, b, l3, c) for a, b, c in itertools.product(*orders)])
    tensor = tensor.reshape([len(o) for o in orders])
    tensor = numpy.einsum("pa,qb,rc,pqr->abc", real_basis(l1), real_basis(l2), real_basis(l3).conj(), tensor).real
    return tensor / numpy.linalg.norm(tensor)


def canonical(irreps):
    return sorted(set(irreps), key=lambda irrep: (irrep[0], irrep[1]))


class Weights:
    """Tensors one after the other."""

    def __init__(self, numbers, dtype):
        self.numbers, self.first = torch.as_tensor(numpy.array(numbers)).to(dtype), 0
        self.parameters = []

    def take(self, *shape):
        count = math.prod(shape)
        part = torch.nn.Parameter(self.numbers[self.first:self.first + count].reshape(shape).clone())
        self.first += count
        self.parameters.append(part)
        return part


class Product:
    """Channel by channel, every path with weights of its own: features (lists of rows x channels x components) times
    harmonics. All paths' results stand behind one another, in one array."""

    def __init__(self, irreps, l_max, channels, dtype):
        paths = [(a, l2, (l3, irrep[1] * (-1) ** l2)) for a, irrep in enumerate(irreps) for l2 in range(l_max + 1)
                 for l3 in range(abs(irrep[0] - l2), min(irrep[0] + l2, l_max) + 1)]
        paths.sort(key=lambda path: (path[2][0], path[2][1]))
        self.channels, self.irreps = channels, [path[2] for path in paths]
        self.paths = [(a, irreps[a][0], l2, out[0]) for a, l2, out in paths]
        self.tensors = {}
        for _, l1, l2, l3 in self.paths:
            tensor = math.sqrt(2 * l3 + 1) * coupling(l1, l2, l3).reshape(-1, 2 * l3 + 1)
            self.tensors[l1, l2, l3] = torch.as_tensor(tensor).to(dtype)
        self.sizes = [channels * (2 * l3 + 1) for _, _, _, l3 in self.paths]

    def __call__(self, blocks, directions, weights):
        c, rows = self.channels, weights.shape[0]
        outer, results = {}, []
        for n, (a, l1, l2, l3) in enumerate(self.paths):
            weight = weights[:, n * c:(n + 1) * c]
            if l2 == 0:  # a copy
                result = weight[:, :, None] * blocks[a]
            elif l1 == 0:
                result = (weight * blocks[a][:, :, 0])[:, :, None] * directions[l2][:, None, :]
            else:
                if (a, l2) not in outer:
                    outer[a, l2] = torch.einsum("zui,zj->zuij", blocks[a], directions[l2]).reshape(rows * c, -1)
                result = weight[:, :, None] * (outer[a, l2] @ self.tensors[l1, l2, l3]).reshape(rows, c, -1)
            results.append(result.reshape(rows, -1))
        return torch.cat(results, 1)

    def split(self, rows):
        """Blocks of each irrep, all of its paths' channels together."""
        parts = [part.reshape(rows.shape[0], self.channels, -1) for part in rows.split(self.sizes, 1)]
        return {irrep: [part for part, own in zip(parts, self.irreps) if own == irrep]
                for irrep in canonical(self.irreps)}


def perceptron(weights, widths):
    layers = [weights.take(a, b) for a, b in zip(widths, widths[1:])]

    def apply(x):
        for n, layer in enumerate(layers):
            x = x @ layer / math.sqrt(widths[n])
            if n + 1 < len(layers):
                x = SILU * torch.nn.functional.silu(x)
        return x
    return apply


class Linear:
    """One matrix for the channels of each irrep."""

    def __init__(self, weights, sizes):
        """sizes: irrep, channels of the input, channels of the output."""
        self.matrices = {irrep: (weights.take(a, b), math.sqrt(a)) for irrep, a, b in sizes}

    def __call__(self, blocks):
        return {irrep: torch.einsum("zum,uw->zwm", blocks[irrep], matrix) / scale
                for irrep, (matrix, scale) in self.matrices.items()}


class Layer:
    def __init__(self, weights, irreps, p, dtype):
        c, s, hidden = p["channels"], p["species"], p["hidden"]
        self.irreps = irreps
        self.messages = Product(irreps, p["l_max"], c, dtype)
        pooled = canonical(self.messages.irreps)
        self.turned = Product(pooled, p["l_max"], c, dtype)
        self.out = canonical(self.turned.irreps)
        self.gated = [irrep for irrep in self.out if irrep[0] > 0]
        self.edge_network = perceptron(weights, [p["radial"], *hidden, len(self.messages.paths) * c])
        self.contraction = Linear(weights, [(i, self.messages.irreps.count(i) * c, c) for i in pooled])
        self.speed_network = perceptron(weights, [p["speeds"], *hidden, len(self.turned.paths) * c])
        widths = {irrep: c for irrep in self.out}
        widths[0, 1] = c * (1 + len(self.gated))
        self.update = Linear(weights, [(i, self.turned.irreps.count(i) * c, widths[i]) for i in self.out])
        self.own = {irrep: weights.take(c, s, c) for irrep in irreps}
        self.pooled, self.p = pooled, p

    def __call__(self, h, graph):
        c, atoms = self.p["channels"], h[self.irreps[0]].shape[0]
        path_weights = self.edge_network(graph["radial"])
        messages = self.messages([h[irrep][graph["sender"]] for irrep in self.irreps], graph["edge_harmonics"],
                                 path_weights)
        pooled = torch.zeros(atoms, messages.shape[1], dtype=messages.dtype)
        pooled = pooled.index_add(0, graph["receiver"], messages) / self.p["neighbours"]
        blocks = self.contraction({i: torch.cat(parts, 1) for i, parts in self.messages.split(pooled).items()})
        turned = self.turned([blocks[irrep] for irrep in self.pooled], graph["velocity_harmonics"],
                             self.speed_network(graph["speed_embedding"]))
        mixed = self.update({i: torch.cat(parts, 1) for i, parts in self.turned.split(turned).items()})
        silu = torch.nn.functional.silu
        new = {(0, -1): TANH * torch.tanh(mixed[0, -1]), (0, 1): SILU * silu(mixed[0, 1][:, :c])}
        for k, irrep in enumerate(self.gated):
            new[irrep] = SILU * silu(mixed[0, 1][:, (k + 1) * c:(k + 2) * c]) * mixed[irrep]
        for irrep, weight in self.own.items():
            own = torch.einsum("zum,zs->zusm", h[irrep], graph["one_hot"])
            new[irrep] = new[irrep] + torch.einsum("zusm,usw->zwm", own, weight) / math.sqrt(c * self.p["species"])
        return {irrep: math.sqrt(0.5) * new[irrep] for irrep in self.out}


class Network(torch.nn.Module):
    def __init__(self, p, numbers, dtype):
        super().__init__()
        self.p, weights = p, Weights(numbers, dtype)
        c, s, speeds = p["channels"], p["species"], p["speeds"]
        first = [(order, (-1) ** order) for order in range(p["l_max"] + 1)]
        self.roots = weights.take(p["radial"])
        self.speed_weights = weights.take(speeds, s, speeds)
        self.initial = Linear(weights, [(i, s + speeds if i == (0, 1) else 1, c) for i in first])
        self.layers, irreps = [], first
        for _ in range(p["layers"]):
            self.layers.append(Layer(weights, irreps, p, dtype))
            irreps = self.layers[-1].out
        self.compression = Linear(weights, [((1, -1), c, c // 4)])
        self.readout = Linear(weights, [((1, -1), c // 4, 2)])
        assert weights.first == len(numbers), "the file has another number of weights"
        self.all_weights = torch.nn.ParameterList(weights.parameters)

    def forward(self, vectors, velocities, positions, masses, one_hot, sender, receiver, configuration):
        p, cutoff = self.p, self.p["cutoff"]
        r = vectors.norm(dim=1, keepdim=True)
        x, power = r / cutoff, p["envelope"]
        envelope = (1 - 0.5 * (power + 1) * (power + 2) * x ** power + power * (power + 2) * x ** (power + 1)
                    - 0.5 * power * (power + 1) * x ** (power + 2))
        radial = 2 / cutoff * torch.sin(self.roots * x) / (r + 1e-5) * envelope * (x < 1)
        speeds, step = p["speeds"], p["speed_max"] / (p["speeds"] + 1)
        centres = step * torch.arange(1, speeds + 1, dtype=r.dtype)
        heights = math.sqrt(speeds) / 1.12 * torch.exp(-((velocities.norm(dim=1, keepdim=True) - centres) / step) ** 2)
        embedding = torch.einsum("zu,zs,usw->zw", heights, one_hot, self.speed_weights)
        embedding = embedding / math.sqrt(speeds * p["species"])
        graph = {"sender": sender, "receiver": receiver, "one_hot": one_hot, "radial": radial,
                 "edge_harmonics": harmonics(vectors, p["l_max"]), "speed_embedding": embedding,
                 "velocity_harmonics": harmonics(velocities, p["l_max"])}
        blocks = {(order, (-1) ** order): graph["velocity_harmonics"][order][:, None, :]
                  for order in range(1, p["l_max"] + 1)}
        blocks[0, 1] = torch.cat([one_hot, embedding], 1)[:, :, None]
        h = self.initial(blocks)
        for layer in self.layers:
            h = layer(h, graph)
        raw = self.readout(self.compression(h))[1, -1]
        return self.conserve(raw[:, 0], raw[:, 1], positions, masses, configuration)

    def conserve(self, d, u, positions, masses, configuration):
        """Momentum zero and, of molecules, angular momentum; `configuration` is one-hot."""
        mass = masses[:, None]
        share = configuration / (configuration.t() @ mass).t()

        def centred(values):
            return values - configuration @ (share.t() @ (mass * values))
        d, u = centred(d), centred(u)
        if self.p["angular"]:
            arms = centred(positions + self.p["displacement_scale"] * d)
            momentum = configuration.t() @ torch.cross(arms, mass * u, dim=1)
            square = (arms * arms).sum(1)
            inertia = torch.einsum("zg,z,zab->gab", configuration, masses,
                                   square[:, None, None] * torch.eye(3, dtype=d.dtype)
                                   - arms[:, :, None] * arms[:, None, :])
            turn = -torch.linalg.solve(inertia, momentum)
            u = u + torch.cross(configuration @ turn, arms, dim=1)
        return torch.cat([d, u], 1)


def read_configuration(path):
    """Header, and arrays by column."""
    with open(path) as file:
        count, header = int(file.readline()), file.readline()
        rows = [file.readline().split() for _ in range(count)]
    words = dict(word.split("=", 1) for word in shlex.split(header))
    numbers = numpy.array([row[1:] for row in rows], float)
    p = {name: int(words[name]) for name in ("l_max", "channels", "layers", "envelope", "radial", "speeds", "species")}
    p.update({name: float(words[name]) for name in ("cutoff", "speed_max", "neighbours", "displacement_scale")})
    p["hidden"] = [int(width) for width in words["hidden"].split()]
    p["angular"] = words["angular"] == "T"
    cell = numpy.array(words["Lattice"].split(), float).reshape(3, 3)
    return p, cell, "T" in words["pbc"], numbers


def find_edges(positions, cell, is_periodic, cutoff):
    reach = [math.ceil(cutoff * numpy.linalg.norm(row)) if is_periodic else 0 for row in numpy.linalg.inv(cell).T]
    found = []
    for image in itertools.product(*(range(-n - 1, n + 2) if is_periodic else [0] for n in reach)):
        vectors = positions[None, :] - positions[:, None] + numpy.array(image) @ cell
        near = (vectors ** 2).sum(2) < cutoff ** 2
        if not any(image):
            numpy.fill_diagonal(near, False)
        receiver, sender = numpy.nonzero(near)
        found.append((receiver, sender, vectors[near]))
    receiver, sender, vectors = (numpy.concatenate(parts) for parts in zip(*found))
    order = numpy.argsort(receiver, kind="stable")
    return receiver[order], sender[order], vectors[order]


def inputs_of(p, cell, is_periodic, numbers, copies, dtype):
    """What a network is called with, of so many copies of a configuration that do not see one another."""
    kinds, masses = numbers[:, 0].astype(int), numbers[:, 1]
    positions, velocities = numbers[:, 2:5], numbers[:, 5:8]
    receiver, sender, vectors = find_edges(positions, cell, is_periodic, p["cutoff"])
    offsets = numpy.repeat(numpy.arange(copies) * len(kinds), len(sender))
    real = [torch.as_tensor(numpy.tile(a, (copies, 1) if a.ndim == 2 else copies)).to(dtype)
            for a in (vectors, velocities, positions, masses, numpy.eye(p["species"])[kinds])]
    whole = [torch.as_tensor(numpy.tile(a, copies) + offsets) for a in (sender, receiver)]
    configuration = torch.eye(copies, dtype=dtype).repeat_interleave(len(kinds), 0)
    return (*real, *whole, configuration)


def least_time(work, arguments, warm_up):
    for _ in range(warm_up):
        work()
    best, start, count = float("inf"), time.process_time(), 0
    while count < arguments.repeats or time.process_time() - start < arguments.seconds:
        before = time.process_time()
        work()
        best = min(best, time.process_time() - before)
        count += 1
    return best


def pytorch_times(network, inputs, arguments, learns):
    """Milliseconds, of each way."""
    times = {}
    for way in ("plain", "traced"):
        with torch.set_grad_enabled(learns):
            call = network if way == "plain" else torch.jit.trace(network, inputs, check_trace=False)

            def work():
                answer = call(*inputs)
                if learns:
                    torch.autograd.grad(0.5 * (answer * answer).sum(), list(network.parameters()), allow_unused=True)
            # torch.jit looks on at first, and only then optimises, gradients last.
            times[way] = 1e3 * least_time(work, arguments, 1 if way == "plain" else 4 if learns else 2)
    return times


def tessera_lines(arguments, *more):
    done = subprocess.run([arguments.bench, "--batch", str(BATCH), *more], check=True, capture_output=True, text=True,
                          env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})
    return done.stdout.splitlines()


def tessera_times(arguments, case, precision):
    """Pass -> milliseconds, and of the library."""
    lines = tessera_lines(arguments, "--cases", case, "--precision", precision, "--passes",
                          "forward,tables,training,learning", "--repeats", str(arguments.repeats), "--seconds",
                          str(arguments.seconds))
    rows = [line.split() for line in lines if line.startswith(case)]
    return {row[1]: (float(row[5]), float("nan") if row[9] == "-" else float(row[9])) for row in rows}


def keep_memory():
    """What PyTorch frees stays with the process: asking the kernel for it again and again can take most of the time."""
    libc = ctypes.CDLL(None)
    trim_threshold, most_mappings = -1, -4
    libc.mallopt(trim_threshold, 1 << 30)
    libc.mallopt(most_mappings, 0)


def compare(arguments, folder, case, precision):
    dtype = torch.float64 if precision == "double" else torch.float32
    p, cell, is_periodic, numbers = read_configuration(f"{folder}/{case}.xyz")
    network = Network(p, numpy.fromfile(f"{folder}/{case}.weights"), dtype)
    one = inputs_of(p, cell, is_periodic, numbers, 1, dtype)
    with torch.no_grad():
        answer = network(*one).numpy()
    difference = abs(answer - numbers[:, 8:14]).max() / abs(answer).max()
    assert difference < (1e-9 if precision == "double" else 1e-3), f"{case}: other answers: {difference}"
    times = {"forward": pytorch_times(network, one, arguments, False)}
    times["tables"] = times["forward"]
    if not is_periodic:
        many = inputs_of(p, cell, is_periodic, numbers, BATCH, dtype)
        times["training"] = pytorch_times(network, many, arguments, True)
        times["learning"] = times["training"]
    for name, (ours, library) in tessera_times(arguments, case, precision).items():
        if name not in times:
            continue
        best = min(times[name].values())
        told = ", ".join(f"{way} {taken:.1f}" for way, taken in times[name].items())
        print(f"{case:8} {name:9} {precision:7} {len(one[0]):6} {difference:9.1e} {library:10.1f} {best:10.1f} "
              f"{ours:10.2f} {best / ours:8.2f} {library / best:8.2f}   ({told})", flush=True)


def main():
    arguments = read_arguments()
    torch.set_num_threads(1)
    if arguments.keep_memory:
        keep_memory()
    print(f"{'network':8} {'pass':9} {'':7} {'edges':>6} {'differ by':>9} {'library ms':>10} {'pytorch ms':>10} "
          f"{'tessera ms':>10} {'pt/tess':>8} {'lib/pt':>8}")
    with tempfile.TemporaryDirectory() as folder:
        tessera_lines(arguments, "--cases", arguments.cases, "--write", folder)
        for case in arguments.cases.split(","):
            for precision in arguments.precision.split(","):
                compare(arguments, folder, case, precision)


if __name__ == "__main__":
    main()
