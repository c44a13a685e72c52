"""Each instrument in some of its names, with provision and grade."""

from __future__ import annotations

import pytest

from worker.citations import cites, instrument_ids, recognise
from worker.citations.instruments import instruments

CASES = (
    ("nato", "5", "explicit", "Article 5 of the North Atlantic Treaty"),
    ("nato", "5", "inferred", "NATO invoked Article 5 for the first time."),
    ("nato", "4", "inferred", "Poland asked for talks under NATO's Article 4."),
    ("nato", "5", "inferred", "статья 5 НАТО"),
    ("nato", "5", "explicit", "статьёй 5 Североатлантического договора"),
    ("nato", "5", "explicit", "Artikel 5 des Nordatlantikvertrags"),
    ("nato", "5", "explicit", "artykuł 5 Traktatu Północnoatlantyckiego"),
    ("nato", "5", "explicit", "NATO Antlaşması'nın 5. maddesi"),
    ("nato", "5", "inferred", "NATO'nun 5. maddesi"),
    ("nato", "5", "explicit", "Pohjois-Atlantin sopimuksen 5 artikla"),
    ("nato", "5", "inferred", "Naton artikla 5"),
    ("nato", "5", "inferred", "北約第五條"),
    ("nato", "5", "explicit", "《北大西洋公约》第五条"),
    ("nato", "5", "explicit", "나토 조약 5조를 나토가 발동"),
    ("nato", "5", "explicit", "článok 5 Washingtonskej zmluvy"),
    ("nato", "4", "explicit", "l'article 4 du traité de Washington"),
    ("teu", "42.7", "explicit", "Article 42(7) of the Treaty on European Union"),
    ("teu", "42.7", "explicit", "Article 42.7 TEU"),
    ("teu", "42.7", "explicit", "l'article 42, paragraphe 7, du traité sur l'Union européenne"),
    ("teu", "42.7", "explicit", "Artikel 42 Absatz 7 des EU-Vertrags"),
    ("teu", "42.7", "explicit", "Art. 42 Abs. 7 EUV"),
    ("teu", "42.7", "explicit", "art. 42 ust. 7 Traktatu o Unii Europejskiej"),
    ("teu", "42.7", "explicit", "artikel 42, lid 7, van het EU-verdrag"),
    ("teu", "42.7", "explicit", "el artículo 42.7 del Tratado de la Unión Europea"),
    ("teu", "42.7", "explicit", "SEU-sopimuksen 42 artiklan 7 kohta"),
    ("teu", "42.7", "explicit", "το άρθρο 42, παράγραφος 7, της Συνθήκης για την Ευρωπαϊκή Ένωση"),
    ("teu", "42.7", "explicit", "ES sutarties 42 straipsnio 7 dalis"),
    ("teu", "42.7", "explicit", "42(7). člen Pogodbe o Evropski uniji"),
    ("teu", "42.7", "explicit", "članak 42. stavak 7. Ugovora o Europskoj uniji"),
    ("teu", "42.7", "explicit", "čl. 42 odst. 7 Smlouvy o EU"),
    ("teu", "42.7", "inferred", "France invoked the EU mutual assistance clause, Article 42.7."),
    ("csto", "4", "explicit", "Article 4 of the Collective Security Treaty"),
    ("csto", "4", "explicit", "статьи 4 Договора о коллективной безопасности"),
    ("csto", "4", "inferred", "статья 4 ОДКБ"),
    ("csto", "4", "explicit", "ՀԱՊԿ կանոնադրության 4-րդ հոդվածով"),
    ("un-charter", "2.4", "explicit", "Article 2(4) of the UN Charter"),
    ("un-charter", "2.4", "explicit", "пункт 4 статьи 2 Устава ООН"),
    ("un-charter", "2.4", "explicit", "paragraph 4 of Article 2 of the UN Charter"),
    ("un-charter", "2.4", "explicit", "Artikel 2 Nr. 4 der UN-Charta"),
    ("un-charter", "2.4", "explicit", "art. 2, § 4, de la Charte des Nations Unies"),
    ("un-charter", "2.4", "explicit", "المادة 2 (4) من ميثاق الأمم المتحدة"),
    ("un-charter", "2.4", "explicit", "الفقرة 4 من المادة 2 من ميثاق الأمم المتحدة"),
    ("un-charter", "2.4", "explicit", "联合国宪章第二条第四款"),
    ("un-charter", "2.4", "explicit", "国連憲章第2条4項"),
    ("un-charter", "2.4", "explicit", "유엔 헌장 제2조 제4항"),
    ("un-charter", "2.4", "explicit", "Pasal 2 ayat (4) Piagam PBB"),
    ("un-charter", "2.4", "explicit", "BM Şartı'nın 2(4). maddesi"),
    ("un-charter", "2.4", "explicit", "BM Şartı'nın 2. maddesinin 4. fıkrası"),
    ("un-charter", "2.4", "explicit", "az ENSZ Alapokmány 2. cikk (4) bekezdése"),
    ("un-charter", "2.4", "explicit", "ÜRO põhikirja artikli 2 lõige 4"),
    ("un-charter", "2.4", "explicit", "artículo 2, párrafo 4, de la Carta de la ONU"),
    ("un-charter", "2.4", "explicit", "artículo 2.4 de la Carta de las Naciones Unidas"),
    ("un-charter", "2.4", "explicit", "al. 4 de l'article 2 de la Charte de l'ONU"),
    ("un-charter", "42", "explicit", "Articles 39–51 of the UN Charter"),
    ("un-charter", "51", "inferred", "UN Charter matters. Article 51 is clear on this."),
    ("un-charter", "51", "inferred", "Die UN-Charta verbietet Gewalt. Eine Ausnahme bildet Artikel 51."),
    ("un-charter", "51", "inferred", "Устав ООН запрещает применение силы. Исключение — статья 51."),
    ("un-charter", "51", "inferred", "国連憲章は武力行使を禁じる。例外は第51条である。"),
    ("un-charter", "51", "inferred", "ميثاق الأمم المتحدة يحظر القوة. وتسمح المادة 51 بالدفاع."),
    ("un-charter", "51", "inferred", "Le Conseil de sécurité a été saisi au titre de l'article 51."),
    (
        "un-charter",
        "51",
        "inferred",
        "El Consejo de Seguridad recibió la carta sobre la legítima defensa según el artículo 51.",
    ),
    ("un-charter", "51", "inferred", "자위권을 규정한 제51조에 따라 안보리에 보고했다."),
    ("un-charter", "51", "inferred", "美国致函安理会,援引第51条行使自卫权。"),
    (
        "un-charter",
        "51",
        "inferred",
        "Tel Aviv said the right of self-defence under Article 51 was beyond doubt.",
    ),
    ("eu-charter", "51", "explicit", "Article 51 of the EU Charter"),
    ("eu-charter", "51", "explicit", "Artikel 51 der Charta der Grundrechte der Europäischen Union"),
    ("eu-charter", "51", "explicit", "článku 51 Listiny základních práv Evropské unie"),
    ("eu-charter", "51", "explicit", "51. člen Listine Evropske unije o temeljnih pravicah"),
    ("eu-charter", "51", "explicit", "článok 51 Charty základných práv Európskej únie"),
    ("eu-charter", "51", "explicit", "Euroopa Liidu põhiõiguste harta artikkel 51"),
    ("eu-charter", "51", "explicit", "perusoikeuskirjan 51 artikla"),
    ("eu-charter", "51", "explicit", "член 51 от Хартата на основните права на ЕС"),
    ("gdpr", "51", "explicit", "Art. 51 DSGVO"),
    ("gdpr", "51", "explicit", "l'art. 51 del GDPR"),
    ("gdpr", "51", "explicit", "artikel 51 AVG"),
    ("echr", "51", "explicit", "Article 51 of the European Convention on Human Rights"),
    ("additional-protocol-1", "51", "explicit", "Article 51 of Additional Protocol I"),
    ("vclt", "51", "explicit", "Article 51 of the Vienna Convention on the Law of Treaties"),
    ("rome-statute", "51", "explicit", "статья 51 Римского статута"),
    ("unclos", "51", "explicit", "Article 51 of the UN Convention on the Law of the Sea"),
    ("unclos", "51", "explicit", "Điều 51 UNCLOS"),
    ("npt", "10", "explicit", "Article X of the NPT"),
    ("rio-treaty", "3", "explicit", "Artículo 3 del TIAR"),
    ("us-philippines", "4", "explicit", "Article IV of the Mutual Defense Treaty"),
    ("russia-dprk-2024", "4", "explicit", "статья 4 Договора о всеобъемлющем стратегическом партнёрстве"),
    ("russia-dprk-2024", "4", "explicit", "북러 조약 제4조"),
    ("us-japan", "5", "explicit", "日米安全保障条約第5条"),
    ("us-japan", "5", "explicit", "日米安保条約5条"),
    ("us-korea", "3", "explicit", "한미상호방위조약 제3조"),
    ("sino-dprk-1961", "2", "explicit", "中朝友好合作互助条约第二条"),
    ("geneva-conventions", "4", "explicit", "Article 4 of the Third Geneva Convention"),
    ("budapest-memorandum", "1", "explicit", "article 1 of the Budapest Memorandum"),
    ("constitution", "51", "explicit", "Article 51 of the Constitution"),
    ("code", "51", "explicit", "article 51 du code pénal"),
    ("anzus", "4", "explicit", "Article IV of the ANZUS Treaty"),
    ("tfeu", "51", "explicit", "Article 51 TFEU"),
    ("tfeu", "222", "explicit", "Artikel 222 AEUV"),
)


@pytest.mark.parametrize(("instrument", "provision", "grade", "text"), CASES)
def test_a_provision_is_given_to_its_instrument(instrument, provision, grade, text):
    found = recognise(text)
    assert any(cites(citation, instrument, provision) and citation.grade == grade for citation in found), (
        found
    )


def test_every_instrument_of_the_issue_is_known():
    wanted = {
        "un-charter", "nato", "teu", "tfeu", "csto", "rio-treaty", "anzus", "us-japan", "us-korea",
        "us-philippines", "russia-dprk-2024", "sino-dprk-1961", "geneva-conventions",
        "additional-protocol-1", "additional-protocol-2", "rome-statute", "vclt", "unclos", "npt",
        "budapest-memorandum", "minsk-agreements", "gdpr", "eu-charter", "echr", "constitution", "code",
    }  # fmt: skip
    assert wanted <= set(instrument_ids())


def test_every_named_instrument_says_where_its_names_come_from():
    assert [one.id for one in instruments().values() if not one.generic and not one.source] == []
