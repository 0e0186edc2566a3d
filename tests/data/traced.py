"""Runs commands of iproute2 in a sandbox under strace, and tells what went over netlink.

A module of the scripts beside the data; needs iproute2, strace, and `unshare` of util-linux.
"""
import re, shlex, subprocess

GETLINK = 18

# Each command begins here, whatever the ones before it did.
SETUP = """
netns add ns0
link set lo up
link add v0 index 10 type veth peer name v1 index 11
link add br0 index 12 type bridge
link add vx0 index 13 type vxlan id 5 dstport 4789
link add v2 index 14 type veth peer name v3 index 15
link add v4 index 16 type veth peer name v5 index 17
link set v2 master br0
link set v0 up
link set v1 up
link set br0 up
link set v2 up
link set v3 up
link set vx0 up
"""

def run(command, setup=(), options=()):
    """Runs `command` in namespaces of its own, after SETUP and the commands of `setup`; gives
    its standard output and what strace said of it."""
    script = "mount -t tmpfs none /run && ip -batch - >/dev/null\n"
    script += "".join(line + "\n" for line in setup)
    script += shlex.join(["strace", *options, "-o", "/run/trace"]) + f" {command}\n"
    script += "status=$?; cat /run/trace >&2; exit $status"
    done = subprocess.run(["unshare", "-rnm", "sh", "-c", script], input=SETUP,
                          capture_output=True, text=True)
    return done.stdout, done.stderr

def datagrams(trace, calls):
    """The datagrams of these system calls, as strace's dumps have them."""
    found, data = [], None
    for line in trace.splitlines():
        if re.match(r"\w+\(", line):
            data = None
            if line.startswith(calls):
                data = bytearray()
                found.append(data)
        elif line.startswith(" | ") and data is not None:
            data += bytes.fromhex(line[10:60])
    return [bytes(data) for data in found if data]

def messages(datagram):
    """The messages of a datagram: type, flags and body of each."""
    while len(datagram) >= 16 and (size := int.from_bytes(datagram[:4], "little")) >= 16:
        number = lambda at: int.from_bytes(datagram[at:at + 2], "little")
        yield number(4), number(6), datagram[16:size]
        datagram = datagram[(size + 3) & ~3:]
