"""A melt over two hosts that only TCP joins is the one that a single host computes, and its messages cross the link.

Sums over ranks differ by rounding; see ranks.py for the tolerance.
"""
import two_hosts
from tessera_case import Case, difference, melt, read_series, summary

TOLERANCE = 1e-10
STEPS = 100
two_hosts.enter()
case = Case()
deck = case.write("melt.toml", melt(cells=8, steps=STEPS, every=0, series=10))
alone, apart = case.path("alone"), case.path("apart")
case.expect(case.run(["run", deck, "--out", alone]), 0, "one host")

hosts = two_hosts.TwoHosts(case)
before = hosts.bytes_sent("two")
case.expect(hosts.run(["run", deck, "--out", apart]), 0, "two hosts")
crossed = hosts.bytes_sent("two") - before
found = summary(apart)
case.check("2 hosts" in found["placement"], f"these are not two hosts: {found['placement']}")
one, two = read_series(alone), read_series(apart)
case.check(one[0] == two[0] and len(one[1]) == STEPS // 10 + 1, "series have other columns or rows")
apart_by = difference(one[1], two[1])
case.check(apart_by < TOLERANCE, f"series differ by {apart_by:.2g} > {TOLERANCE}")

# The link counts headers, acknowledgements, the launcher, and what start and end send too: a tenth, seen here.
sent = found["stages"][0]["sent_per_step"]
counted = STEPS * (sent["bytes"]["mean"] + sent["collective_bytes"]["mean"])
print(f"series differ by {apart_by:.2g}; {crossed} bytes crossed the link, of which the program counted {counted:.0f}")
case.check(1.0 < crossed / counted < 1.2, f"{crossed} bytes crossed the link, {counted} were counted")
hosts.close()
case.finish()
