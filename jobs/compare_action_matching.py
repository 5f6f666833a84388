#!/usr/bin/env python3
"""usage: jobs/compare_action_matching.py [--tessera PROGRAM] [--seconds S] [--batch N]

The same training by action matching in PyTorch and in Tessera, one thread each: a scalar network of SiLU layers on
(t, x) of two coordinates, the samples of a Gaussian that moves and widens, Adam. Prints iterations a second of
processor time (what others do on the machine counts little) for 3 x 64 and 4 x 256 units, in double and single
precision, without noise (AM) and with it (eAM, one random direction).
PyTorch's objective is written in several ways, each giving the same gradient, and the fastest one counts:
  double    the gradient of s differentiated once more (eAM: and the derivative along the direction, again)
  tangents  v = (1, grad s) frozen, one forward pass of tangents by hand on top of the layers of that gradient, then
            backward: what Tessera does too
  traced    the same, traced and optimised by torch.jit
OPENBLAS_CORETYPE and the like are inherited. Needs PyTorch (jobs/install.sh compare).
"""
import argparse
import ctypes
import os
import resource
import subprocess
import tempfile
import time

DIM = 2
SIGMA = 0.6
DECK = """
title = "comparison"
[[stage]]
name = "train"
type = "action_matching"
iterations = {iterations}
batch = {batch}
precision = "{precision}"
probes = 1
{sigma}
network.hidden = {hidden}
network.standardise = false
optimiser.average = 0.0
output.series = 1000000
[stage.density]
kind = "mixture"
component = [{{mean = ["1.5*t", "-0.5*t"], variance = ["0.5 + 0.7*t", "1 - 0.4*t"]}}]
"""


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tessera", default="build/release/apps/tessera")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--only", choices=["tessera", "pytorch"])
    return parser.parse_args()


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def tessera_rate(program, hidden, precision, with_noise, batch, seconds):
    """Iterations a second: a long run less a short one."""
    def run(iterations):
        with tempfile.TemporaryDirectory() as folder:
            deck = os.path.join(folder, "deck.toml")
            with open(deck, "w") as file:
                file.write(DECK.format(iterations=iterations, batch=batch, precision=precision, hidden=hidden,
                                       sigma=f'sigma = "{SIGMA}"' if with_noise else ""))
            before = processor_seconds()
            subprocess.run([program, "run", deck, "--out", os.path.join(folder, "run")], check=True,
                           stdout=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "1"})
            return processor_seconds() - before
    short, few = run(5), run(25)
    more = max(20, int(seconds * 20 / max(few - short, 1e-3)))
    return more / max(run(5 + more) - short, 1e-9)


def keep_memory():
    """What PyTorch frees stays with the process: asking the kernel for it again and again can take most of the time."""
    libc = ctypes.CDLL(None)
    trim_threshold, mmap_threshold = -1, -3
    libc.mallopt(trim_threshold, 1 << 30)
    libc.mallopt(mmap_threshold, 1 << 30)


class Pytorch:
    """One training: what its ways of the objective share."""

    def __init__(self, hidden, precision, with_noise, batch):
        import torch
        keep_memory()
        self.torch, self.batch, self.with_noise = torch, batch, with_noise
        torch.set_num_threads(1)
        torch.manual_seed(1)
        self.dtype = torch.float64 if precision == "double" else torch.float32
        widths = [1 + DIM, *hidden, 1]
        self.layers = [torch.nn.Linear(a, b).to(self.dtype) for a, b in zip(widths, widths[1:])]
        self.parameters = [p for layer in self.layers for p in layer.parameters()]
        self.options = {"dtype": self.dtype}

    def samples(self):
        """t, x_t, x_0, x_1 and a random direction."""
        torch, n = self.torch, self.batch
        t = torch.rand(n, 1, **self.options)
        z = torch.randn(3 * n, DIM, **self.options)
        times = torch.cat([t, torch.zeros_like(t), torch.ones_like(t)])
        mean = torch.cat([1.5 * times, -0.5 * times], 1)
        variance = torch.cat([0.5 + 0.7 * times, 1.0 - 0.4 * times], 1)
        x = mean + variance.sqrt() * z
        probe = torch.randint(0, 2, (n, DIM), **self.options) * 2 - 1 if self.with_noise else x[:n]
        return torch.cat([times, x], 1), probe

    def network(self, h):
        silu = self.torch.nn.functional.silu
        for layer in self.layers[:-1]:
            h = silu(layer(h))
        return self.layers[-1](h)

    def double(self, rows, probe):
        torch, n = self.torch, self.batch
        inner = rows[:n].requires_grad_(True)
        s = self.network(inner)
        both = torch.autograd.grad(s.sum(), inner, create_graph=True)[0]
        rate, gradient = both[:, :1], both[:, 1:]
        integrand = 0.5 * (gradient * gradient).sum(1, keepdim=True) + rate
        if self.with_noise:
            second = torch.autograd.grad((gradient * probe).sum(), inner, create_graph=True)[0][:, 1:]
            integrand = integrand + 0.5 * SIGMA ** 2 * (second * probe).sum(1, keepdim=True)
        ends = self.network(rows[n:].detach())
        return (integrand + ends[:n] - ends[n:]).sum() / n

    def tangents(self, rows, probe):
        weights = [p for layer in self.layers for p in (layer.weight, layer.bias)]
        return tangent_loss(rows, probe, self.with_noise, weights)

    def traced(self, rows, probe):
        if not hasattr(self, "program"):
            weights = [p for layer in self.layers for p in (layer.weight, layer.bias)]
            with_noise = self.with_noise
            self.program = self.torch.jit.trace(lambda r, p, *w: tangent_loss(r, p, with_noise, w),
                                                (rows, probe, *weights), check_trace=False)
        return self.program(rows, probe, *[p for layer in self.layers for p in (layer.weight, layer.bias)])

    def rate(self, way, seconds):
        """Iterations a second, with the faster of the two kinds of Adam."""
        torch, best = self.torch, 0.0
        loss_of = getattr(self, way)
        for foreach in (False, True):
            adam = torch.optim.Adam(self.parameters, lr=1e-4, foreach=foreach)

            def iterate():
                adam.zero_grad(set_to_none=True)
                loss = loss_of(*self.samples())
                loss.backward()
                adam.step()
            for _ in range(5):
                iterate()
            start, count = time.process_time(), 0
            while time.process_time() - start < seconds:
                iterate()
                count += 1
            best = max(best, count / (time.process_time() - start))
        return best

    def gradients(self, way, rows, probe):
        for p in self.parameters:
            p.grad = None
        getattr(self, way)(rows.clone(), probe).backward()
        return self.torch.cat([p.grad.flatten() for p in self.parameters])


