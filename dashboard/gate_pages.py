"""What somebody sees who is not let in: one page that says why, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from starlette.requests import HTTPConnection

from dashboard.words import HOME, LANGUAGES, catalogue, mark, said_in

LOOK = """
  :root { color-scheme: light dark; font: 17px/1.5 "Source Sans", system-ui, sans-serif; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
  main { max-width: 30rem; padding: 2rem; }
  h1 { font-size: 1.5rem; margin: 0 0 1rem; }
  a.button { display: inline-block; margin-top: 1rem; padding: .5rem 1.25rem; border-radius: .5rem;
             background: #1f5fb0; color: #fff; text-decoration: none; }
"""


def language_of(asked: HTTPConnection) -> str:
    """Of the address; else the first of the browser's that we speak; else ours."""
    wanted = [asked.query_params.get("lang", "")]
    wanted += [one.strip()[:2].lower() for one in asked.headers.get("accept-language", "").split(",")]
    return next((code for code in wanted if code in LANGUAGES), HOME)


def sign_in(language: str) -> str:
    title = mark("Sign in to AdFlux")
    return _page(language, title, [mark("Your organisation's login opens it.")], mark("Sign in"), "/signin")


def not_here(language: str) -> str:
    return _page(
        language,
        mark("AdFlux is not open here"),
        [mark("Until a login is set up, the dashboard answers only on the machine it runs on.")],
    )


def no_role(language: str, account: str, admins: Sequence[str]) -> str:
    """Logged in, and nobody here. `admins`: the accounts that can let them in."""
    addresses = [one for one in admins if "@" in one]
    if not account:
        lines = [mark("Your login does not confirm that its e-mail address is yours: it opens nothing here.")]
    else:
        told = mark("You are logged in as {account}, which has no role here.")
        lines = [said_in(language, told, account=account)]
    if addresses:
        who = ", ".join(addresses)
        lines.append(said_in(language, mark("Who can let you in: {who}."), who=who))
    else:
        lines.append(mark("Whoever runs AdFlux can let you in, with: adflux grant"))
    return _page(language, mark("You have no access yet"), lines, mark("Use another account"), "/auth/logout")


def not_set_up(language: str, why: str) -> str:
    lines = [mark("AdFlux is not set up completely: somebody who runs it must mend a setting."), why]
    return _page(language, mark("AdFlux cannot open"), lines)


def no_database(language: str) -> str:
    lines = [mark("The database does not answer, so nobody can be let in. Try again in a minute.")]
    return _page(language, mark("AdFlux cannot open"), lines)


def _page(language: str, title: str, lines: Sequence[str], does: str = "", leads_to: str = "") -> str:
    said = escape(_say(language, title))
    told = "".join(f"<p>{escape(_say(language, line))}</p>" for line in lines)
    button = f'<a class="button" href="{leads_to}">{escape(_say(language, does))}</a>' if does else ""
    # Styles stand in the page: nothing of Streamlit's is given to who is not in.
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{said}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{LOOK}</style></head>'
        f"<body><main><h1>{said}</h1>{told}{button}</main></body></html>"
    )


def _say(language: str, text: str) -> str:
    """Without blanks to fill: what is already filled in may hold braces of its own."""
    return catalogue(language).get(text, text)
