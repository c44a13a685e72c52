"""Writes worker/text/frequencies/ from the word frequencies of the `wordfreq` package.

    uv run --with wordfreq python -m tests.text.generate_frequencies worker/text/frequencies
    uv run --with wordfreq python -m tests.text.generate_frequencies --compare worker/text/frequencies

The second writes nothing and ends with 1 when a table differs from what would be written. It is no test,
because wordfreq is 55 MB and has had its last version.

wordfreq counts words as its own tokenizer cuts and spells them; ours are cut again and folded as
articles are, and what becomes the same token adds up: characters of Chinese, Japanese and Korean
words, the halves of `don't`, words that differ in accents alone. wordfreq is needed here and
nowhere else.
"""

from __future__ import annotations

import filecmp
import gzip
import math
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from worker.text import tokenize
from worker.text.frequency import ARTICLE_WORDS, FLOOR, STEP, UNKNOWN

KEPT = 5_000
"""Tokens kept of a language: beyond them a word stands in less than one article of a hundred."""

KEPT_OF_ALL = 20_000
"""Tokens kept in the table for articles of unknown language."""

CODES = {"nb": "no", "fil": "tl", "sh": "sr"}
"""wordfreq's code → ours, where they differ."""

# Both alphabets of Serbian are written; wordfreq counts them as one, in Latin letters.
_DIGRAPHS = {"lj": "љ", "nj": "њ", "dž": "џ"}
_CYRILLIC = str.maketrans("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш")


def main(folder: Path) -> None:
    """Write one table a language, and one of the highest of all."""
    import wordfreq

    highest: dict[str, float] = {}
    for code in sorted(wordfreq.available_languages()):
        frequencies = token_frequencies(code)
        kept = dict(sorted(frequencies.items(), key=lambda item: (-item[1], item[0]))[:KEPT])
        shares = {token: share_of_articles(frequency) for token, frequency in kept.items()}
        write(folder, CODES.get(code, code), shares)
        for token, share in shares.items():
            highest[token] = max(share, highest.get(token, 0.0))
    first = sorted(highest.items(), key=lambda item: (-item[1], item[0]))[:KEPT_OF_ALL]
    write(folder, UNKNOWN, dict(first))


def token_frequencies(code: str) -> dict[str, float]:
    """Token → occurrences for each word of running text."""
    found: dict[str, float] = defaultdict(float)
    for word, frequency in words(code):
        for token in tokenize(word).terms:
            found[token] += frequency
    return found


def words(code: str) -> Iterator[tuple[str, float]]:
    """The words of a language as articles may write them."""
    from wordfreq import get_frequency_dict
    from wordfreq.numbers import digit_freq, smash_numbers

    traditional = _traditional() if code == "zh" else {}
    counted = get_frequency_dict(code)
    for word, frequency in counted.items():
        # Numbers are lumped together by their length, as 00 and 0000; they follow one by one.
        if any(map(str.isdigit, word)):
            continue
        yield word, frequency
        if code == "sh":
            yield cyrillic(word), frequency
        for character in word if traditional else ():
            yield from ((older, frequency) for older in traditional.get(character, ()))
    for number in (*range(100), *range(1900, 2031)):
        written = str(number)
        lumped = smash_numbers(written)
        yield written, counted.get(lumped, 0.0) * (1.0 if lumped == written else digit_freq(written))


def cyrillic(word: str) -> str:
    """Serbian in its other alphabet."""
    for latin, letter in _DIGRAPHS.items():
        word = word.replace(latin, letter)
    return word.translate(_CYRILLIC)


def _traditional() -> dict[str, list[str]]:
    """Simplified character → the traditional ones wordfreq counted with it."""
    import msgpack
    import wordfreq

    packed = Path(wordfreq.__file__).parent / "data" / "_chinese_mapping.msgpack.gz"
    mapping = msgpack.unpackb(gzip.decompress(packed.read_bytes()), strict_map_key=False)
    found: dict[str, list[str]] = defaultdict(list)
    for point, simplified in mapping.items():
        found[simplified].append(chr(point))
    return found


def share_of_articles(frequency: float) -> float:
    """Of articles of ARTICLE_WORDS words, the share that holds a token at least once."""
    return -math.expm1(-frequency * ARTICLE_WORDS)


def step_of(share: float) -> int:
    """A share in steps below one; at least 0."""
    return round(-math.log(share) / math.log(STEP))


def write(folder: Path, code: str, shares: dict[str, float]) -> None:
    """One line for each step: the step and its tokens, from common to rare."""
    steps: dict[int, list[str]] = defaultdict(list)
    for token, share in shares.items():
        if share > FLOOR:
            steps[step_of(share)].append(token)
    lines = [f"{step} {' '.join(sorted(steps[step]))}\n" for step in sorted(steps)]
    (folder / f"{code}.txt").write_text("".join(lines), encoding="utf-8")


def compare(folder: Path) -> int:
    """Say which tables differ from what the generator writes: 0 when none does, else 1."""
    with tempfile.TemporaryDirectory() as anew:
        main(Path(anew))
        names = {path.name for place in (folder, Path(anew)) for path in place.glob("*.txt")}
        _, differing, absent = filecmp.cmpfiles(folder, anew, names, shallow=False)
    for name in sorted(differing + absent):
        print(f"{name} is not what the generator writes")
    print(f"{len(names)} tables, {len(differing + absent)} differ")
    return 1 if differing or absent else 0


if __name__ == "__main__":
    if sys.argv[1] == "--compare":
        sys.exit(compare(Path(sys.argv[2])))
    main(Path(sys.argv[1]))
