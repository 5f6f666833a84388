"""usage: slow_link.py DEVICE HOST HOST LATENCY BANDWIDTH

A network link between two named network namespaces: packets leave one after the other with BANDWIDTH (bytes/s) in each
direction, and arrive LATENCY (s) later. TUN devices of that name appear on both sides; "ready" is printed then. It does
what the queue `netem` of the Linux kernel does, where that is not built in.
"""
import collections
import ctypes
import fcntl
import os
import select
import struct
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI, CLONE_NEWNET = 0x400454CA, 0x0001, 0x1000, 0x40000000
LONGEST = 65536
libc = ctypes.CDLL(None, use_errno=True)


def open_device(host, name):
    namespace = os.open(f"/run/netns/{host}", os.O_RDONLY)
    if libc.setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return device


class Direction:
    """Packets under way from one device to another."""

    def __init__(self, source, target, latency, bandwidth):
        self.source, self.target, self.latency, self.bandwidth = source, target, latency, bandwidth
        self.under_way = collections.deque()  # (time of arrival, packet)
        self.is_free_at = 0.0

    def take(self, now):
        try:
            packet = os.read(self.source, LONGEST)
        except BlockingIOError:
            return
        self.is_free_at = max(now, self.is_free_at) + len(packet) / self.bandwidth
        self.under_way.append((self.is_free_at + self.latency, packet))

    def deliver(self, now):
        while self.under_way and self.under_way[0][0] <= now:
            try:
                os.write(self.target, self.under_way.popleft()[1])
            except OSError:
                pass  # the other end is not up yet: lost, as on any network

    def next_arrival(self):
        return self.under_way[0][0] if self.under_way else float("inf")


def main():
    name, one, two = sys.argv[1:4]
    latency, bandwidth = float(sys.argv[4]), float(sys.argv[5])
    first, second = open_device(one, name), open_device(two, name)
    directions = [Direction(first, second, latency, bandwidth), Direction(second, first, latency, bandwidth)]
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(2))  # ranks that wait use all processors
    except OSError:
        pass
    print("ready", flush=True)
    by_source = {direction.source: direction for direction in directions}
    while True:
        wait = min(direction.next_arrival() for direction in directions) - time.monotonic()
        # Not epoll, which waits for whole milliseconds.
        ready, _, _ = select.select(list(by_source), [], [], None if wait == float("inf") else max(0.0, wait))
        now = time.monotonic()
        for source in ready:
            by_source[source].take(now)
        for direction in directions:
            direction.deliver(time.monotonic())


main()
