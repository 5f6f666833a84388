"""What ranks send in a step of a melt is what `tessera check` predicts from the tiling alone.

Counted are the steps from 100 to 200, as the difference of two runs: by then the crystal, whose planes lie on cuts, is
a fluid, and what start and output send falls out. The prediction is for particles that fill the box evenly; it is to
hold within 5 %. Free flight lets it expect a fifth too many list builds, which are a tenth of what is sent.
"""
import re

from tessera_case import Case, melt, summary

TOLERANCE = 0.05
BEGIN, END = 100, 200
case = Case()
deck = case.write("melt.toml", melt(cells=12, steps=END, every=0, series=50))


def run(ranks, steps):
    folder = case.path(f"on{ranks}for{steps}")
    case.expect(case.run(["run", deck, f"melt.steps={steps}", "--out", folder], ranks), 0, f"{ranks} ranks")
    return summary(folder)["stages"][0]


def counted(ranks):
    """Messages, bytes and collectives a step, in the mean over ranks, and arithmetic of a step."""
    early, late = run(ranks, BEGIN), run(ranks, END)
    sent = [late["sent_per_step"][name]["mean"] * END - early["sent_per_step"][name]["mean"] * BEGIN
            for name in ("messages", "bytes", "collectives")]
    for name in ("messages", "bytes"):
        case.check(late["sent_per_step"][name]["max"] >= late["sent_per_step"][name]["mean"], f"{name}: max < mean")
    return [value / (END - BEGIN) for value in sent], late["flops_per_step"]


def predicted(ranks):
    ended = case.run(["check", deck, "--ranks", str(ranks), "--rate", "1e7"])
    case.expect(ended, 0, f"check for {ranks} ranks")
    sent = re.search(r"sends in a step: (\S+) messages, (\S+) kB; and (\S+) collectives", ended.out)
    arithmetic = float(re.search(r"arithmetic +(\S+) us", ended.out).group(1))
    return ([float(sent.group(1)), 1e3 * float(sent.group(2)), float(sent.group(3))] if sent else [0, 0, 0], arithmetic)


flops = {}
arithmetic = {}
for ranks in (1, 2, 4, 7, 8) if case.is_long else (1, 2, 4):
    found, flops[ranks] = counted(ranks)
    expected, arithmetic[ranks] = predicted(ranks)
    for name, one, other in zip(("messages", "bytes", "collectives"), found, expected):
        print(f"{ranks} ranks: {name:11} a step: counted {one:10.2f}, predicted {other:10.2f}, "
              f"{100 * (other / one - 1) if one else 0:+.1f} %")
        if ranks == 1:
            case.check(one == 0 and other == 0, f"one rank sends {name}: {one}, {other}")
        else:
            case.check(abs(other / one - 1) < TOLERANCE, f"{ranks} ranks: {name}: counted {one}, predicted {other}")
    growth = flops[ranks] / flops[1], arithmetic[ranks] * ranks / arithmetic[1]
    print(f"{ranks} ranks: arithmetic of all over that of one: counted {growth[0]:.3f}, predicted {growth[1]:.3f}")
    case.check(abs(growth[1] / growth[0] - 1) < TOLERANCE, f"{ranks} ranks: arithmetic grows by {growth}")
case.finish()
