"""A real Prometheus reads a real worker's page over TLS with a password, and no page without it."""

from __future__ import annotations

from pathlib import Path

import bcrypt

from tests.deploy.newsday import newsday
from tests.deploy.prometheus import prometheus, until
from tests.desk.test_access import certificate


def test_prometheus_reads_a_page_behind_tls_and_a_password(tmp_path: Path):
    cert, key = certificate(tmp_path)
    (tmp_path / "users").write_text(f"prometheus:{bcrypt.hashpw(b'hush', bcrypt.gensalt(4)).decode()}\n")
    protected = {
        "TOCSIN_METRICS__TLS_CERT": cert,
        "TOCSIN_METRICS__TLS_KEY": key,
        "TOCSIN_METRICS__USERS": str(tmp_path / "users"),
    }
    tls = {"scheme": "https", "tls_config": {"ca_file": cert}}
    with newsday(tmp_path / "worker", broken=False, **protected) as day:
        for password, reached in (("hush", 1.0), ("wrong", 0.0)):
            (tmp_path / password).mkdir()
            login = {"username": "prometheus", "password": password}
            with prometheus(tmp_path / password, {"tocsin": [day.page]}, basic_auth=login, **tls) as read:
                until(60, lambda read=read: bool(read.ready() and read.now("up")), "a page was asked for")
                assert [value for _, value in read.now("up")] == [reached]
                assert bool(read.now("tocsin_build_info")) == bool(reached)
