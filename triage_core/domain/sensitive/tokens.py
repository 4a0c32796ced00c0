"""Which keys and tokens show by their form that they open something?

The table holds what the makers publish about their own keys. Everything else that is called a key is found by its name
(see `credentials`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from triage_core.domain.sensitive.kinds import Found, Sensitive
from triage_core.domain.sensitive.randomness import is_random

#: Keys with a beginning of their own. Upper and lower case count.
_MAKERS: Final = (
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}",  # Amazon
    r"ABSK[\w+/=-]{100,300}",
    r"gh[oprsu]_[A-Za-z0-9]{36,255}",  # GitHub
    r"github_pat_\w{60,255}",
    r"gl[a-z]{2,8}-[\w.-]{20,300}",  # GitLab
    r"xox[a-z](?:\.xox[a-z])?-[\w-]{10,300}",  # Slack
    r"xapp-\d-[\w-]{10,300}",
    r"AIza[\w-]{35}",  # Google
    r"ya29\.[\w-]{20,400}",
    r"GOCSPX-[\w-]{28}",
    r"sk-[\w-]{20,300}",  # OpenAI, Anthropic and others
    r"hf_[A-Za-z]{34}",  # Hugging Face
    r"SG\.[\w-]{16,32}\.[\w-]{30,64}",  # SendGrid
    r"[0-9a-f]{32}-us\d{1,2}",  # Mailchimp
    r"(?:AC|SK)[0-9a-fA-F]{32}",  # Twilio
    r"[rsp]k_(?:live|test|prod)_[A-Za-z0-9]{10,200}",  # Stripe
    r"eyJrIjoi[A-Za-z0-9+/]{40,400}={0,2}",  # Grafana
    r"ATATT3[\w=-]{50,300}",  # Atlassian
    r"ATCTT3[\w=-]{50,300}",
    r"[\w.~-]{3}[78]Q~[\w.~-]{31,34}",  # Microsoft Entra
    r"\d{5,16}:AA[\w-]{32,34}",  # Telegram
    r"dapi[0-9a-f]{32}(?:-\d)?",  # Databricks
    r"hv[bsr]\.[\w-]{20,300}",  # HashiCorp
    r"[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,70}",
    r"dp\.[a-z]{2,5}\.[A-Za-z0-9._-]{40,60}",  # Doppler
    r"dt0[a-z]\d{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}",  # Dynatrace
    r"NRAK-[A-Z0-9]{27}",  # New Relic
    r"NR(?:II|JS)-[\w-]{19,40}",
    r"LTAI[A-Za-z0-9]{12,24}",  # Alibaba
    r"AKID[A-Za-z0-9]{32}",  # Tencent
    r"AQVN[\w-]{35,38}",  # Yandex
    r"sha256~[\w-]{43}",  # OpenShift
    r"AGE-SECRET-KEY-1[A-Z0-9]{58}",  # age
    r"ops_eyJ[\w+/=-]{50,2000}",  # 1Password
    r"EAA[A-Za-z0-9]{60,300}",  # Facebook, Square
    r"sq0[a-z]{3}-[\w-]{22,60}",
    r"v1\.0-[0-9a-f]{24}-[0-9a-f]{146}",  # Cloudflare
    r"EZ[AT]K[A-Za-z0-9]{54}",  # EasyPost
    r"AKC[A-Za-z0-9]{10,80}",  # Artifactory
    r"API-[A-Z0-9]{26}",  # Octopus
    r"[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk",  # MaxMind
    r"FLW(?:PUB|SEC)K_TEST-[0-9a-h]{32}-X",  # Flutterwave
    r"pul-[0-9a-f]{40}",  # Pulumi
)
_KEY: Final = re.compile(rf"(?<![\w.~-])(?:{'|'.join(_MAKERS)})(?![\w~])")
#: Many makers begin a key with their name, or with what the key is, and go on at random.
_PREFIXED: Final = re.compile(
    r"(?<![\w-])(?:[A-Za-z][A-Za-z0-9]{1,15}[_-]){1,3}(?=([A-Za-z0-9+/=]{20,300}(?![A-Za-z0-9])))", re.ASCII
)
#: Whatever it is called, what is assigned and looks drawn is a key. Digests and ids of ours are hexadecimal.
_ASSIGNED: Final = re.compile(
    r"(?<=[\w\"'`) ])(?:=>|:{1,3}=|\?=|\|\||==?|[:>])\s{0,3}[\"'`]{0,2}([A-Za-z0-9]{24,400}={0,2})(?![\w+/=.-])"
)
_HEXADECIMAL: Final = re.compile(r"[0-9a-fA-F]+")
_TOKEN: Final = re.compile(r"(?<![\w-])eyJ[\w-]{10,}+\.[\w-]{10,}+(?:\.[\w-]*+)?")
#: Without so many characters in one piece a text holds none of them, and most texts have fewer.
_RUN: Final = re.compile(r"[\w.~:/+=?&-]{18}")
_IN_ADDRESS: Final = re.compile(
    r"(?<=[?&])(?:[\w-]{0,20}(?:sig|signature|token|key|secret|code|password|auth))=([\w%+/.~=-]{16,2000})",
    re.IGNORECASE,
)
_HOOK: Final = re.compile(
    r"(?:hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)|discord(?:app)?\.com/api/webhooks"
    r"|[\w.-]{1,60}\.webhook\.office\.com|outlook\.office(?:365)?\.com/webhook|hooks\.zapier\.com/hooks"
    r"|hook\.(?:[a-z]{2}\d\.)?make\.com)/[\w/@.=-]{8,400}",
    re.IGNORECASE,
)


def tokens_in(text: str) -> Iterator[Found]:
    """Keys, signed tokens and addresses that everybody who knows them can write to."""
    yield from (Found(Sensitive.WEBHOOK, *found.span()) for found in _HOOK.finditer(text))
    if not _RUN.search(text):
        return
    yield from (Found(Sensitive.WEB_TOKEN, *found.span()) for found in _TOKEN.finditer(text))
    yield from (Found(Sensitive.ACCESS_KEY, *found.span()) for found in _KEY.finditer(text))
    for found in _ASSIGNED.finditer(text):
        if is_random(found[1]) and not _HEXADECIMAL.fullmatch(found[1]):
            yield Found(Sensitive.ACCESS_KEY, *found.span(1))
    for found in _PREFIXED.finditer(text):
        if is_random(found[1]):
            yield Found(Sensitive.ACCESS_KEY, found.start(), found.end(1))
    for found in _IN_ADDRESS.finditer(text):
        if is_random(found[1]):
            yield Found(Sensitive.ACCESS_KEY, *found.span(1))
