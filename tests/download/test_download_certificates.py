"""Over TLS, with certificates made here: whom the download trusts."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from faulty_server import answer
from reelrank.errors import UserError
from reelrank_cli.download.job import run

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="the openssl program makes the certificates"
)


def make_certificate(path: Path, name: str) -> Path:
    """Write a self-signed certificate and its key into one file."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=test", "-addext", f"subjectAltName={name}"),
            *("-keyout", str(path.with_suffix(".key")), "-out", str(path)),
        ],
        check=True,
        capture_output=True,
    )
    path.write_text(path.read_text() + path.with_suffix(".key").read_text())
    return path


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls") / "own.pem", "IP:127.0.0.1")


@pytest.fixture(scope="module")
def certificate_of_another(tmp_path_factory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls") / "other.pem", "DNS:zenodo.org")


def test_a_self_signed_certificate_is_refused_at_once(serve, payload, certificate, make_job, said):
    server = serve(payload, certificate)
    with pytest.raises(UserError, match="certificate is not trusted .self.signed") as caught:
        run(make_job(server.url))
    assert "SSL_CERT_FILE" in caught.value.remedy
    assert server.ranges == []  # not a byte of the request was sent
    assert len(said) == 1  # and it was not tried again


def test_the_same_server_is_taken_once_its_certificate_is_trusted(
    serve, payload, certificate, make_job, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert run(make_job(serve(payload, certificate).url)).status == "ready"


def test_a_trusted_certificate_of_another_server_is_refused(
    serve, payload, certificate_of_another, make_job, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate_of_another))
    with pytest.raises(UserError, match="certificate is not trusted .IP address mismatch"):
        run(make_job(serve(payload, certificate_of_another).url))


def test_a_redirect_from_https_to_http_is_refused(
    serve, payload, certificate, server, make_job, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    secure = serve(payload, certificate)
    secure.behaviours = [answer(302, Location=server.url)]
    with pytest.raises(UserError, match="leaves https"):
        run(make_job(secure.url))
    assert server.ranges == []
