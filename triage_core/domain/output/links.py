"""Where do the links of a text lead, and does what is shown for them say the same?

Every form counts that a mail program, a chat or a browser makes a link of: addresses with and without a scheme, bare
domains, Markdown, Slack's angle brackets, and the attributes of HTML.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core.domain.output.hosts import HARMLESS, WEB, clean, host_of, scheme_of
from triage_core.domain.output.outgoing import Format
from triage_core.domain.word_list import listed

if TYPE_CHECKING:
    from triage_core.domain.output.case import Case
    from triage_core.domain.output.outgoing import Hit
    from triage_core.domain.output.passage import Passage


class Link(NamedTuple):
    """A target, the place it stands at in what was written, and what is shown for it."""

    target: str
    start: int
    end: int
    label: str = ""


#: Endings of domains that mail programs make links of; those of countries have two letters.
_TOPS: Final = frozenset(
    listed("""
        com, net, org, info, biz, edu, gov, mil, int, name, pro, mobi, tel, asia, jobs, cat, app, dev, page
        web, site, online, website, tech, store, shop, xyz, top, club, live, cloud, digital, agency, company
        email, link, click, support, help, services, service, solutions, systems, network, host, hosting
        space, world, today, news, media, blog, wiki, bank, money, finance, cash, pay, win, vip, bid, loan
        work, works, team, group, global, zone, icu, buzz, fun, life, one, art, design, studio, berlin
        hamburg, koeln, wien, zip, mov, gmbh, reise, haus, jetzt, rip, lol, sbs, cfd, cyou, rest, monster
        quest, onion
    """)
)
#: Endings of two letters that files have as well; alone they make no link.
_FILES: Final = frozenset(
    {"md", "sh", "py", "pl", "rs", "ps", "cc", "ts", "js", "so", "gz", "rb", "cs", "db", "vb", "ai"}
)

_WORD = r"[^\s<>\"'`\u00a0]"
_ADDRESS: Final = re.compile(
    rf"(?<![A-Za-z0-9+.-])(?:[a-z][a-z0-9+.-]{{1,30}}://|(?:https?|ftp):|(?:javascript|vbscript):(?=\S)|file:/"
    rf"|data:[\w/+.-]{{1,60}}[;,]){_WORD}{{1,2000}}",
    re.IGNORECASE,
)
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_BARE: Final = re.compile(
    rf"(?<![\w@./:%\\-])(?:{_LABEL}\.){{1,8}}([^\W\d_]{{2,24}}|xn--[a-z0-9-]{{2,59}})(?![\w@-]|\.\w)"
    rf"([:/?#]{_WORD}{{0,2000}})?",
    re.IGNORECASE,
)
_MARKDOWN: Final = re.compile(
    r"(?:\[([^\[\]\n]{0,300}))?\]\(\s{0,5}<?([^\s<>()]{1,2000}(?:\([^\s<>()]{0,200}\)[^\s<>()]{0,500})?)"
)
_DEFINED: Final = re.compile(r"^ {0,3}\[[^\]\n]{1,200}\]:\s{0,5}<?([^\s<>]{1,2000})", re.MULTILINE)
_SLACK: Final = re.compile(r"<([^<>|\s]{2,2000})\|([^<>\n]{0,300})>")
_ANGLES: Final = re.compile(r"<([a-z][a-z0-9+.-]{1,30}:[^<>\s]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(
    r"[\s\"'/](?:xlink:)?(?:href|src|srcset|action|formaction|background|poster|data|ping|cite|longdesc|manifest)"
    r"\s{0,5}=\s{0,5}(?:\"([^\"]{0,2000})|'([^']{0,2000})|([^\s\"'>]{1,2000}))",
    re.IGNORECASE,
)
_ANCHOR_TEXT: Final = re.compile(r"[^<>]{0,2000}>((?:[^<]|<(?!/?a\b)){0,500})", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")


def links_of(passage: Passage, written_as: Format) -> list[Link]:
    """Return the links of a passage by place."""
    explicit = sorted(_EXPLICIT[written_as](passage.raw), key=_by_place)
    links = list(explicit)
    reached = place = 0
    for link in sorted(_written_out(passage), key=_by_place):
        while place < len(explicit) and explicit[place].end <= link.start:
            place += 1
        is_explicit = place < len(explicit) and explicit[place].start < link.end
        if link.start >= reached and not is_explicit:
            links.append(link)
            reached = link.end
    return sorted(links, key=_by_place)


def _by_place(link: Link) -> tuple[int, int]:
    return link.start, -link.end


def _in_markdown(raw: str) -> Iterator[Link]:
    for found in _MARKDOWN.finditer(raw):
        yield Link(found[2], *found.span(2), found[1] or "")
    yield from (Link(found[1], *found.span(1)) for found in _DEFINED.finditer(raw))
    yield from _in_angles(raw)


def _in_angles(raw: str) -> Iterator[Link]:
    yield from (Link(found[1], *found.span(1), found[2]) for found in _SLACK.finditer(raw))
    yield from (Link(found[1], *found.span(1)) for found in _ANGLES.finditer(raw))


def _in_html(raw: str) -> Iterator[Link]:
    for found in _ATTRIBUTE.finditer(raw):
        group = found.lastindex or 0
        label = _ANCHOR_TEXT.match(raw, found.end()) if found[0][1:].lower().startswith("href") else None
        shown = html.unescape(_TAG.sub("", label[1])) if label else ""
        yield Link(html.unescape(found[group]), *found.span(group), shown.strip())


_EXPLICIT: Final = {Format.PLAIN: _in_angles, Format.MARKDOWN: _in_markdown, Format.HTML: _in_html}


def _written_out(passage: Passage) -> Iterator[Link]:
    text = passage.text
    for found in _ADDRESS.finditer(text):
        yield Link(found[0], *passage.shown.span(*found.span()))
    for found in _BARE.finditer(text):
        if _is_domain(found):
            yield Link(f"https://{found[0]}", *passage.shown.span(*found.span()))


def _is_domain(found: re.Match[str]) -> bool:
    top, has_path = found[1], bool(found[2])
    if not (top.islower() or top.isupper() or not top.isascii()):
        return False
    ending = top.lower()
    if found[0].lower().startswith("www."):
        return True
    is_country = len(ending) == 2 and (has_path or ending not in _FILES)  # noqa: PLR2004 - codes of countries
    return is_country or ending in _TOPS or ending.startswith("xn--") or not ending.isascii()


def find_foreign(case: Case) -> Iterator[Hit]:
    """Find links that lead elsewhere than the policy says."""
    for passage, link in case.links:
        detail = _objection(case, link.target)
        if detail:
            yield passage.raw_hit(link.start, link.end, detail)


def _objection(case: Case, target: str) -> str:
    bare = clean(target)
    scheme = scheme_of(target)
    if scheme in HARMLESS or bare.startswith("#"):
        return ""
    if scheme and scheme not in WEB:
        return "of a scheme that is not of the web"
    if not scheme and not bare.replace("\\", "/").startswith("//"):
        return "that names no host"
    host = host_of(target)
    if host is None:
        return "whose host cannot be read plainly"
    return "" if case.standards.domains.allow(host) else "to a host that is not on the list"


def find_unencrypted(case: Case) -> Iterator[Hit]:
    """Find links of the web without encryption."""
    for passage, link in case.links:
        if scheme_of(link.target) == "http":
            yield passage.raw_hit(link.start, link.end)


def find_mismatched(case: Case) -> Iterator[Hit]:
    """Find links that show another address than they lead to."""
    for passage, link in case.links:
        shown = _shown_host(link.label)
        if shown and shown != host_of(link.target):
            yield passage.raw_hit(link.start, link.end)


def _shown_host(label: str) -> str | None:
    address = _ADDRESS.search(label)
    if address:
        return host_of(address[0]) or "?"
    bare = next((found for found in _BARE.finditer(label) if _is_domain(found)), None)
    return (host_of(f"https://{bare[0]}") or "?") if bare else None
