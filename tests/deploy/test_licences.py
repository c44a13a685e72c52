"""What is installed with Tocsin may be used by anyone: licences by the distributions' own metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PERMISSIVE = re.compile(
    r"\b(0BSD|apache|bsd|cc0|cnri-python|isc|mit|psf|python software foundation|unlicense|zlib)\b",
    re.IGNORECASE,
)
COPYLEFT = re.compile(r"gpl|mozilla|\bmpl|eupl|cddl|general public|sspl|busl|commons clause", re.IGNORECASE)
CONDITIONS = {
    "certifi": "MPL-2.0: a list of certificates, shipped unchanged",
    "crc32c": "LGPL: a library loaded as it comes; kafka-python is slower without it, and works",
    "tld": "MPL-1.1, GPL or LGPL, as one likes: a list of domains behind trafilatura, shipped unchanged",
}
"""What asks for more than to be named, and why it may come along. Tocsin changes none of it."""


def installed(name: str = "tocsin") -> dict[str, Distribution]:
    """Everything that `name` needs to run on this machine, directly and through others."""
    found: dict[str, Distribution] = {}
    wanted = list(needs(distribution(name)))
    while wanted:
        next_one = canonicalize_name(wanted.pop())
        if next_one not in found:
            try:
                found[next_one] = distribution(next_one)
            except PackageNotFoundError:
                pytest.fail(f"{next_one} is needed and not installed")
            wanted += needs(found[next_one])
    return found


def needs(package: Distribution) -> Iterator[str]:
    """What a distribution requires here; of Tocsin's also the extra that the lock file holds."""
    for line in package.requires or ():
        requirement = Requirement(line)
        wanted = {"extra": "traces" if package.name == "tocsin" else ""}
        if requirement.marker is None or requirement.marker.evaluate(wanted):
            yield requirement.name


def licence(package: Distribution) -> str:
    """What a distribution says of its licence, in its three places; of a whole text its first line."""
    told = package.metadata
    text = (told.get("License") or "").strip().partition("\n")[0]
    classifiers = [line for line in told.get_all("Classifier") or () if line.startswith("License ::")]
    return "; ".join(part for part in (told.get("License-Expression"), text, *classifiers) if part)


def test_every_dependency_has_a_permissive_licence_or_a_reason():
    refused = {
        name: said
        for name, package in installed().items()
        if (not PERMISSIVE.search(said := licence(package)) or COPYLEFT.search(said))
        and name not in CONDITIONS
    }
    assert refused == {}


def test_no_reason_stands_for_a_dependency_that_has_gone():
    assert set(CONDITIONS) <= set(installed())


def test_the_lock_file_holds_what_is_needed():
    from tests.deploy.tools import DEPLOY

    locked = re.findall(r"^([\w.-]+)==", (DEPLOY / "requirements.lock").read_text(), re.MULTILINE)
    assert set(installed()) <= {canonicalize_name(name) for name in locked}
