"""Which items of a feed are news."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.novelty import KEPT, Seen, novel
from worker.types import Article


def item(name: str, title: str = "A title", text: str = "Words.", url: str | None = None) -> Article:
    return Article(id=name, title=title, text=text, url=url)


def again(first: list[Article], second: list[Article]) -> list[Article]:
    """What is new in `second` for someone who has seen `first`."""
    return novel(second, novel(first, ())[1])[0]


def test_everything_is_new_at_first_and_nothing_the_second_time() -> None:
    items = [item("1", "a"), item("2", "b")]
    assert novel(items, ())[0] == items
    assert again(items, items) == []


def test_a_changed_guid_is_nothing_new_while_the_words_are_the_same() -> None:
    assert again([item("1")], [item("2")]) == []


def test_changed_words_are_news_under_the_same_id() -> None:
    assert again([item("1", text="Words.")], [item("1", text="Other words.")]) == [
        item("1", text="Other words.")
    ]


def test_a_changed_guid_and_text_at_the_same_link_and_title_keep_the_id_they_had() -> None:
    (new,) = again(
        [item("1", url="https://n.example/a")], [item("2", text="More words.", url="https://n.example/a")]
    )
    assert (new.id, new.text) == ("1", "More words.")


def test_a_ticker_with_one_link_for_every_headline_does_not_fall_silent() -> None:
    link = "https://n.example/ticker"
    (new,) = again([item("1", "First", url=link)], [item("2", "Second", url=link)])
    assert new.id == "2"


def test_items_that_come_and_go_are_not_news_when_they_come_back() -> None:
    odd, even = [item("1", "a"), item("3", "c")], [item("2", "b"), item("4", "d")]
    seen: tuple[Seen, ...] = ()
    news = []
    for items in (odd, even, odd, even):
        found, seen = novel(items, seen)
        news += found
    assert [article.id for article in news] == ["1", "3", "2", "4"]


def test_an_item_with_the_old_words_of_another_is_no_news_and_does_not_become_so() -> None:
    """The other is still in the feed under its id, so the two must not be remembered as one."""
    seen = novel([item("1", text="Old words.")], ())[1]
    both = [item("2", text="Old words."), item("1", text="New words.")]
    news, seen = novel(both, seen)
    assert [article.id for article in news] == ["1"]
    assert novel(both, seen)[0] == []


def test_two_items_at_the_place_of_one_that_left_are_two() -> None:
    link = "https://n.example/a"
    seen = novel([item("1", url=link)], ())[1]
    both = [item("2", text="Some words.", url=link), item("3", text="Other words.", url=link)]
    news, seen = novel(both, seen)
    assert [article.id for article in news] == ["1", "3"]
    assert novel(both, seen)[0] == []


words = st.text("ab", max_size=2)
items = st.lists(st.builds(item, words, words, words, st.none() | st.sampled_from(["https://n.example/a"])))


@given(st.lists(items, max_size=6))
def test_the_same_items_again_are_never_news_and_memory_is_bounded(rounds: list[list[Article]]) -> None:
    seen: tuple[Seen, ...] = ()
    for each in rounds:
        _, seen = novel(each, seen)
        assert len(seen) <= len(each) + KEPT
        identities = {article.id for article in each}
        if len(identities) == len(each):  # an id twice in a feed is two versions of one item
            assert novel(each, seen)[0] == []
