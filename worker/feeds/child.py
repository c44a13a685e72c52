"""The process in which feeds are parsed: bytes in, articles out, and nothing it does can hurt the worker.

Run as `python -m worker.feeds.child MEMORY_MIB`. Each request gets its own allowance of CPU
seconds; the kernel ends the process when it is spent. The wall clock is the parent's business.
"""

from __future__ import annotations

import os
import sys

import msgspec

from worker.errors import BadInput
from worker.feeds.entries import read_feed
from worker.feeds.page import read_page
from worker.feeds.wire import Reply, Request, read_frame, write_frame
from worker.types import DeadReason


def main() -> None:
    """Answer requests on standard input until it closes."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get between the replies
    prepare()
    decoder = msgspec.msgpack.Decoder(Request)
    write_frame(replies, Reply())  # ready: from here on, what goes wrong is the feed's doing
    while (frame := read_frame(sys.stdin.buffer)) is not None:
        request = decoder.decode(frame)
        if request.is_page:
            import trafilatura  # noqa: F401  # here, so that no page pays for the start
        limit_cpu(request.cpu_seconds)
        write_frame(replies, answer(request))


def prepare() -> None:
    """Load what parsing needs, then bound the memory: no feed may be blamed for what our own start needs."""
    import feedparser  # noqa: F401
    from lxml import etree  # type: ignore[import-untyped]  # noqa: F401

    limit_memory(int(sys.argv[1]))


def answer(request: Request) -> Reply:
    """The feed's articles or the reason there are none. Never raises."""
    try:
        if request.is_page:
            return Reply(page=read_page(request.data, url=request.url, content_type=request.content_type))
        read = read_feed(request.data, url=request.url, content_type=request.content_type)
        return Reply(tuple(read.articles), read.empty, read.facts)
    except BadInput as error:
        return Reply(reason=error.reason, detail=error.detail)
    except MemoryError:
        return Reply(reason=DeadReason.NOT_PARSED, detail="parsing it needs more memory than a feed is given")
    except Exception as error:  # noqa: BLE001  # the outcome is named: not_parsed; any feed may trip the parser
        return Reply(
            reason=DeadReason.NOT_PARSED, detail=f"the parser failed: {type(error).__name__}: {error}"[:300]
        )


def limit_memory(mebibytes: int) -> None:
    """Bound the address space, where the system can."""
    if sys.platform == "linux":
        import resource

        size = mebibytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_cpu(seconds: int) -> None:
    """Allow this many more seconds of CPU from now, where the system can."""
    if sys.platform != "win32":
        import resource

        usage = resource.getrusage(resource.RUSAGE_SELF)
        used = int(usage.ru_utime + usage.ru_stime) + 1
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, hard))


if __name__ == "__main__":
    main()
