"""Abbreviations after whose full stop a sentence goes on, by language.

What the sentence library knows of them is uneven: of some languages it has hundreds, and not the one
for "article". Listed is what it parts wrongly, and what belongs to it. A word that is listed with a capital
is only meant with it: `M. Macron`, and not `100 m.`.

NUMBERED: goes on when a number follows: `ст. 51`, `čl. 51`, `млн. 5`, `5 янв. 2025`.
NAMING: goes on whatever follows: titles, ranks, streets, `M. Macron`. One that also ends sentences
(`etc.`, `Inc.`, `г.`) is none.
ORDINALS: languages that write `51.` for "51st"; with words in capitals that follow such a number.
"""

from __future__ import annotations

from functools import cache
from typing import Final

_NUMBERED: Final = {
    "ar": "م ص ف",
    "az": "mad m s b",
    "be": "арт ч п с абз гл вып т тыс млн млрд студз лют сак крас чэрв ліп жн вер кастр ліст снеж",
    "bg": "чл ал т бр стр с пар гл хил млн млрд ян февр авг септ окт ноем дек",
    "bn": "নং পৃ অনু",
    "ca": "art arts núm pàg p par cap vol inc ap",
    "cs": "čl odst písm č str s par sv roč kap tis mil mld tř ř",
    "da": "art stk nr nrk pkt s kl jf kap § ca jan feb mar apr aug sept okt nov dec",
    "de": "art abs nr nrn ziff lit s rn rz bd kap ca mio mrd buchst anm tz",
    "el": (
        "άρθ άρ αρ αρθ παρ σελ περ εδ εδάφ τόμ κεφ ν αριθ ιαν φεβ μαρ απρ μαΐ ιουν ιουλ αυγ σεπ οκτ νοε δεκ"
    ),
    "en": "art arts sec secs para paras cl cls ch chs reg regs nos vol vols est approx ca pp fig figs res",
    "es": "art arts núm núms num n pág págs p pp párr párrs apdo inc cap vol ap",
    "et": "art lg p lk nr kd ptk",
    "fa": "م ص ج",
    "fi": "art s mom n nro luku",
    "fr": "art arts al n nos no p pp par ch chap fig vol t",
    "gl": "art arts núm páx p par cap",
    "he": "ס עמ סע מס",
    "hi": "अनु सं पृ क्र",
    "hr": "čl st toč br str s al t odl tis mil mlrd",
    "hu": "art sz old bek p kb",
    "hy": "հոդ կետ էջ",
    "id": "psl ps no hlm hal ay rp",
    "is": "gr mgr bls nr kl",
    "it": "art artt n nn pag pagg p pp co lett cap vol nr",
    "ka": "მუხ პ გვ",
    "kk": "б т ж бет млн млрд",
    "lt": "str d p nr psl pvz punk dal",
    "lv": "p pp lpp nr",
    "mk": "чл ст т бр стр с",
    "ms": "per no hlm ms rm",
    "nl": "art lid nr nrs blz p pag",
    "no": "art nr s kl jf ca kap pkt jan feb mar apr aug sept okt nov des",
    "pl": "art ust pkt nr str s lit poz par rozdz tys mln mld zob",
    "pt": "art arts n núm al als pág págs p pp par inc cap vol",
    "ro": "art alin lit nr pag p pct cap",
    "ru": (
        "ст ч п пп абз гл стр с рис прил вып т тт разд тыс млн млрд трлн ок "
        "янв февр фев мар апр июн июл авг сент сен окт нояб ноя дек"
    ),
    "sk": "čl ods písm č str s kap tis mil mld",
    "sl": "čl odst tč št str s t pogl",
    "sq": "nr art neni f par",
    "sr": "чл ст тач тач бр стр с ал т хиљ мил чл čl st tač br str s al t",
    "sv": "art st p s nr kap kl ca jan feb mar apr aug sept okt nov dec",
    "tr": "md m s bkz no",
    "uk": (
        "ст ч п пп абз гл стор с рис вип т тис млн млрд трлн бл "
        "січ лют бер берез квіт трав черв лип серп вер верес жовт лист листоп груд"
    ),
}