def tangent_loss(rows, probe, with_noise, weights):
    """One pass for the values at t, 0 and 1; one back for grad s; one of tangents, with the second ones of noise."""
    import torch
    n = probe.shape[0]
    h, slopes, bends = rows, [], []
    for weight, bias in zip(weights[:-2:2], weights[1:-2:2]):
        z = torch.addmm(bias, h, weight.t())
        q = torch.sigmoid(z)
        h = z * q
        inner_z, inner_q, inner_h = z[:n], q[:n], h[:n]
        slopes.append(inner_q + inner_h * (1 - inner_q))
        if with_noise:
            bends.append(inner_q * (1 - inner_q) * (2 + inner_z * (1 - 2 * inner_q)))
    s = torch.addmm(weights[-1], h, weights[-2].t())
    with torch.no_grad():
        g = weights[-2].expand(n, -1)
        for weight, slope in zip(reversed(weights[:-2:2]), reversed(slopes)):
            g = (g * slope) @ weight
        flow = g[:, 1:]
        u = torch.cat([torch.ones_like(flow[:, :1]), flow], 1)
        c = torch.cat([torch.zeros_like(flow[:, :1]), SIGMA * probe], 1) if with_noise else u
        size = 0.5 * (flow * flow).sum()
    for k, weight in enumerate(weights[:-2:2]):
        if with_noise:
            both = torch.cat([u, c]) @ weight.t()
            uz, cz = both[:n], both[n:]
            u = slopes[k] * uz + 0.5 * bends[k] * cz * cz
            c = slopes[k] * cz
        else:
            u = slopes[k] * (u @ weight.t())
    rate = u @ weights[-2].t()
    return (rate.sum() - size + s[n:2 * n].sum() - s[2 * n:].sum()) / n


def pytorch_rates(hidden, precision, with_noise, batch, seconds):
    training = Pytorch(hidden, precision, with_noise, batch)
    ways = ("double", "tangents", "traced")
    rows, probe = training.samples()
    expected = training.gradients("double", rows, probe)
    for way in ways[1:]:
        difference = (training.gradients(way, rows, probe) - expected).abs().max() / expected.abs().max()
        assert difference < (1e-10 if precision == "double" else 1e-3), f"{way}: other gradients: {difference}"
    return {way: training.rate(way, seconds / 2) for way in ways}


def main():
    arguments = read_arguments()
    print(f"{'network':9} {'numbers':8} {'':4} {'tessera':>9} {'pytorch':>9} {'ratio':>6}   iterations a second, "
          f"batch {arguments.batch}")
    for hidden in ([64] * 3, [256] * 4):
        for precision in ("double", "single"):
            for with_noise in (False, True):
                shape = (hidden, precision, with_noise, arguments.batch)
                ours = tessera_rate(arguments.tessera, *shape, arguments.seconds) \
                    if arguments.only != "pytorch" else float("nan")
                rates = pytorch_rates(*shape, arguments.seconds) if arguments.only != "tessera" else {"-": float("nan")}
                best = max(rates.values())
                told = ", ".join(f"{way} {rate:.1f}" for way, rate in rates.items())
                print(f"{len(hidden)} x {hidden[0]:<5} {precision:8} {'eAM' if with_noise else 'AM':4} {ours:9.1f} "
                      f"{best:9.1f} {ours / best:6.2f}   ({told})", flush=True)


if __name__ == "__main__":
    main()
