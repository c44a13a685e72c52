"""What stands before an article instead of it: walls of payment, consent, log-in and doubt, in many tongues.

A wall found where there is none costs the page's text, and the feed's is judged; a wall not found rings for
the words of a shop. So phrases are long, and looked for in short texts only.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit


def _any_of(lines: str) -> re.Pattern[str]:
    return re.compile("|".join(line.strip() for line in lines.strip().splitlines()), re.IGNORECASE)


_PAID = re.compile(
    rb"\"isAccessibleForFree\"\s{0,20}:\s{0,20}\"?(?:https?://schema\.org/)?(true|false)\b", re.IGNORECASE
)
_PAID_MARKUP = re.compile(
    rb"<(?:meta|link)\b(?=[^<>]{0,300}\bitemprop\s*=\s*[\"']?isAccessibleForFree)"
    rb"(?=[^<>]{0,300}\b(?:content|href)\s*=\s*[\"']?(?:https?://schema\.org/)?false\b)"
    rb"|<meta\b(?=[^<>]{0,300}[\"']article:content_tier[\"'])(?=[^<>]{0,300}\bcontent\s*=\s*[\"']?locked\b)",
    re.IGNORECASE,
)

_PASSWORD = re.compile(rb"<input\b[^<>]{0,300}\btype\s*=\s*[\"']?password\b", re.IGNORECASE)

_PAY_WORDS = _any_of(
    r"""
    subscribe (?:now )?to (?:continue|keep) reading
    to (?:continue|keep) reading,? (?:please )?(?:subscribe|log ?in|sign (?:in|up)|register)
    (?:article|story|content) is (?:only )?(?:for|available to|reserved for) (?:\w+ ){0,2}(?:subscrib|members)
    exclusive (?:to|for) (?:\w+ ){0,2}(?:subscribers|members)
    for subscribers only
    subscriber[- ]only
    you have (?:reached|read) (?:your|all your|the) (?:\w+ ){0,3}(?:free )?articles?
    read the rest of this (?:article|story)
    nur für (?:\w+ )?abonnent
    jetzt weiterlesen mit
    weiterlesen mit (?:\w+ )?(?:abo|plus)
    dieser (?:artikel|inhalt) ist (?:nur|exklusiv) für
    um (?:diesen artikel )?weiterzulesen
    abo abschließen
    réservé (?:à nos |aux )abonné
    il vous reste [\d,.]+ ?% de (?:cet article|la suite)
    abonnez-vous pour (?:lire|continuer)
    la suite (?:de cet article )?est réservée
    pour lire la suite
    exclusiv[oa]s? para (?:nuestros )?suscriptor
    suscríbe[ts]e para (?:seguir|continuar) leyendo
    solo para suscriptores
    para seguir leyendo
    riservat[oa] agli abbonati
    abbonati per (?:continuare|leggere)
    per continuare a leggere
    solo per abbonati
    exclusiv[oa]s? para assinantes
    assine para (?:continuar|ler)
    só para assinantes
    para continuar (?:a ler|lendo)
    (?:alleen|exclusief|enkel) voor abonnees
    word abonnee om (?:verder|dit)
    om verder te lezen
    verder lezen\?
    tylko dla (?:\w+ )?(?:subskrybent|prenumerator|abonent)
    wykup (?:subskrypcję|dostęp|prenumeratę)
    aby czytać dalej
    pozostało [\d,.]+ ?% (?:tekstu|artykułu)
    доступ\w+ (?:только )?(?:для )?(?:\w+ )?подписчик
    оформите подписку
    чтобы (?:читать дальше|продолжить чтение)
    лише для передплатник
    оформіть передплату
    щоб читати далі
    för (?:dig som är )?prenumerant
    bli prenumerant för
    för att läsa vidare
    läs vidare med
    kun for abonnent
    forbeholdt (?:vores )?abonnenter
    bliv abonnent for
    for at læse videre
    for å lese videre
    kun for abonnenter
    vain tilaajille
    tilaa jatkaaksesi
    lue lisää tilaamalla
    jatka lukemista tilaamalla
    abonelere özel
    okumaya devam etmek için (?:abone|giriş)
    sadece aboneler
    jen pro předplatitele
    pouze pro předplatitele
    předplaťte si
    len pre predplatiteľov
    csak előfizetők
    előfizetőink
    doar pentru abona
    αποκλειστικά για συνδρομητές
    для абонатів
    само за абонати
    有料会員限定
    会員限定(?:記事)?です
    登録して続きを読む
    続きを読むには
    残り[\d,]+文字
    付费内容
    订阅后(?:继续)?阅读
    付费阅读
    成为会员后
    開通訂閱
    訂閱後(?:繼續)?閱讀
    付費(?:內容|閱讀)
    유료 ?회원 ?전용
    구독하고 ?계속
    구독자 ?전용
    로그인 ?후 ?이용
    hanya untuk pelanggan
    berlangganan untuk (?:lanjut )?membaca
    للمشتركين فقط
    اشترك (?:الآن )?لمتابعة القراءة
    למנויים בלבד
    केवल सदस्यों के लिए
    chỉ dành cho (?:người đăng ký|thành viên)
    สำหรับสมาชิกเท่านั้น
    """
)
"""A phrase a line: no newspaper writes these of anything but its own gate."""

_CONSENT_HOST = re.compile(
    r"^(?:consent|cmp|cmpv\d|privacy-mgmt|privacy|myprivacy|privacygate|guce|gdpr|zustimmung|choices)\.",
    re.IGNORECASE,
)
_CONSENT_PATH = re.compile(
    r"/(?:(?:collect|cookie)?-?_?consent|cookie-?wall|privacy-?wall|gdpr|tcf)(?:/|\.\w+|-a-.*)?$",
    re.IGNORECASE,
)
_CONSENT_WORDS = (
    r"cookies?|cookie-?k|kakor\b|informasjonskapsler|evästee?t|çerez|куки|クッキー|쿠키|ciasteczk|"
    r"ملفات تعريف الارتباط",
    r"consent|zustimm|einwillig|consent[io]|akkoord|samtyck|samtykke|zgadzam|zgod[aęy]|соглас|соглаш|同意|동의|"
    r"hyväksy|souhlas|hozzájárul|onay|συγκατάθεση|consimț",
    r"\bpartners\b|partnern\b|partenaires|socios|\bpartner\b|parceiros|partnere|partnerzy|партнер|"
    r"パートナー|合作伙伴|파트너",
    r"accept(?: all| and)|akzeptieren|tout accepter|accepter et|aceptar(?: todo)?|accetta|aceitar|"
    r"accepteren|godkänn|godta|accepter alle|zaakceptuj|принять|受け入れる|接受|수락|kabul",
    r"privacy|datenschutz|vie privée|privacidad|privacidade|integritet|prywatnoś|персональн|プライバシー|"
    r"隐私|隱私|개인정보|gizlilik|soukromí|yksityisyy|personvern",
    r"reject|ablehnen|refuser|sans accepter|rechazar|rifiuta|rejeitar|weigeren|avvisa|avvis|odrzu[cć]|"
    r"отклон|拒否|拒绝|거부",
    r"tracking|werbung|tracker|traceurs|publicité personnalisée|personal(?:ised|ized) ad|"
    r"access information on a device|store and/or access|stocker",
    r"before you continue|bevor sie (?:fortfahren|weiter)|mit werbung weiter|weiter mit werbung|"
    r"avant de continuer|antes de continuar|prima di continuare|voordat u verder|innan du fortsätter|"
    r"zanim przejdziesz|прежде чем продолжить|続行する前に|继续之前|widerruf|withdraw your consent",
    r"manage (?:options|settings|preferences)|einstellungen|paramétrer|configurar|gestisci|"
    r"instellingen|ustawieni|настро|設定|设置|inställningar|innstillinger",
)
"""An idea each: the thing, to agree, who profits, yes, what is lost, no, what for, before what, settings."""

_CONSENT_IDEAS = tuple(re.compile(words, re.IGNORECASE) for words in _CONSENT_WORDS)
_IDEAS = 4
"""So many of these in one short text are a wall; an article on cookies has some of them, and is longer."""

_DOUBT = re.compile(
    r"verify(?:ing)? (?:that )?you are (?:a )?human|checking your browser before|"
    r"enable javascript and cookies to continue|are you a robot|unusual (?:traffic|activity) from|"
    r"review the security of your connection|pardon our interruption|access to this page has been denied|"
    r"complete the (?:captcha|security check)|attention required! \| cloudflare",
    re.IGNORECASE,
)
_SHORT, _OF_CONSENT, _OF_LOG_IN = 3000, 2000, 500


def is_paid(page: bytes, text: str) -> bool:
    """Whether the page says in its markup or its words that the rest is for those who pay, or log in."""
    said = _PAID.search(page)  # the first is the page's own; others are of articles it recommends
    if (said and said[1].lower() == b"false") or _PAID_MARKUP.search(page):
        return True
    if len(text) < _OF_LOG_IN and _PASSWORD.search(page):
        return True
    return len(text) < _SHORT and _PAY_WORDS.search(text) is not None


def asks_consent(url: str, text: str) -> bool:
    """Whether the page asks to be allowed to track, by its address or its words."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if _CONSENT_HOST.search(parts.hostname or "") or _CONSENT_PATH.search(parts.path):
        return True
    return len(text) < _OF_CONSENT and sum(1 for idea in _CONSENT_IDEAS if idea.search(text)) >= _IDEAS


def doubts_us(text: str) -> bool:
    """Whether the page takes us for a robot."""
    return len(text) < _OF_CONSENT and _DOUBT.search(text) is not None
