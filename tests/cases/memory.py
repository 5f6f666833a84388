"""`tessera check` predicts what a rank holds in arrays within 20 %, and the melt needs at most 400 bytes an atom;
600 where the vectors of the processor, and with them the clusters, hold two numbers only."""
import re

from tessera_case import Case, melt, summary

case = Case()
most = 400 if "AVX" in case.run(["--version"]).out else 600
for cells in (10, 20):
    deck = case.write(f"melt{cells}.toml", melt(cells=cells, steps=40, every=0, series=10))
    for ranks in (1, 2):
        what = f"{4 * cells**3} atoms on {ranks} ranks"
        told = case.run(["check", deck, "--ranks", str(ranks)])
        case.expect(told, 0, f"check of {what}")
        predicted = float(re.search(r"([\d.e+]+) MB a rank", told.out).group(1)) * 1e6
        folder = case.path(f"run{cells}.np{ranks}")
        case.expect(case.run(["run", deck, "--out", folder], ranks), 0, what)
        used = summary(folder)["peak_view_bytes_a_rank"]
        print(f"{what}: {used / 1e6:.2f} MB used, {predicted / 1e6:.2f} MB predicted, "
              f"{used * ranks / (4 * cells**3):.0f} bytes an atom")
        case.check(abs(predicted / used - 1.0) < 0.2, f"{what}: predicted {predicted:.0f} bytes a rank, used {used}")
        if (cells, ranks) == (20, 1):
            case.check(used <= most * 4 * cells**3, f"{used / (4 * cells**3):.0f} bytes an atom")
case.finish()
