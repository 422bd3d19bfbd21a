"""Alerts arrive at a webhook, at Slack and by e-mail, without secrets, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme
from alert_receivers import mail_server, slack, webhook
from hypothesis import given
from hypothesis import strategies as st

from adflux_core import reports
from adflux_core.alerts.causes import FOLLOWS, PATIENCE, TITLES, URGENT, Cause
from adflux_core.alerts.telling import LONGEST_LINE, MOST_LINES, Told, destinations, message, tell
from adflux_core.errors import ConfigurationError
from adflux_core.settings import settings
from dashboard import naming

CAPPED = Cause("capped", "meta", "Analista (3)", "month: 1000")
ORPHAN = Cause("orphan", "google_ads", "campaign 7", "")


def configure(monkeypatch: pytest.MonkeyPatch, *urls: str) -> None:
    monkeypatch.setenv("ADFLUX_ALERT_URLS", " ".join(urls))
    settings.cache_clear()


def test_a_webhook_and_a_mailbox_each_get_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    with webhook() as hook, mail_server() as post:
        configure(
            monkeypatch,
            f"json://127.0.0.1:{hook.port}/alerts",
            f"mailto://127.0.0.1:{post.port}/?mode=insecure&from=adflux@example.com&to=ops@example.com",
        )
        told = tell([CAPPED, ORPHAN], destinations())
    assert told == Told(sent=["webhook 127.0.0.1", "e-mail 127.0.0.1"], failed=[])
    (sent,) = hook.messages
    assert sent["path"] == "/alerts"
    assert sent["title"] == "AdFlux: Se alcanzó un tope de gasto (+1)"
    assert [*sent["message"].splitlines()] == [
        "Se alcanzó un tope de gasto / A spending cap was reached — meta: Analista (3): month: 1000",
        "Un anuncio sin dueño en la plataforma / An ad that no campaign owns — google_ads: campaign 7",
    ]
    (mail,) = post.messages
    assert any("ops@example.com" in line for line in mail["envelope"])
    assert "Subject:" in mail["text"]


def test_slack_gets_it_at_its_own_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with slack(authority) as channel:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{channel.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        path = f"T{'1' * 8}/B{'2' * 8}/{'x' * 24}"
        configure(monkeypatch, f"https://hooks.slack.com/services/{path}")
        told = tell([CAPPED], destinations())
    assert told == Told(sent=["Slack"], failed=[])
    (sent,) = channel.messages
    assert sent["path"] == f"/services/{path}"
    assert "Se alcanzó un tope de gasto" in str(sent)


@pytest.mark.parametrize(
    "url",
    [
        "json://hooks.example.com/x",
        "mailto://user:hunter2secret@smtp.example.com?to=a@example.com",
        "mailtos://user:hunter2secret@smtp.example.com?to=a@example.com&mode=insecure",
        "syslog://",
        "https://example.com/hook",
        "file:///etc/passwd",
        "json://169.254.169.254/latest",
        "nothing",
    ],
)
def test_other_or_open_ways_are_refused_without_naming_them(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    configure(monkeypatch, url)
    with pytest.raises(ConfigurationError, match="ADFLUX_ALERT_URLS: address 1") as refused:
        destinations()
    assert "hunter2secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_redirect_is_a_failure_and_the_next_one_is_told_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with webhook() as elsewhere, webhook() as moved, webhook() as there:
        moved.status, moved.location = 307, f"http://127.0.0.1:{elsewhere.port}/"
        configure(monkeypatch, f"json://127.0.0.1:{moved.port}/", f"json://127.0.0.1:{there.port}/")
        told = tell([CAPPED], destinations())
    assert (told.sent, told.failed) == (["webhook 127.0.0.1"], ["webhook 127.0.0.1"])
    assert len(there.messages) == 1
    assert elsewhere.messages == []


def test_no_secret_and_no_address_of_a_person_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("META_ACCESS_TOKEN", "EAAverysecret")
    configure(monkeypatch, "jsons://user:alsosecret99@hooks.example.com/x")
    leaking = Cause("failed", "meta", "ana@example.com", "access_token=EAAother EAAverysecret\nsecond line")
    _, text = message([leaking])
    assert not any(part in text for part in ("EAAverysecret", "EAAother", "ana@", "\n"))


@given(st.text(max_size=500), st.sampled_from([*TITLES]), st.integers(1, 60))
def test_any_words_make_a_bounded_message(words: str, kind: str, count: int) -> None:
    title, text = message([Cause(kind, "meta", words, words)] * count)
    lines = text.split("\n")
    assert len(lines) == min(count, MOST_LINES + 1)
    assert all(len(line) <= LONGEST_LINE for line in lines)
    assert title.startswith("AdFlux: ")


def test_every_kind_that_there_is_has_its_words() -> None:
    states_of_no_concern = {"planned", "paused", "active", "closed"}
    assert TITLES.keys() == naming.STATES.keys() - states_of_no_concern
    assert {
        *URGENT,
        *PATIENCE,
        *FOLLOWS,
        *set().union(*FOLLOWS.values()),
        *reports.DATA_KINDS,
    } <= TITLES.keys()
