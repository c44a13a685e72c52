"""The provision noun in every form of its paradigm, in the languages that inflect it."""

from __future__ import annotations

import pytest

from worker.citations import cites, recognise

PARADIGMS = {
    "cs": (
        "{} 51 Charty OSN",
        "článek článku článkem články článků článkům článcích články",
    ),
    "sk": (
        "{} 51 Charty OSN",
        "článok článku článkom články článkov článkom článkoch článkami",
    ),
    "pl": (
        "{} 51 Karty Narodów Zjednoczonych",
        "artykuł artykułu artykułowi artykułem artykule artykuły artykułów artykułom artykułami artykułach",
    ),
    "sl": (
        "51. {} Ustanovne listine ZN",
        "člen člena členu členom členi členov člene členih členoma",
    ),
    "hr": (
        "{} 51. Povelje UN-a",
        "članak članka članku člankom članci članaka člancima članke",
    ),
    "sr": (
        "{} 51. Povelje UN",
        "član člana članu članom članovi članova članovima članove",
    ),
    "bs": (
        "{} 51. Povelje UN",
        "član člana članu članom članovi članova članovima članove",
    ),
    "sr Cyrillic": (
        "{} 51 Повеље УН",
        "члан члана члану чланом чланови чланова члановима чланове",
    ),
    "mk": (
        "{} 51 од Повелбата на ОН",
        "член членот членови членовите",
    ),
    "bg": (
        "{} 51 от Устава на ООН",
        "член членът члена членове членовете",
    ),
    "ru": (
        "{} 51 Устава ООН",
        "статья статьи статье статью статьей статьёй статьею статей статьям статьями статьях",
    ),
    "uk": (
        "{} 51 Статуту ООН",
        "стаття статті статтю статтею статей статтям статтями статтях",
    ),
    "be": (
        "{} 51 Статута ААН",
        "артыкул артыкула артыкулу артыкулам артыкуле артыкулы артыкулаў артыкуламі артыкулах",
    ),
    "lt": (
        "JT Chartijos 51 {}",
        "straipsnis straipsnio straipsniui straipsnį straipsniu straipsnyje straipsniai "
        "straipsnių straipsniams straipsnius straipsniais straipsniuose straipsny",
    ),
    "lv": (
        "ANO Statūtu 51. {}",
        "pants panta pantam pantu pantā panti pantiem pantus pantos",
    ),
    "fi": (
        "YK:n peruskirjan 51 {}",
        "artikla artiklan artiklaa artiklassa artiklasta artiklaan artiklalla artiklalta "
        "artiklalle artiklana artiklaksi artiklat artiklojen artikloja artikloissa artikloista "
        "artikloihin artikloilla artikloille artikloiksi artiklaan",
    ),
    "et": (
        "ÜRO põhikirja {} 51",
        "artikkel artikli artiklit artiklisse artiklis artiklist artiklile artiklil artiklilt "
        "artikliks artiklini artiklina artiklita artikliga artiklid artiklite artikleid "
        "artiklitesse artiklites artiklitest artiklitele artiklitel artiklitelt artikliteks "
        "artiklitega",
    ),
    "hu": (
        "az ENSZ Alapokmányának 51. {}",
        "cikk cikke cikket cikkét cikknek cikkének cikkben cikkében cikkből cikkéből cikkbe "
        "cikkébe cikkel cikkével cikkre cikkére cikkhez cikkéhez cikkről cikkéről cikken cikkén "
        "cikkért cikktől cikkétől cikkig cikknél cikkelye cikkelyében cikkelyére cikkely cikkei "
        "cikkeiben cikkeinek cikkek",
    ),
    "tr": (
        "BM Şartı'nın 51. {}",
        "madde maddesi maddesine maddesinde maddesinden maddesini maddesinin maddesiyle "
        "maddesince maddeye maddede maddeden maddeyi maddenin maddeyle maddeleri maddelerine "
        "maddelerinde maddelerini maddelerinin maddeler maddesindeki maddedeki maddelerinden",
    ),
    "az": (
        "BMT Nizamnaməsinin 51-ci {}",
        "maddə maddəsi maddəsinə maddəsində maddəsindən maddəsini maddəsinin maddəyə maddədə "
        "maddədən maddəni maddənin maddələr maddələri maddələrinə maddələrində maddələrindən "
        "maddələrini maddələrinin maddəsincə maddəsindəki maddədəki maddəsilə",
    ),
    "kk": (
        "БҰҰ Жарғысының 51-{}",
        "бап бабы бабына бабында бабынан бабын бабының бабымен бапқа бапта баптан бапты баптың "
        "баппен баптар баптары баптарына баптарында баптарынан баптарын баптарының бабындағы "
        "баптағы бабынша",
    ),
    "ky": (
        "БУУнун Уставынын 51-{}",
        "берене беренеси беренесине беренесинде беренесинен беренесин беренесинин беренеге "
        "беренеде беренелери беренелерине беренесиндеги статьясы статьясына статьясында "
        "статьясынын статьясынан статьясын",
    ),
    "uz": (
        "BMT Nizomining 51-{}",
        "modda moddasi moddasiga moddasida moddasidan moddasini moddasining moddaga moddada "
        "moddadan moddani moddaning moddalar moddalari moddalariga moddalarida moddalaridan "
        "moddalarini moddalarining moddasidagi moddadagi moddasicha",
    ),
    "uz Cyrillic": (
        "БМТ Низомининг 51-{}",
        "модда моддаси моддасига моддасида моддасидан моддасини моддасининг моддага моддада "
        "моддадан моддани модданинг моддалари моддаларига моддаларида моддаларини моддаларининг "
        "моддасидаги",
    ),
    "tk": (
        "BMG-niň Tertipnamasynyň 51-nji {}",
        "madda maddasy maddasyna maddasynda maddasyndan maddasyny maddasynyň madda maddada "
        "maddadan maddany maddanyň maddalary maddalaryna maddalarynda maddalaryny maddalarynyň "
        "maddasyndaky",
    ),
    "tt": (
        "БМО Уставының 51 нче {}",
        "маддә маддәсе маддәсенә маддәсендә маддәсеннән маддәсен маддәсенең статья статьясы "
        "статьясына статьясында статьясының статьясыннан статьясын",
    ),
    "mn": (
        "НҮБ-ын дүрмийн 51 дүгээр {}",
        "зүйл зүйлд зүйлийн зүйлийг зүйлээс зүйлээр зүйлтэй зүйлүүд зүйлүүдийн зүйлүүдэд зүйлүүдийг",
    ),
    "hy": (
        "ՄԱԿ-ի կանոնադրության 51-րդ {}",
        "հոդված հոդվածը հոդվածն հոդվածի հոդվածին հոդվածից հոդվածով հոդվածում հոդվածներ հոդվածները "
        "հոդվածների հոդվածներին հոդվածներից հոդվածներով հոդվածներում",
    ),
    "ka": (
        "გაეროს წესდების 51-ე {}",
        "მუხლი მუხლის მუხლს მუხლით მუხლმა მუხლში მუხლზე მუხლიდან მუხლები მუხლების მუხლებს "
        "მუხლებით მუხლებში მუხლებზე მუხლისა მუხლად მუხლამდე",
    ),
    "el": (
        "{} 51 του Χάρτη του ΟΗΕ",
        "άρθρο άρθρου άρθρα άρθρων άρθρον άρθρ.",
    ),
    "ro": (
        "{} 51 din Carta ONU",
        "articol articolul articolului articole articolele articolelor art.",
    ),
    "sq": (
        "{} 51 të Kartës së OKB-së",
        "neni nenit nenin nen nene nenet neneve",
    ),
    "is": (
        "51. {} sáttmála Sameinuðu þjóðanna",
        "grein greinar greinin greinina greininni greinarinnar greinum greina greinarnar",
    ),
    "eu": (
        "Nazio Batuen Gutuneko 51. {}",
        "artikulua artikuluak artikuluaren artikuluan artikuluari artikuluarekin artikuluko "
        "artikulutik artikulura artikulurako artikuluaz artikuluek artikuluen artikuluetan "
        "artikuluari",
    ),
    "ta": (
        "ஐ.நா. சாசனத்தின் 51வது {}",
        "பிரிவு பிரிவின் பிரிவில் பிரிவை பிரிவுக்கு பிரிவின்படி விதி விதியின் சரத்து சரத்தின் "
        "உறுப்புரை உறுப்புரையின் ஷரத்து ஷரத்தின்",
    ),
}


@pytest.mark.parametrize(("sentence", "forms"), PARADIGMS.values(), ids=PARADIGMS.keys())
def test_the_noun_is_known_in_every_case_and_number(sentence, forms):
    texts = [sentence.format(form) for form in forms.split()]
    missed = [text for text in texts if not any(cites(c, "un-charter", "51") for c in recognise(text))]
    assert missed == []
