"""Where articles come from when nobody sends them: feeds on the web, a folder, standard input.

`parse_feed` turns a feed's bytes into articles in a bounded child process; each source brings
articles to a `worker.ports.Intake` and remembers there how far it has read. The modules of the
sources are imported where they are used: `worker.feeds.poll` brings httpx with it.
"""

from worker.feeds.parse import FeedParser, Limits, parse_feed
from worker.feeds.source import DeadLetter, Notice, Notify, Source, no_notice

__all__ = ["DeadLetter", "FeedParser", "Limits", "Notice", "Notify", "Source", "no_notice", "parse_feed"]