_NAMING: Final = {
    "ar": "د أ م ا",
    "az": "dr prof gen ak küç pr",
    "be": "праф акад ген г вул праз дац пл",
    "bg": "проф акад ген полк гр ул бул св инж доц гн",
    "bn": "ড ডা মো মোঃ প্রো অধ্যা",
    "ca": "sr sra dr dra st sta gen prof av c",
    "cs": "prof dr doc ing mgr judr mudr phdr rndr bc gen plk pplk kpt sv ul nám",
    "da": "dr prof gen hr fr adv",
    "de": "Hr Hrn Fr Frl Dr Prof Dipl Ing Mag St Gen Abg gem i.v.m vgl",
    "el": "κ κκ κα δρ καθ αγ στρ πρ υπ λεωφ",
    "en": "Amb Ft Cpl Cdr Pvt Insp Supt Atty Messrs Pres Min Sec Gen Mr Mrs Ms Dr St",
    "es": "sr sra sres srta dr dra D dña gral lic ing prof av cnel tte sto sta mons pdte",
    "et": "prof dr hr pr kindr tn mnt",
    "fi": "prof toht dos kenr",
    "fr": "M MM Mme Mmes Mlle Mlles Me Mgr St Ste Dr Pr Gal Cdt Lt Col av bd",
    "gl": "sr sra dr dra don dna prof av",
    "gu": "ડૉ ડો શ્રી પ્રો",
    "he": "ד פרופ",
    "hi": "डॉ डा श्री श्रीमती प्रो सुश्री पं कु मो मि",
    "hr": "dr prof mr gen g gđa gosp sv ul mons fra",
    "hu": "dr prof özv ifj id gr br",
    "hy": "պրոֆ դոկտ գեն փող",
    "id": "Dr Drs Dra Prof Ir H Hj Jl Tn Ny Sdr Bpk Jend Kol Letjen Mayjen Brigjen KH Kab Kec",
    "is": "dr prof hr fr",
    "it": "sig sigg dott dr prof on ing avv gen sen mons geom rag arch col ten cap",
    "ka": "პროფ გენ აკად ქ",
    "kk": "проф акад ген қ",
    "kn": "ಡಾ ಶ್ರೀ ಪ್ರೊ",
    "lt": "dr prof gen doc kun šv pulk",
    "lv": "dr prof ģen plkv sv",
    "mk": "проф акад ген ул бул св",
    "ml": "ഡോ ശ്രീ പ്രൊഫ",
    "mr": "डॉ डा श्री श्रीमती प्रो पं कु मो",
    "ms": "Dr Drs Prof Ir Hj Hjh Jln Tn En Pn Sdr Dato Datuk Jen Lt Kol",
    "ne": "डा डॉ श्री प्रा",
    "nl": "dhr mevr mw dr prof drs ir mr ing gen ds mgr St d.w.z o.a bijv m.n",
    "no": "dr prof gen hr fr adv",
    "pa": "ਡਾ ਸ੍ਰੀ ਪ੍ਰੋ",
    "pl": "prof dr gen płk ppłk mjr kpt mgr inż ks św ul al pl hab red abp bp",
    "pt": "sr sra srs dr dra eng prof gen D av cel",
    "ro": "dl dna dr prof gen col ing av str sf",
    "ru": "проф акад доц ген полк подполк ул просп им пос св тов гр пл оз",
    "sk": "prof dr doc ing mgr judr mudr phdr gen plk sv ul nám p",
    "sl": "dr prof mag gen sv ul ga",
    "sq": "Dr Prof Gen Z Znj shën rr",
    "sr": "проф др мр ген г ул св акад инж пук prof dr mr gen g ul sv",
    "sv": "dr prof gen hr fr adv dvs t.ex bl.a s.k",
    "ta": "திரு திருமதி டாக் டாக்டர் பேரா செல்வி",
    "te": "డా శ్రీ ప్రొ డాక్టర్",
    "tr": "dr prof doç Av Org gen yrd Sn cad sok mah korg tümg alb",
    "uk": "проф акад доц ген полк вул ім св тов просп смт пл м гр бульв",
    "ur": "ڈاکٹر",
    "vi": "TP Tp TS GS PGS ThS BS Th Q P TX KS",
}

_ORDINALS: Final = {
    "az": "",
    "bs": "",
    "cs": "",
    "da": "",
    "de": (
        "abschnitt absatz amtszeit armee artikel bataillon brigade division dynastie etappe fassung flotte "
        "geburtstag gipfel generation infanterie jahrestag jahrhundert jahrhunderts kammer kapitel "
        "klasse kompanie kongress kreis liga legislaturperiode minute mal parteitag platz platzes paragraph "
        "präsident rang rate regiment republik runde sanktionspaket senat sitzung spieltag sitzungstag stock "
        "strafsenat stunde tag tages teil titel übereinkommen versammlung vollversammlung woche zivilsenat "
        "zusatz zusatzprotokoll panzerdivision panzerbrigade luftlandedivision wahlperiode "
        "januar jänner februar märz april mai juni juli august september oktober november dezember"
    ),
    "et": "",
    "fi": "",
    "hr": "",
    "hu": "",
    "is": "",
    "lv": "",
    "no": "",
    "pl": "",
    "sk": "",
    "sl": "",
    "sr": "",
    "tr": "madde maddesi fıkra fıkrası bölüm yüzyıl yıldönümü genel dönem tümen kolordu ordu",
}

_LIKE: Final = {
    "bs": "hr",
    "sh": "hr",
    "cnr": "sr",
    "nb": "no",
    "nn": "no",
    "fil": "en",
    "tl": "en",
    "prs": "fa",
}
"""Languages that write as another does."""


def _of(table: dict[str, str], language: str) -> frozenset[str]:
    if language == "und":
        return frozenset(" ".join(table.values()).split())
    return frozenset(table.get(_LIKE.get(language, language), table.get(language, "")).split())


@cache
def numbered(language: str) -> frozenset[str]:
    """What a number may follow; of an unknown language, what it may follow in any."""
    return _of(_NUMBERED, language)


@cache
def naming(language: str) -> frozenset[str]:
    """What anything may follow."""
    return frozenset() if language == "und" else _of(_NAMING, language)


@cache
def after_ordinals(language: str) -> frozenset[str] | None:
    """Words in capitals that go on behind `51.`; None where `51.` is no ordinal."""
    known = _LIKE.get(language, language)
    return frozenset(_ORDINALS[known].split()) if known in _ORDINALS else None
