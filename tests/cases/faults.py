"""Each call of a run's I/O fails once, writes only half once, or is where the process is killed once. The run ends with
status 0 or 1 and one message, and afterwards it can be taken up and comes to the same end, whatever it had written.

Long: every call on one rank (half of it only every third: where nothing is written, that is another failure), and every
eighth of the other rank's on two. Quick: a few of them.
"""
import collections
import concurrent.futures
import os
import shutil

from tessera_case import Case, checkpoints, last_snapshot, melt, partial_files, same_snapshot, series_text, text_of

case = Case()
deck = case.write("melt.toml", melt(cells=3, steps=12, every=4, extra="output.snapshots = 6\n"))
outcomes = collections.Counter()


def prepare(ranks):
    """The undisturbed run, and the number of calls on the rank whose calls will fail: the last one."""
    folder, count = case.path(f"straight.np{ranks}"), case.path(f"count.np{ranks}")
    env = {"TESSERA_FAULT_COUNT": count, "TESSERA_FAULT_RANK": str(ranks - 1)}
    case.expect(case.run(["run", deck, "--out", folder], ranks, env), 0, f"undisturbed on {ranks} ranks")
    return folder, int(text_of(count))


def is_same(folder, straight):
    if series_text(folder) != series_text(straight):
        return False
    return same_snapshot(last_snapshot(folder), last_snapshot(straight))


def disturb(kind, call, ranks, straight):
    name = f"{kind} {call} on {ranks} ranks"
    folder = case.path(name.replace(" ", "_"))
    env = {"TESSERA_FAULT": f"{kind} {call}", "TESSERA_FAULT_RANK": str(ranks - 1)}
    ended = case.run(["run", deck, "--out", folder], ranks, env, limit=40.0)
    if kind == "kill":
        case.check(ended.status not in (0, "time limit"), f"{name}: was not killed", ended)
        outcomes["killed"] += 1
    else:
        case.expect(ended, 1 if ended.status != 0 else 0, name, r"injected fault|No space left|Input/output error")
        outcomes["failed" if ended.status else "warned" if "tessera: warning:" in ended.err else "unharmed"] += 1
    again = ended
    if ended.status != 0 or "tessera: warning:" in ended.err:
        resume = ["--resume"] if os.path.exists(os.path.join(folder, "deck.toml")) else []
        again = case.run(["run", deck, "--out", folder, *resume], ranks, limit=40.0)
        case.expect(again, 0, f"{name}, then again {resume}")
    if again.status == 0:
        case.check(is_same(folder, straight), f"{name}: the end is another one", f"{ended}\n\n{again}")
    case.check(not partial_files(folder), f"{name}: unfinished files are left: {partial_files(folder)}", again)
    case.check(1 <= len(checkpoints(folder)) <= 2, f"{name}: checkpoints {checkpoints(folder)}", again)
    case.check(not os.path.exists(os.path.join(folder, "lock")), f"{name}: the lock is left")
    shutil.rmtree(folder, ignore_errors=True)


straight, calls = prepare(1)
other_straight, other_calls = prepare(2)
case.check(calls > 100 and other_calls > 20, f"only {calls} and {other_calls} calls were counted")
work = []
if case.is_long:
    work += [(kind, n, 1, straight) for kind in ("fail", "kill") for n in range(1, calls + 1)]
    work += [("short", n, 1, straight) for n in range(1, calls + 1, 3)]
    work += [(kind, n, 2, other_straight) for kind in ("fail", "kill") for n in range(1, other_calls + 1, 8)]
else:
    work += [("fail", n, 1, straight) for n in range(5, calls, calls // 6)]
    work += [("kill", n, 1, straight) for n in range(20, calls, calls // 6)]
    work += [("fail", other_calls // 2, 2, other_straight)]
with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
    for done in [pool.submit(disturb, *item) for item in work]:
        done.result()
print(f"{len(work)} disturbed runs of {calls} calls ({other_calls} on rank 1 of 2): {dict(outcomes)}")
if case.is_long:
    for outcome in ("failed", "warned", "unharmed", "killed"):
        case.check(outcomes[outcome] > 0, f"no run has {outcome}")
case.finish()
