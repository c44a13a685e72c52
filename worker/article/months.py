"""The months by their names in some fifty languages, as nouns and as they stand in dates."""

from __future__ import annotations

import re
import unicodedata

_MONTHS = (
    "jan янв січ сту ene gen oca sty led ιαν janv jaan ian sije siječ sau yan xan urt tammi яну "
    "јан қаң იან հունվ जन জানু ஜன جنور ژانو يناير جانفي ינואר ม.ค มกรา",
    "feb fev fév февр фев лют şub sub lut úno φεβ veebr velja vas ots helmi феб ақп თებ փետ shk "
    "फर फ़र ফেব பிப் فبراير فيفري شباط فرور فوری פברואר ก.พ กุมภา",
    "mar mär mrt maa мар бер mars bře μαρ ožu ožuj kov maalis сак нау მარ մարտ मार्च মার্চ மார் "
    "مارس مارچ آذار מרץ מרס มี.ค มีนา",
    "apr avr abr апр кві kwi nis dub απρ tra trav bal api huhti крас сәу აპრ ապր pri अप्रै "
    "এপ্রি ஏப் أبريل ابريل أفريل نيسان اپریل آوریل אפריל เม.ย เมษา",
    "may mai mei maj mag май мая мае мај тра kvě μαϊ μαι maijs svib geg touko мам მაი մայ मई মে "
    "மே مايو ماي أيار مئی מאי พ.ค พฤษภา",
    "jun juin giu июн чер чэр haz cze červen ιουν iun iyn lipnj lipanj červn juuni bir xuñ xun "
    "eka kesä юни јун мау ივნ հունիս qer जून জুন ஜூன் يونيو جوان حزيران جون ژوئن יוני มิ.ย "
    "มิถุนา",
    "jul juil lug июл лип ліп tem lip červene červenc ιουλ iul iyl srpnj srpanj juuli lie liep xul uzt "
    "heinä юли јул шіл ივლ հուլ kor जुला জুলা ஜூலை يوليو جويلية تموز جولا ژوئی יולי ก.ค กรกฎา",
    "aug ago aoû aou agu ağu авг сер жні sie srp αυγ avq kolov rugpj rgp abu elo там აგვ օգոս "
    "gus अग আগ ஆக أغسطس اغسطس أوت آب اگست אוגוסט ส.ค สิงหา",
    "sep szep set сен сеп вер eyl wrz září σεπ sen rujn rujan rugs rgs ira syys қыр სექ սեպ sht "
    "सित সেপ செப் سبتمبر أيلول ستمبر سپتامبر ספטמבר ก.ย กันยา",
    "oct okt ott out окт жов кас eki paź říj οκτ spa urr loka қаз ოქტ հոկ tet अक्टू अक्तू অক্টো "
    "அக் أكتوبر اكتوبر اکتوبر اکتبر אוקטובר ต.ค ตุลา",
    "nov noy noi ноя нояб ное нов лис ліс kas lis listop νοε stud lap aza marras қар ნოე նոյ "
    "nën nen नव নভে நவ نوفمبر نومبر نوامبر נובמבר พ.ย พฤศจิ",
    "dec déc dez dic des дек дец гру сне ara gru pro δεκ dets gruo abe joulu жел დეკ դեկ dhj "
    "दिस ডিসে டிச ديسمبر دسمبر دسامبر דצמבר ธ.ค ธันวา",
)
"""The beginnings of each month's names; the longest that fits counts. `listopad` is November."""

_ACCENTS = re.compile("[\u0300-\u036f]")


def month_of(name: str) -> int | None:
    """The month's number, or None: by the beginning of its name, whatever its case and accents."""
    folded = _folded(name)
    for length in range(min(len(folded), _LONGEST), 1, -1):
        if folded[:length] in _BEGINNINGS:
            return _BEGINNINGS[folded[:length]]
    return None


def _folded(name: str) -> str:
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", name).casefold())


_BEGINNINGS = {_folded(word): number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
_LONGEST = max(map(len, _BEGINNINGS))
