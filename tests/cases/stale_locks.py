"""What a killed run leaves with MPI stops no later run: a semaphore that its MPI library shares by name over the whole
host, and files of locks beside a file that is gone on with."""
import atexit
import ctypes
import errno
import os

from tessera_case import Case, melt, skip, text_of

SEMAPHORES = [b"/OMPIO_data.h5", b"/OMPIO_particles.h5"]

libc = ctypes.CDLL(None, use_errno=True)
libc.sem_open.restype = ctypes.c_void_p
case = Case()
for name in SEMAPHORES:
    if libc.sem_open(name, os.O_CREAT | os.O_EXCL, 0o644, 0) is not None:  # held by nobody who could give it back
        atexit.register(libc.sem_unlink, name)
    elif ctypes.get_errno() != errno.EEXIST:  # somebody else's serves as well
        skip(f"no semaphore {name.decode()}: {os.strerror(ctypes.get_errno())}")

deck, folder = case.write("melt.toml", melt(extra="output.snapshots = 4\n")), case.path("run")
count = case.path("count")
case.expect(case.run(["run", deck, "--out", folder], env={"TESSERA_FAULT_COUNT": count}, limit=20.0), 0,
            "with semaphores that are held")

late = int(text_of(count)) - 10  # call of the file layer
case.run(["run", deck, "--out", folder, "--force"], env={"TESSERA_FAULT": f"kill {late}"}, limit=20.0)
leftovers = [case.write(f"run/melt/particles.h5{ending}", "") for ending in ("-1293615105-8675.lock", ".locktest.0")]
others = [case.write(f"run/melt/particles.h5{ending}", "") for ending in ("-old.lock", ".lock", "-1-2.locks")]
case.expect(case.run(["run", deck, "--out", folder, "--resume"], limit=20.0), 0, "beside files of locks")
case.check(not any(map(os.path.exists, leftovers)), f"locks are left: {os.listdir(os.path.join(folder, 'melt'))}")
case.check(all(map(os.path.exists, others)), f"somebody's files are gone: {os.listdir(os.path.join(folder, 'melt'))}")
case.finish()
