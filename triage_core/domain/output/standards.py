"""What does a policy ask of texts, once it is ready to be asked?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.domain.output.abuse import AbuseRules
from triage_core.domain.output.hosts import Domains, host_of
from triage_core.domain.output.parts import SIGNS
from triage_core.domain.output.phrases import Phrases
from triage_core.domain.output.usual_words import ADMISSIONS, PRICES, PROMISES
from triage_core.domain.output.wording import word_rules

if TYPE_CHECKING:
    from triage_core.domain.policy import Policy


class Standards:
    """The output rules of one policy version, compiled."""

    def __init__(self, policy: Policy) -> None:
        """Compile once; the desk's own pages and name are always allowed."""
        rules, desk = policy.output, policy.desk
        pages = [host_of(page) for page in (desk.status_page, desk.survey_page) if page]
        self.domains: Final = Domains((*rules.link_domains, *(host for host in pages if host)))
        self.longest: Final = rules.longest
        self.required: Final = rules.required
        self.signs: Final = {
            part: Phrases((sign.words, rules.part_words.get(part, ())), (), ()) for part, sign in SIGNS.items()
        }
        self.promises: Final = word_rules(rules.promises, PROMISES)
        self.prices: Final = word_rules(rules.prices, PRICES)
        self.admissions: Final = word_rules(rules.admissions, ADMISSIONS)
        self.abuse: Final = AbuseRules(rules.abuse)
        self.amounts: Final = rules.amounts
        self.forbidden_names: Final = rules.forbidden_names
        self.own_names: Final = (desk.name,)
        self.contacts: Final = rules.contacts
        self.phone_regions: Final = rules.phone_regions
        self.personal_data: Final = frozenset(rules.personal_data)
        self.tricks: Final = frozenset(policy.manipulation.kinds)
