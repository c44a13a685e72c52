"""What thousands of feeds cost at steady state: polls a second of processor time, and memory.

    python -m tests.bench.feeds [--feeds 10000] [--seconds 20]

A server in a process of its own answers on loopback. First every answer is 304, then every answer is a
feed of 20 items that must be parsed. Time is counted on the processor, of the poller and of the child
that parses, since the machine may have other things to do; `wall` is what a clock on the wall says.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

_ITEMS = 20
_WORDS = "The harbour authority said on Monday that both cranes would be idle until the dispute is settled. "


def body() -> bytes:
    """A feed of some size."""
    items = "".join(
        f"<item><title>Report {n}</title><guid>{n}</guid><link>https://news.example/{n}</link>"
        f"<pubDate>Mon, 23 Nov 2026 20:00:00 GMT</pubDate><description>{_WORDS * 3}</description></item>"
        for n in range(_ITEMS)
    )
    return f'<rss version="2.0"><channel><title>Wire</title>{items}</channel></rss>'.encode()


def serve(pipe: Connection) -> None:
    """Answer 304 where the path says so and the reader brings an ETag, else the feed."""
    feed = body()
    whole = b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Type: application/rss+xml\r\n'
    whole += f"Content-Length: {len(feed)}\r\nConnection: close\r\n\r\n".encode() + feed
    same = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nConnection: close\r\n\r\n'

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:  # the reader has stopped
            writer.close()
            return
        writer.write(same if asked.startswith(b"GET /same/") else whole)
        await writer.drain()
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1000)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def spent(pid: int) -> float:
    """Processor seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(pid: int) -> float:
    """Memory that a process holds now."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(port: int, path: str, feeds: int, seconds: float) -> str:
    """Ask feeds that are always due, for some seconds."""
    from worker.article import letter_of_source
    from worker.bus.embedded import EmbeddedIntake
    from worker.clock import SystemClock, rfc3339
    from worker.feeds import FeedParser
    from worker.feeds.hosts import Hosts
    from worker.feeds.poll import FeedSpec, PollSource

    clock, results = SystemClock(), {}

    def heard(notice: object, _words: str, _count: int) -> None:
        results[notice] = results.get(notice, 0) + 1

    with tempfile.TemporaryDirectory() as folder, FeedParser() as parser:
        intake = EmbeddedIntake(Path(folder) / "bus.db", clock=clock)
        source = PollSource(
            [FeedSpec(f"http://127.0.0.1:{port}/{path}/{n}") for n in range(feeds)],
            intake,
            clock=clock,
            parser=parser,
            dead_letter=lambda raw, bad, where: letter_of_source(raw, bad, where, rfc3339(clock.now())),
            allow_networks=["127.0.0.0/8"],
            hosts=Hosts(each=1000, pause=0.0),  # ten thousand hosts, as far as one address can be them
            notify=heard,
        )
        source.run_once()
        children, began, worked = [], time.monotonic(), time.process_time()
        before = sum(results.values())
        while time.monotonic() - began < seconds and sum(results.values()) < feeds:
            source.run_once()
        if parser._child is not None:
            children = [parser._child.pid]
        processor = time.process_time() - worked + sum(spent(pid) for pid in children)
        wall, polls = time.monotonic() - began, sum(results.values()) - before
        memory = megabytes(os.getpid()) + sum(map(megabytes, children))
        source.close()
        intake.close()
    told = ", ".join(f"{notice} {number:,}" for notice, number in results.items())
    return (
        f"{path:<6} {polls / processor:>6.0f} polls per second of processor   {polls / wall:>5.0f}/s wall   "
        f"{memory:>4.0f} MB   ({told})"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--feeds", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    print(f"{options.feeds:,} feeds, embedded bus, Python {sys.version.split()[0]}")
    for path in ("same", "parsed"):
        print(measure(port, path, options.feeds, options.seconds), flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"peak memory of the poller {peak:.0f} MB")
    server.terminate()


if __name__ == "__main__":
    main()
