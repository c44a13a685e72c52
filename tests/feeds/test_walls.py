"""Pages that stand before an article are told from articles, in many tongues."""

from __future__ import annotations

import pytest

from worker.feeds.page import PageKind, read_page

SENTENCE = "Ministers signed the mutual defence treaty on Wednesday evening in the capital, officials said. "
STORY = f"<article><h1>Treaty signed</h1><p>{SENTENCE * 20}</p></article>"
TEASER = f"<article><h1>Treaty signed</h1><p>{SENTENCE * 2}</p><div>{{}}</div></article>"


def kind(body: str, head: str = "", url: str = "https://news.example/a") -> PageKind:
    page = f"<!doctype html><html><head><title>T</title>{head}</head><body>{body}</body></html>"
    return read_page(page.encode(), url=url, content_type="text/html; charset=utf-8").kind


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", "article"),
        ('<script type="application/ld+json">{"isAccessibleForFree": "False"}</script>', "paywall"),
        (
            '<script type="application/ld+json">{"isAccessibleForFree":"http://schema.org/False"}</script>',
            "paywall",
        ),
        (
            '<script type="application/ld+json">{"isAccessibleForFree":true,'
            '"mentions":[{"isAccessibleForFree":false}]}</script>',
            "article",
        ),
        ('<meta itemprop="isAccessibleForFree" content="false">', "paywall"),
        ('<meta content="true" itemprop="isAccessibleForFree">', "article"),
        ('<meta property="article:content_tier" content="locked">', "paywall"),
        ('<meta property="article:content_tier" content="metered">', "article"),
    ],
)
def test_a_page_says_in_its_markup_that_it_is_paid_for(head: str, expected: str) -> None:
    assert kind(STORY, head) == expected


@pytest.mark.parametrize(
    "words",
    [
        "Subscribe to continue reading. Already a subscriber? Sign in.",
        "This story is available to our paying subscribers.",
        "Jetzt weiterlesen mit F+. Bereits Abonnent? Anmelden",
        "Cet article est réservé aux abonnés. Il vous reste 82% de cet article à lire.",
        "Contenido exclusivo para suscriptores.",
        "Contenuto riservato agli abbonati.",
        "Conteúdo exclusivo para assinantes.",
        "Dit artikel is alleen voor abonnees.",
        "Ten artykuł jest dostępny tylko dla subskrybentów.",
        "Эта статья доступна только подписчикам. Оформите подписку.",
        "Den här artikeln är för prenumeranter.",
        "Denne artikel er kun for abonnenter.",
        "Vain tilaajille.",
        "Bu içerik abonelere özel.",
        "この記事は有料会員限定です。残り1234文字",
        "本文为付费内容，订阅后继续阅读。",
        "이 기사는 유료 회원 전용입니다.",
        "Artikel ini hanya untuk pelanggan.",
        "هذا المقال للمشتركين فقط",
    ],
)
def test_a_teaser_that_ends_at_a_gate_is_a_paywall(words: str) -> None:
    assert kind(TEASER.format(words)) is PageKind.PAYWALL
    assert kind(TEASER.format("Read more on defence.")) is PageKind.ARTICLE


@pytest.mark.parametrize(
    "words",
    [
        "We value your privacy. We and our partners store information such as cookies. Accept all.",
        "Besuchen Sie uns mit Werbung und Tracking. Zustimmen und weiter. Mehr in der Datenschutzerklärung. "
        "Mit Werbung weiterlesen.",
        "Le respect de votre vie privée. Nos partenaires stockent des cookies. Tout accepter.",
        "Valoramos tu privacidad. Nosotros y nuestros socios almacenamos cookies. Aceptar todo.",
        "Noi e i nostri partner usiamo i cookie. Accetta e continua. Rifiuta.",
        "Wij en onze partners gebruiken cookies. Akkoord. Instellingen.",
        "Szanujemy Twoją prywatność. Partnerzy przechowują pliki cookie. Zgadzam się.",
        "Мы используем файлы cookie. Продолжая, вы соглашаетесь на обработку персональных данных. Принять.",
        "当サイトではCookieを使用しています。プライバシーに同意して続行してください。すべて受け入れる。設定",
        "Valorizamos a sua privacidade. Os nossos parceiros usam cookies. Aceitar tudo.",
        "Vi och våra partners använder cookies. Godkänn alla. Din integritet.",
    ],
)
def test_a_page_that_asks_to_track_is_a_consent_page(words: str) -> None:
    assert kind(f"<div><h1>Hello</h1><p>{words * 3}</p></div>") is PageKind.CONSENT


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://consent.yahoo.com/v2/collectConsent?sessionId=1", "consent"),
        ("https://consent.google.com/ml?continue=x", "consent"),
        ("https://myprivacy.dpgmedia.nl/consent?siteKey=1", "consent"),
        ("https://news.example/consent-a-1234?targetUrl=x", "consent"),
        ("https://news.example/cookiewall/", "consent"),
        ("https://news.example/2026/consent-decree-signed", "article"),
        ("https://news.example/topics/privacy/treaty", "article"),
        ("https://[broken", "article"),
    ],
)
def test_a_consent_page_is_known_by_its_address(url: str, expected: str) -> None:
    assert kind(STORY, url=url) == expected


def test_an_article_about_such_walls_is_an_article() -> None:
    about = (
        "The court ruled that cookies need consent, and that partners who track without privacy "
        "settings break the law; a button to accept all needs one to reject. "
    )
    assert kind(f"<article><h1>Cookies</h1><p>{about * 20}</p></article>") is PageKind.ARTICLE
    banner = '<div id="onetrust">We use cookies. Accept all. Our partners. Privacy. Reject.</div>'
    assert kind(banner + STORY) is PageKind.ARTICLE
    hidden = '<div style="display:none">Subscribe to continue reading</div>'
    assert kind(hidden + TEASER.format("")) is PageKind.ARTICLE


def test_a_page_that_takes_us_for_a_robot_is_no_article() -> None:
    words = (
        "Checking your browser before accessing it. Please enable JavaScript and cookies to continue. "
        "Verify you are human by completing the action below. We need to review the security of your "
        "connection before proceeding. Ray ID and more words that fill the page."
    )
    assert kind(f"<h1>Just a moment...</h1><p>{words}</p>") is PageKind.EMPTY


def test_a_form_that_asks_for_a_password_is_no_article() -> None:
    form = "<h1>Sign in</h1><form><input type=password></form><p>Forgot it? Create an account.</p>"
    assert kind(form) is PageKind.PAYWALL
