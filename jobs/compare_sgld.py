#!/usr/bin/env python3
"""usage: jobs/compare_sgld.py [--bench PROGRAM] [--seconds S]

Chain-steps a second of stochastic gradient Langevin dynamics in Tessera (tessera_bench_fsgld: long visits, diagonal
surrogates) beside the same steps in NumPy, vectorised over chains, and for the neural network in PyTorch, batched over
chains (products of batches of matrices, gradients by automatic differentiation), one thread each, by turns. Each step
draws rows with replacement, finds their gradients, adds the prior's and the conducive gradient, and noise.
Prints rates and ratios. Needs NumPy and PyTorch (jobs/install.sh compare).
"""
import argparse
import os
import subprocess
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
import numpy as np  # noqa: E402

CLIENTS, ROWS = 10, 1000  # rows of a client
H = 1e-9


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", default="build/release/apps/tessera_bench_fsgld")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    return parser.parse_args()


def tessera_rates(program, seconds):
    """{(model, chains): chain-steps a second with surrogates}"""
    text = subprocess.run([program, str(seconds)], check=True, capture_output=True, text=True).stdout
    rates = {}
    for line in text.splitlines()[1:]:
        words = line[28:].split()
        rates[line[:28].strip(), int(words[0])] = float(words[2])
    return rates


def rate_of(step, chains, seconds):
    """The best of several turns."""
    step()
    begin = time.perf_counter()
    step()
    once = time.perf_counter() - begin
    count = max(1, int(seconds / 5 / once))
    best = 0.0
    for _ in range(5):
        begin = time.perf_counter()
        for _ in range(count):
            step()
        best = max(best, chains * count / (time.perf_counter() - begin))
    return best


class NumpyChains:
    """Each chain at a client of its own, as in Tessera."""

    def __init__(self, model, width, batch, chains):
        self.random = np.random.default_rng(1)
        self.model, self.batch, self.chains = model, batch, chains
        self.x = self.random.standard_normal((CLIENTS * ROWS, width))
        self.y = (self.x[:, -1] > 0).astype(float)
        if model == "logistic":
            self.x = np.hstack([-self.x, np.ones((CLIENTS * ROWS, 1))])
        d = self.x.shape[1]
        self.theta = np.zeros((chains, d))
        self.shift, self.curvature = np.ones(d), np.full(d, 0.5)
        self.first = ROWS * (np.arange(chains) % CLIENTS)[:, None]

    def step(self):
        rows = self.first + self.random.integers(0, ROWS, (self.chains, self.batch))
        x = self.x[rows]  # (chain, row, feature)
        if self.model == "mean":
            sums = x.sum(1) - self.batch * self.theta
        else:
            eta = np.matmul(x, self.theta[:, :, None])[:, :, 0]
            residual = self.y[rows] - (eta if self.model == "linear" else 1.0 / (1.0 + np.exp(-eta)))
            sums = np.matmul(residual[:, None, :], x)[:, 0, :]
        drift = (CLIENTS * ROWS / self.batch) * sums - self.theta + self.shift - self.curvature * self.theta
        self.theta += 0.5 * H * drift + np.sqrt(H) * self.random.standard_normal(self.theta.shape)


class TorchNetworks:
    """Weights of all chains in one tensor a layer."""

    def __init__(self, precision, batch, chains):
        import torch
        torch.set_num_threads(1)
        torch.manual_seed(1)
        self.torch, self.batch, self.chains = torch, batch, chains
        self.type = torch.float64 if precision == "double" else torch.float32
        widths = [18, 18, 18, 8, 2]
        self.sizes = [(b, a) for a, b in zip(widths, widths[1:])]
        count = sum(a * b + a for a, b in self.sizes)
        self.theta = (0.3 * torch.randn(chains, count, dtype=self.type)).requires_grad_()
        self.x = torch.randn(CLIENTS * ROWS, 18, dtype=self.type)
        self.first = ROWS * (torch.arange(chains) % CLIENTS)[:, None]
        self.y = (self.x[:, -1] > 0).long()
        self.shift = torch.ones(count, dtype=self.type)
        self.curvature = torch.full((count,), 0.5, dtype=self.type)

    def step(self):
        torch = self.torch
        rows = self.first + torch.randint(0, ROWS, (self.chains, self.batch))
        h, place = self.x[rows], 0
        for n, (out, inputs) in enumerate(self.sizes):
            w = self.theta[:, place:place + out * inputs].view(self.chains, out, inputs)
            b = self.theta[:, place + out * inputs:place + out * inputs + out].unsqueeze(1)
            place += out * inputs + out
            h = torch.baddbmm(b, h, w.transpose(1, 2))
            if n + 1 < len(self.sizes):
                h = torch.relu(h)
        loss = torch.nn.functional.cross_entropy(h.reshape(-1, 2), self.y[rows].reshape(-1), reduction="sum")
        (gradient,) = torch.autograd.grad(loss, self.theta)
        with torch.no_grad():
            drift = self.shift - (self.curvature + 1.0) * self.theta - (CLIENTS * ROWS / self.batch) * gradient
            self.theta.add_(drift, alpha=0.5 * H)
            self.theta.add_(torch.randn_like(self.theta), alpha=H ** 0.5)


def main():
    arguments = read_arguments()
    rates = tessera_rates(arguments.bench, arguments.seconds)
    numpy_models = {"mean, d 2, m 10, L 100": ("mean", 2, 10), "logistic, d 21, m 256, L 20": ("logistic", 20, 256),
                    "linear, d 81, m 10, L 600": ("linear", 81, 10)}
    print(f"{'model':30}{'chains':>7}{'Tessera /s':>12}{'other /s':>12}{'ratio':>8}")
    for (name, chains), rate in rates.items():
        if name in numpy_models:
            other, who = NumpyChains(*numpy_models[name], chains), "NumPy"
        elif name.startswith("network"):
            other, who = TorchNetworks(name.split()[-1], 50, chains), "PyTorch"
        else:
            continue
        found = rate_of(other.step, chains, arguments.seconds)
        print(f"{name:30}{chains:7}{rate:12.4g}{found:12.4g}{rate / found:8.2f}  {who}", flush=True)


if __name__ == "__main__":
    main()
