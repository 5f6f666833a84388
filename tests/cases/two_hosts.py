"""Two network namespaces that look like two hosts to Open MPI: `one` and `two`, each with one rank, joined by a link.

The case enters namespaces of its own first; with the last process in them everything is gone. Where the kernel does not
allow that, the case is skipped. A link is a pair of virtual Ethernet devices, or, with a latency and a bandwidth, the
process slow_link.py between two TUN devices.
"""
import json
import os
import subprocess
import sys

from tessera_case import skip

ADDRESS = {"one": "10.231.7.1", "two": "10.231.7.2"}
SUBNET = "10.231.7.0/24"
DEVICE = "link0"
ENTERED = "TESSERA_TEST_NAMESPACES"
os.environ["PATH"] += ":/usr/sbin:/sbin"  # where Debian keeps ip, and only root looks

# What ssh would do: HOST COMMAND...
AGENT = """#!/bin/sh
host=$1
shift
exec nsenter --net=/run/netns/$host unshare --uts sh -c 'hostname "$1"; shift; exec sh -c "$*"' sh "$host" "$@"
"""


def enter():
    """Starts this program again in namespaces of its own, where it may do as root does."""
    if os.environ.get(ENTERED):
        subprocess.run("mount -t tmpfs none /run && mkdir /run/netns && hostname one", shell=True, check=True)
        return
    way = ["unshare", "--net", "--mount", "--uts"]
    ways = [way, [*way, "--user", "--map-root-user"]]
    attempt = ["sh", "-c", "mount -t tmpfs none /run && mkdir /run/netns && ip netns add trial"]
    said = ""
    for way in ways:
        try:
            tried = subprocess.run([*way, *attempt], capture_output=True, text=True)
        except OSError as error:
            skip(f"no namespaces: {error}")
        if tried.returncode == 0:
            os.execvpe(way[0], [*way, sys.executable, *sys.argv], dict(os.environ, **{ENTERED: "1"}))
        said = tried.stderr.strip()
    skip(f"network namespaces are not allowed here: {said}")


def inside(host, *command):
    return ["nsenter", f"--net=/run/netns/{host}", *command]


def ip(*words):
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout


class TwoHosts:
    """`latency` in s and `bandwidth` in bytes/s of a slow link; without them it is as fast as the machine."""

    def __init__(self, case, latency=None, bandwidth=None):
        version = subprocess.run([case.launcher[0], "--version"], capture_output=True, text=True).stdout
        if "Open MPI" not in version and "OpenRTE" not in version:
            skip("hosts are started the way that Open MPI does it")
        self.case, self.link = case, None
        for host in ADDRESS:
            ip("netns", "add", host)
            ip("-n", host, "link", "set", "lo", "up")
        if latency is None:
            ip("link", "add", DEVICE, "netns", "one", "type", "veth", "peer", "name", DEVICE, "netns", "two")
        else:
            self.start_slow_link(latency, bandwidth)
        for host, address in ADDRESS.items():
            ip("-n", host, "address", "add", f"{address}/24", "dev", DEVICE)
            ip("-n", host, "link", "set", DEVICE, "mtu", "16000", "up")
            # Windows that let a whole message be under way, as clusters set them.
            for buffer in ("rmem", "wmem"):
                setting = f"echo 4096 2000000 8000000 >/proc/sys/net/ipv4/tcp_{buffer}"
                subprocess.run(inside(host, "sh", "-c", setting), check=True)
        self.launcher = self.make_launcher()

    def start_slow_link(self, latency, bandwidth):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "slow_link.py")
        self.link = subprocess.Popen([sys.executable, script, DEVICE, "one", "two", str(latency), str(bandwidth)],
                                     stdout=subprocess.PIPE, text=True)
        if self.link.stdout.readline() != "ready\n":
            skip("a slow link needs /dev/net/tun")

    def make_launcher(self):
        agent = self.case.write("agent.sh", AGENT)
        os.chmod(agent, 0o755)
        hosts = self.case.write("hosts", "".join(f"{host} slots=1\n" for host in ADDRESS))
        scratch = self.case.path("mpi")
        os.makedirs(scratch, exist_ok=True)
        # Open MPI's imitation of remote writing over TCP is slower than sending: not what is to be measured.
        settings = {"btl_tcp_flags": "send", "plm_rsh_agent": agent, "plm_rsh_no_tree_spawn": "1", "btl": "tcp,self",
                    "btl_tcp_if_include": SUBNET, "oob_tcp_if_include": SUBNET, "orte_tmpdir_base": scratch}
        return inside("one", self.case.launcher[0], "--hostfile", hosts, "--map-by", "node",
                      *(word for name, value in settings.items() for word in ("--mca", name, value)),
                      self.case.launcher[1])

    def run(self, arguments, limit=60.0):
        """The program on one rank of each host."""
        local, self.case.launcher = self.case.launcher, self.launcher
        try:
            return self.case.run(arguments, 2, limit=limit)
        finally:
            self.case.launcher = local

    def bytes_sent(self, host):
        """By its end of the link, with all headers."""
        statistics = json.loads(ip("-n", host, "-s", "-j", "link", "show", "dev", DEVICE))
        return statistics[0]["stats64"]["tx"]["bytes"]

    def close(self):
        if self.link is not None:
            self.link.terminate()
            self.link.wait()
        for host in ADDRESS:
            ip("netns", "delete", host)


ECHO = """
import socket
server = socket.create_server(("{address}", 7777))
print("ready", flush=True)
peer, _ = server.accept()
peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
while data := peer.recv(64):
    peer.sendall(data)
"""

PING = """
import socket, statistics, time
peer = socket.create_connection(("{address}", 7777))
peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
times = []
for _ in range(50):
    begin = time.perf_counter()
    peer.sendall(b"x")
    peer.recv(64)
    times.append(time.perf_counter() - begin)
print(0.5 * statistics.median(times))
"""


def measured_latency():
    """Half of a round trip of one byte by TCP between the hosts, in s: what a network benchmark would say."""
    server = subprocess.Popen(inside("two", sys.executable, "-c", ECHO.format(address=ADDRESS["two"])),
                              stdout=subprocess.PIPE, text=True)
    server.stdout.readline()
    found = subprocess.run(inside("one", sys.executable, "-c", PING.format(address=ADDRESS["two"])), check=True,
                           capture_output=True, text=True)
    server.wait()
    return float(found.stdout)
