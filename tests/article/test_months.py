"""The names of months."""

import pytest

from worker.article.months import month_of


@pytest.mark.parametrize(
    ("number", "names"),
    [
        (1, "January Jänner ianuarie января січня ocak enero gennaio leden sausio tammikuuta janvier"),
        (2, "février únor helmikuuta veebruar şubat лютага veljače febrer"),
        (3, "März mars ožujka maaliskuuta kovo Márc марта maaliskuu"),
        (4, "avril balandžio квітня kwietnia dubna travnja prill"),
        (5, "května mayo maggio травня gegužės toukokuuta mei maí"),
        (6, "června juin haziran lipnja birželio juuni kesäkuuta czerwca"),
        (7, "července juillet temmuz lipca srpnja liepos juuli Ιουλίου"),
        (8, "août srpna sierpnia kolovoza rugpjūčio elokuuta ağustos серпня"),
        (9, "září eylül września rujna rugsėjo szeptember вересня syyskuuta"),
        (10, "října ekim października spalio lokakuuta жовтня кастрычніка outubro"),
        (11, "listopadu kasım listopada studenoga lapkričio marraskuuta лістапада nóvember"),
        (12, "prosince aralık grudnia gruodžio joulukuuta грудня снежня dezembro"),
    ],
)
def test_a_month_is_known_in_many_languages(number, names):
    assert {name: month_of(name) for name in names.split()} == dict.fromkeys(names.split(), number)


def test_other_words_are_no_month():
    assert [month_of(word) for word in ("", "a", "Monday", "uhr", "yesterday")] == [None] * 5
