"""The model of a step's time (`tessera check --rate`) against steps over slow networks between two hosts.

What goes into the model is measured apart: the rate on one rank, the latency by a byte of TCP to and fro. A step is the
difference of two runs, without the time of output, which crosses the slow network as well. The predicted time is to be
within 15 % on a machine that does nothing else; on a busy one processes wait for milliseconds, and the case is skipped.
"""
import re
import time

import two_hosts
from tessera_case import Case, melt, skip, summary

TOLERANCE = 0.15
BEGIN, END = 50, 150
two_hosts.enter()


def idle_share():
    """Of all processors in the coming two seconds."""
    def read():
        with open("/proc/stat") as file:
            return [int(word) for word in file.readline().split()[1:9]]
    before = read()
    time.sleep(2.0)
    passed = [late - early for early, late in zip(before, read())]
    return passed[3] / max(1, sum(passed))


if (idle := idle_share()) < 0.8:
    skip(f"the processors are busy with something else ({100 * idle:.0f} % idle): no time to measure times")
case = Case()
deck = case.write("melt.toml", melt(cells=20, steps=END, every=0, series=END))
case.expect(case.run(["run", deck, "--out", case.path("alone")]), 0, "one rank")
rate = case.path("alone/summary.json")


def step_seconds(hosts, name):
    seconds = []
    for steps in (BEGIN, END):
        folder = case.path(f"{name}_{steps}")
        ended = hosts.run(["run", deck, f"melt.steps={steps}", "--out", folder])
        if not case.expect(ended, 0, name):
            return float("nan")
        found = summary(folder)
        output = sum(region["mean_seconds"] for region in found["regions"] if region["name"] == "run/output")
        seconds.append(found["stages"][0]["loop_seconds"] - output)
    return (seconds[1] - seconds[0]) / (END - BEGIN)


for latency, bandwidth in ((10e-3, 125e6), (5e-3, 12.5e6)):
    name = f"{1e3 * latency:g} ms, {8e-6 * bandwidth:g} Mbit/s"
    hosts = two_hosts.TwoHosts(case, latency, bandwidth)
    measured_latency = two_hosts.measured_latency()
    case.check(latency < measured_latency < latency + 1e-3, f"{name}: a byte takes {measured_latency} s")
    ended = case.run(["check", deck, "--ranks", "2", "--rate", rate, "--latency", str(measured_latency),
                      "--bandwidth", str(bandwidth), "--overhead", "0"])
    case.expect(ended, 0, "check")
    predicted = 1e-6 * float(re.search(r"step +(\S+) us +100.0 %", ended.out).group(1))
    measured = step_seconds(hosts, name)
    hosts.close()
    print(f"{name}: latency {1e3 * measured_latency:.2f} ms; a step took {1e3 * measured:.2f} ms, predicted "
          f"{1e3 * predicted:.2f} ms, {100 * (predicted / measured - 1):+.1f} %")
    print("\n".join(line for line in ended.out.splitlines() if " us " in line))
    case.check(abs(predicted / measured - 1) < TOLERANCE, f"{name}: predicted {predicted} s, measured {measured} s")
case.finish()
