"""A watched folder: files put there become articles on the bus, each once, whatever happens between.

The folder is listed, not subscribed to: that works on every file system. A file is read when its
size and time are the same in two listings in a row, so one still being written is left alone.
How far each file has been read is remembered by the intake together with the articles themselves.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from worker.article import Item, ParseFeed, Place, article_message, read_items
from worker.clock import Clock
from worker.errors import Outage
from worker.feeds.source import DeadLetter, Notice, Notify, no_notice
from worker.ports import ARTICLES, Intake
from worker.types import Article

_IGNORED_ENDINGS = (".tmp", ".part", ".partial", ".crdownload", "~")
"""What writers call a file until it is whole."""

_FINGERPRINT_BYTES = 4096
_BATCH_BYTES = 8 * 1024 * 1024
"""Articles put at once stay under this many bytes (and one article), so that memory stays bounded."""


class Progress(msgspec.Struct, frozen=True):
    """How far a file has been read. `head` is a hash of its first `head_bytes` bytes."""

    size: int
    modified_ns: int
    place: Place
    head: str
    head_bytes: int
    done: bool


class _Seen(msgspec.Struct, frozen=True):
    size: int
    modified_ns: int


class FolderSource:
    """Publishes the articles in the files of `folder` and below it.

    Hidden files, symbolic links, special files and names that end like an unfinished download are
    passed over. `interval` is in seconds; `batch` the most articles in one put.
    """

    def __init__(
        self,
        folder: Path,
        intake: Intake,
        *,
        clock: Clock,
        dead_letter: DeadLetter,
        parse_feed: ParseFeed,
        interval: float = 1.0,
        batch: int = 200,
        topic: str = ARTICLES,
        notify: Notify = no_notice,
    ) -> None:
        self.name = f"folder {folder}"
        self._folder = folder.resolve()
        self._intake = intake
        self._clock = clock
        self._dead_letter = dead_letter
        self._parse_feed = parse_feed
        self._interval = interval
        self._batch = batch
        self._topic = topic
        self._notify = notify
        self._listed: dict[str, _Seen] = {}
        self._finished: dict[str, _Seen] = {}
        self._refused: set[str] = set()
        self._due = 0.0

    def next_due(self, now: float) -> float:
        """The time of the next listing; at once if the clock was set back."""
        return self._due if self._due <= now + self._interval else now

    def run_once(self) -> bool:
        """List the folder and read every file that has come to rest. Raises Outage: no folder, no intake."""
        listed = dict(self._list())
        self._due = self._clock.now() + self._interval
        resting = [p for p, seen in listed.items() if self._listed.get(p) == seen != self._finished.get(p)]
        self._listed = listed
        self._finished = {path: seen for path, seen in self._finished.items() if path in listed}
        done = [self._read(path, listed[path]) for path in sorted(resting)]
        return any(done)

    def close(self) -> None:
        """Nothing is held between two calls."""

    def _list(self) -> Iterator[tuple[str, _Seen]]:
        if not self._folder.is_dir():
            raise Outage(f"the folder {self._folder} is not there")
        for parent, folders, files in os.walk(self._folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in files:
                path = os.path.join(parent, name)  # noqa: PTH118  # names that are no UTF-8 stay as they are
                seen = None if name.startswith(".") or name.endswith(_IGNORED_ENDINGS) else _look(path)
                if seen:
                    yield path, seen

    def _read(self, path: str, seen: _Seen) -> bool:
        try:
            with open(path, "rb") as stream:  # noqa: PTH123
                did = self._publish(path, seen, stream)
        except OSError as error:
            if path not in self._refused:
                self._refused.add(path)
                self._notify(Notice.FAILED, f"{_shown(path)} cannot be read: {error.strerror or error}", 0)
            return False
        self._refused.discard(path)
        self._finished[path] = seen
        return did

    def _publish(self, path: str, seen: _Seen, stream: BinaryIO) -> bool:
        key = f"folder:{_shown(path)}"
        before = self._remembered(key)
        if before and before.done and (before.size, before.modified_ns) == (seen.size, seen.modified_ns):
            return False
        start = before.place if before and _continues(before, seen, stream) else Place()
        head, head_bytes = _fingerprint(stream, _FINGERPRINT_BYTES)
        stream.seek(0)
        place, published, refused = start, 0, 0
        items = read_items(stream, source_name=_shown(path), parse_feed=self._parse_feed, start=start)
        for batch in _batches(items, self._batch):
            place = batch[-1].after
            progress = Progress(seen.size, seen.modified_ns, place, head, head_bytes, done=False)
            bad = self._put(path, batch, key, progress)
            published, refused = published + len(batch) - bad, refused + bad
        self._put(path, [], key, Progress(seen.size, seen.modified_ns, place, head, head_bytes, done=True))
        self._tell(path, published, refused)
        return bool(published or refused)

    def _put(self, path: str, batch: list[Item], key: str, progress: Progress) -> int:
        """Publish a batch and the place after it, together. Returns how many of it were bad."""
        messages = []
        for item in batch:
            if isinstance(item.found, Article):
                messages.append(article_message(item.found, topic=self._topic, source="tocsin/folder"))
            else:
                messages.append(self._dead_letter(item.raw, item.found, _shown(path)))
        self._intake.put(messages, {key: msgspec.json.encode(progress).decode()})
        return sum(1 for item in batch if not isinstance(item.found, Article))

    def _tell(self, path: str, published: int, refused: int) -> None:
        if published:
            self._notify(Notice.PUBLISHED, _shown(path), published)
        if refused:
            self._notify(Notice.REFUSED, _shown(path), refused)

    def _remembered(self, key: str) -> Progress | None:
        state = self._intake.state(key)
        try:
            return msgspec.json.decode(state, type=Progress) if state else None
        except (
            msgspec.DecodeError
        ):  # written by another version: reading again repeats, and ids absorb repeats
            return None


def _look(path: str) -> _Seen | None:
    try:
        status = os.lstat(path)
    except OSError:  # gone between listing and looking
        return None
    return _Seen(status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None


def _continues(before: Progress, seen: _Seen, stream: BinaryIO) -> bool:
    """Whether the file is the one read before: interrupted in it, or lines were appended to it since."""
    same = (before.size, before.modified_ns) == (seen.size, seen.modified_ns)
    if not same and (seen.size < before.size or not before.place.line):
        return False
    stream.seek(0)
    return _fingerprint(stream, before.head_bytes)[0] == before.head


def _fingerprint(stream: BinaryIO, length: int) -> tuple[str, int]:
    head = stream.read(length)
    return hashlib.sha256(head).hexdigest()[:16], len(head)


def _batches(items: Iterator[Item], most: int) -> Iterator[list[Item]]:
    batch: list[Item] = []
    room = _BATCH_BYTES
    for item in items:
        batch.append(item)
        room -= len(item.found.text) if isinstance(item.found, Article) else len(item.raw)
        if len(batch) >= most or room <= 0:
            yield batch
            batch, room = [], _BATCH_BYTES
    if batch:
        yield batch


def _shown(path: str) -> str:
    """A path as text: bytes that are no UTF-8 become U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")
