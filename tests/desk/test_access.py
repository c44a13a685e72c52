"""The page behind TLS and passwords, by a real server and a real client."""

from __future__ import annotations

import base64
import ssl
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import bcrypt
import pytest

from worker import metrics
from worker.clock import ManualClock
from worker.desk.access import open_access
from worker.desk.page import Page
from worker.errors import UsageError
from worker.health import Health
from worker.settings import Serve


@pytest.fixture
def users(tmp_path: Path) -> Path:
    path = tmp_path / "users"
    path.write_text(f"# who scrapes\nprometheus:{bcrypt.hashpw(b'hush', bcrypt.gensalt(4)).decode()}\n")
    return path


def certificate(folder: Path) -> tuple[str, str]:
    """The paths of a certificate of 127.0.0.1, signed by itself, and of its key."""
    cert, key = str(folder / "cert.pem"), str(folder / "key.pem")
    made = f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout {key}"
    named = f"-out {cert} -days 1 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*made.split(), *named.split()], check=True, capture_output=True)
    return cert, key


@pytest.fixture
def pair(tmp_path: Path) -> tuple[str, str]:
    return certificate(tmp_path)


def status(page: Page, path: str, login: str | None = None, cafile: str | None = None) -> int:
    request = urllib.request.Request(page.address.replace("/metrics", path))
    if login is not None:
        request.add_header("Authorization", "Basic " + base64.b64encode(login.encode()).decode())
    tls = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=cafile))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), tls)
    try:
        with opener.open(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def test_with_users_the_metrics_want_the_password_and_the_probes_do_not(users):
    clock = ManualClock()
    access = open_access(Serve(users=str(users)))
    page = Page("127.0.0.1", 0, metrics.create("1", "embedded"), Health(clock), access=access)
    asked = [None, "prometheus:wrong", "nobody:hush", "prometheus:hush", "prometheus:hush"]
    assert [status(page, "/metrics", login) for login in asked] == [401, 401, 401, 200, 200]
    assert status(page, "/livez") == 200
    page.close()


def test_with_a_certificate_the_page_speaks_tls_alone(pair):
    cert, key = pair
    access = open_access(Serve(tls_cert=cert, tls_key=key))
    page = Page("127.0.0.1", 0, metrics.create("1", "embedded"), Health(ManualClock()), access=access)
    assert page.address.startswith("https://")
    assert status(page, "/metrics", cafile=cert) == 200
    with pytest.raises(OSError, match=r".+"):
        urllib.request.urlopen(page.address.replace("https", "http"), timeout=10)
    page.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", "names nobody"), ("prometheus:hush\n", ":1: expected name:bcrypt hash")],
)
def test_a_file_of_users_that_cannot_be_meant_is_refused(tmp_path, text, expected):
    path = tmp_path / "users"
    path.write_text(text)
    with pytest.raises(UsageError, match=expected):
        open_access(Serve(users=str(path)))


def test_a_certificate_without_its_key_is_refused(pair):
    with pytest.raises(UsageError, match="go together"):
        open_access(Serve(tls_cert=pair[0]))
    with pytest.raises(UsageError, match="cannot be used"):
        open_access(Serve(tls_cert=pair[0], tls_key=pair[0]))
