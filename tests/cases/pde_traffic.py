"""What ranks send in a step of one equation over all of them is what `tessera check` foretells.

Counted is the difference of two runs, without what start and output send. The figures foretold are those of the rank
that sends most, rounded for print.
"""
import re

from tessera_case import Case, summary

case = Case()
deck = case.write("large.toml", """title = "Large"
[[stage]]
name = "large"
type = "pde"
id = "burgers"
points = [16384]
substep = 0.005
sample_time = 0.01
steps = 20
output.series = 20
""")

for ranks in (2, 4):
    told = case.run(["check", deck, "-n", str(ranks)])
    case.expect(told, 0, f"check for {ranks} ranks")
    case.check(re.search(r"MB a rank on \d ranks, [\d.]+ MB an environment$", told.out, re.MULTILINE), "bytes", told)
    sent = re.search(r"sends in a step: (\S+) messages, (\S+) kB; and (\S+) collectives", told.out)
    foretold = dict(zip(("messages", "bytes", "collectives"), (float(text) for text in sent.groups())))
    foretold["bytes"] *= 1e3
    runs = {}
    for steps in (20, 40):
        folder = case.path(f"{ranks}for{steps}")
        case.expect(case.run(["run", deck, f"large.steps={steps}", f"large.output.series={steps}", "--out", folder],
                             ranks), 0, f"{ranks} ranks")
        runs[steps] = summary(folder)["stages"][0]["sent_per_step"]
    for name, expected in foretold.items():
        found = (40 * runs[40][name]["max"] - 20 * runs[20][name]["max"]) / 20
        print(f"{ranks} ranks: {name}: counted {found:.2f}, foretold {expected:.2f}")
        case.check(abs(found / expected - 1) < 1e-3, f"{ranks} ranks: {name}: counted {found}, foretold {expected}")
case.finish()
