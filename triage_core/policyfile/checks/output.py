"""Does every rule about outgoing texts have an effect, and can the policy's own templates pass them?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from triage_core.domain.errors import TriageError
from triage_core.domain.output import Outgoing, Standards, Surroundings, Weight, check
from triage_core.domain.output.abuse import AbuseRules
from triage_core.domain.output.hosts import ascii_host
from triage_core.domain.output.usual_words import ADMISSIONS, PRICES, PROMISES
from triage_core.domain.output.wording import word_rules
from triage_core.domain.policy import Policy
from triage_core.domain.policy.gates import Placeholder
from triage_core.domain.policy.output import Wording
from triage_core.domain.word_list import listed
from triage_core.policyfile.checks.form import why_unusable
from triage_core.policyfile.checks.rules import repeated, unfindable
from triage_core.policyfile.tree import Finding
from triage_core.policyfile.yaml_tree import Path

_WORDINGS: Final = ("promises", "prices", "admissions", "abuse")
#: Under these names everybody can have a host.
_SHARED: Final = frozenset(
    listed("""
        co.uk, org.uk, com.au, co.nz, co.jp, com.br, co.in, co.za, com.tr, github.io, gitlab.io, web.app, pages.dev
        workers.dev, netlify.app, vercel.app, herokuapp.com, onrender.com, firebaseapp.com, appspot.com, run.app
        azurewebsites.net, azurestaticapps.net, blob.core.windows.net, cloudapp.azure.com, trafficmanager.net
        amazonaws.com, s3.amazonaws.com, cloudfront.net, blogspot.com, wordpress.com, wixsite.com, weebly.com
        sharepoint.com, zendesk.com, freshdesk.com, atlassian.net, service-now.com, myshopify.com, notion.site
        ngrok.io, ngrok-free.app, trycloudflare.com, duckdns.org
    """)
)


def _wordings(policy: Policy) -> Iterator[tuple[Path, Wording]]:
    for name in _WORDINGS:
        yield ("output", name), getattr(policy.output, name)


def _term_lists(policy: Policy) -> Iterator[tuple[Path, tuple[str, ...]]]:
    for path, wording in _wordings(policy):
        yield (*path, "terms"), wording.terms
        yield (*path, "allowed"), wording.allowed
    yield ("output", "forbidden_names"), policy.output.forbidden_names
    for part, words in policy.output.part_words.items():
        yield ("output", "part_words", part), words


def findable_terms(policy: Policy) -> Iterator[Finding]:
    """Every word about outgoing texts is found in its own spelling."""
    return unfindable(_term_lists(policy))


def terms_once(policy: Policy) -> Iterator[Finding]:
    """No two words about outgoing texts in one list are the same."""
    return repeated(_term_lists(policy))


def patterns(policy: Policy) -> Iterator[Finding]:
    """Every pattern about outgoing texts runs in linear time."""
    for path, wording in _wordings(policy):
        for number, pattern in enumerate(wording.patterns):
            if reason := why_unusable(pattern):
                yield Finding(path=(*path, "patterns", number), what="this pattern cannot be used", expected=reason)


def link_domains(policy: Policy) -> Iterator[Finding]:
    """Links lead to hosts of somebody's own."""
    for number, name in enumerate(policy.output.link_domains):
        host = ascii_host(name.removeprefix("*."))
        path = ("output", "link_domains", number)
        if host is None:
            yield Finding(path=path, what=f'no link can lead to "{name}"', expected="a host such as help.example.com")
        elif name.startswith("*.") and host in _SHARED:
            what = f"everybody can have a host below {host}"
            yield Finding(path=path, what=what, expected=f"a host of your own, such as desk.{host}")


def regions(policy: Policy) -> Iterator[Finding]:
    """Telephone numbers are those of countries that have a number plan."""
    if not policy.output.phone_regions:
        return
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415 - slow to import, and many policies name no country

    for number, region in enumerate(policy.output.phone_regions):
        if region not in SUPPORTED_REGIONS:
            path = ("output", "phone_regions", number)
            yield Finding(path=path, what=f"{region} has no telephone numbers", expected="a country such as DE or US")


_FINDERS: Final[dict[str, Callable[[Wording], Callable[[str], Iterator[tuple[int, int]]]]]] = {
    "promises": lambda wording: word_rules(wording, PROMISES).find,
    "prices": lambda wording: word_rules(wording, PRICES).find,
    "admissions": lambda wording: word_rules(wording, ADMISSIONS).find,
    "abuse": lambda wording: AbuseRules(wording).find,
}


def allowed_phrases(policy: Policy) -> Iterator[Finding]:
    """A phrase is allowed that would be refused otherwise."""
    for path, wording in _wordings(policy):
        try:
            find = _FINDERS[str(path[-1])](wording.model_copy(update={"allowed": ()}))
        except TriageError:  # said by the checks of terms and patterns
            continue
        for number, phrase in enumerate(wording.allowed):
            if not any(find(phrase)):
                what = "nothing in this phrase would be refused, so it need not be allowed"
                expected = "the whole phrase with the word that is refused"
                yield Finding(path=(*path, "allowed", number), what=what, expected=expected)


_PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def passing_templates(policy: Policy) -> Iterator[Finding]:
    """A template that is filled in passes the checks of outgoing texts."""
    try:
        standards = Standards(policy)
    except TriageError:  # said by the checks of terms and patterns
        return
    facts = _sample_facts(policy)
    values = {str(name): value for name, value in facts.items()}
    for number, template in enumerate(policy.templates):
        text = Outgoing(
            kind=template.kind,
            subject=_filled(template.subject, values),
            body=_filled(template.body, values),
            language=template.language,
            facts=facts,
        )
        found = check(text, standards, Surroundings())
        reasons = list(dict.fromkeys(each.reason for each in found if each.weight is Weight.BLOCKS))
        if reasons:
            what = f'texts of the template "{template.id}" would never leave: {"; ".join(reasons)}'
            yield Finding(
                path=("templates", number, "body"), what=what, expected="a text that passes the output checks"
            )


def _sample_facts(policy: Policy) -> dict[Placeholder, str]:
    """Return a value for each placeholder that no other one has."""
    facts = {name: f"sample of {name.replace('_', ' ')}" for name in Placeholder}
    pages = {Placeholder.STATUS_PAGE: policy.desk.status_page, Placeholder.SURVEY_PAGE: policy.desk.survey_page}
    return facts | {name: page for name, page in pages.items() if page}


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[1]), text)
