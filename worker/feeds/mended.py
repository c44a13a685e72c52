"""feedparser as we need it: its habits that cost time or words changed. It has no settings for them."""

from __future__ import annotations

from typing import Any

LONGEST_AUTHOR = 1_000


def mend(mixin: Any) -> None:
    """Change the handlers of authors, captions, links and GUIDs; `mixin` is their class. Idempotent."""
    mixin._sync_author_detail = _author_as_written  # noqa: SLF001
    if getattr(mixin, "mended", False):
        return
    mixin.mended = True
    for name in ("media_title", "media_description"):
        setattr(mixin, f"_start_{name}", lambda self, _, name=name: self.push(name, 1))
        setattr(mixin, f"_end_{name}", lambda self, name=name: self.pop(name))
    mixin._start_link = _only_web_attributes(mixin._start_link)  # noqa: SLF001
    mixin._end_guid = mixin._end_id = _permalink_kept(mixin._end_guid)  # noqa: SLF001


def _author_as_written(self: Any, key: str = "author") -> None:
    """Taking authors apart is quadratic in their length, and wrong on long domains.

    What an Atom feed gives as name and address comes apart already.
    """
    context = self._get_context()
    detail = context.get(f"{key}s", [{}])[-1]
    if not detail and isinstance(context.get(key), str):
        detail["name"] = context[key][:LONGEST_AUTHOR]


def _only_web_attributes(start: Any) -> Any:
    """A link's `url` or `uri` stands for its text only when it is a web address."""

    def start_link(self: Any, attributes: dict[str, str]) -> None:
        for name in ("url", "uri"):
            if not attributes.get(name, "http").lower().startswith("http"):
                del attributes[name]
        start(self, attributes)

    return start_link


def _permalink_kept(end: Any) -> Any:
    """A GUID that is the item's address is kept as that: an empty link hides it from feedparser."""

    def end_guid(self: Any) -> None:
        end(self)
        if self.guidislink:
            self._save("permalink", self._get_context().get("id"))

    return end_guid
