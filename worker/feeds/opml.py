"""OPML, the form in which readers exchange lists of feeds: read and written (https://opml.org/spec2.opml)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from worker.feeds.list_yaml import Problems
from worker.feeds.listed import Listed, Wrong, checked, web_address

_DEEPEST = 32


def looks_like_xml(text: str) -> bool:
    """Whether a list is OPML rather than YAML."""
    return text.lstrip("\ufeff \t\r\n").startswith("<")


def read_opml(name: str, data: bytes) -> tuple[list[Listed], Problems]:
    """The feeds of an OPML document, folders and categories as tags, and what is wrong, with its line."""
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        return [], [f"{name}:{line}: this is no OPML: {getattr(error, 'msg', error)}."]
    if root.getroottree().docinfo.internalDTD is not None:
        return [], [f"{name}:1: OPML needs no DOCTYPE; this one is not read."]
    if root.tag != "opml":
        return [], [f"{name}:{root.sourceline}: expected <opml>, found <{str(root.tag)[:60]}>."]
    found: list[Listed] = []
    problems: Problems = []
    for outline, folders in _outlines(root.find("body")):
        place = f"{name}:{outline.sourceline}"
        try:
            found.append(_listed(outline, folders, place))
        except Wrong as error:
            problems.append(f"{place}: {error}.")
    return found, problems


def _outlines(node: Any, folders: tuple[str, ...] = ()) -> Iterator[tuple[Any, tuple[str, ...]]]:
    for child in node if node is not None and len(folders) < _DEEPEST else ():
        if child.tag != "outline":
            continue
        if child.get("xmlUrl") is not None or child.get("type") == "rss":
            yield child, tuple(folder for folder in folders if folder)
        else:
            yield from _outlines(child, (*folders, _title(child)))


def _title(outline: Any) -> str:
    return (outline.get("title") or outline.get("text") or "").strip()


def _listed(outline: Any, folders: tuple[str, ...], place: str) -> Listed:
    address = web_address(outline.get("xmlUrl") or "")
    categories = (part.strip(" /") for part in (outline.get("category") or "").split(","))
    tags = tuple(dict.fromkeys((*folders, *(part for part in categories if part))))
    title = _title(outline)
    try:
        language = str(checked("language", outline.get("language") or ""))
    except Wrong:  # other readers write what they like there
        language = ""
    return Listed(
        url=address,
        name=title if title and title != address else None,
        tags=tags,
        language=language or None,
        place=place,
    )


def write_opml(sources: Iterable[Listed], title: str = "Tocsin") -> str:
    """The sources as OPML 2.0: address, name, language and tags. Headers and secrets stay behind."""
    from lxml import etree

    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for source in sources:
        outline = etree.SubElement(body, "outline", type="rss", text=source.name or source.url)
        outline.set("xmlUrl", source.url)
        if source.tags:
            outline.set("category", ",".join(tag.replace(",", " ") for tag in source.tags))
        if source.language:
            outline.set("language", source.language)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return written.decode()
