"""Which words promise, price or admit something in English and German, whatever the desk is?

The lists are short and hold what binds: "refund" alone names a subject, "we will refund" gives one away. What a desk
may say after all stands under `allowed` in its policy.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from triage_core.domain.word_list import listed


class Words(NamedTuple):
    """Phrases, and patterns in RE2 syntax for what no list of phrases can hold."""

    terms: tuple[str, ...]
    patterns: tuple[str, ...] = ()


#: What is done, and by when, makes a promise together.
_DONE = "be (?:fixed|solved|resolved|restored|repaired|replaced|done|finished|completed|delivered|back|online)"
_DO = "(?:fix|solve|resolve|restore|repair|replace|finish|complete|deliver)"
_WHEN = r"\b(?:by|within|before|until|till|latest|today|tonight|tomorrow|this week|in \d+)\b"
_ERLEDIGT = r"\b(?:behoben|gelöst|erledigt|repariert|wiederhergestellt|fertig|geliefert|ersetzt)\b"
_WIR_ERLEDIGEN = r"\bwir (?:beheben|lösen|erledigen|reparieren|liefern|ersetzen)\b"
_WANN = r"\b(?:bis|innerhalb|binnen|heute|morgen|spätestens|in \d+)\b"
_SOME_WORDS = r"[^.!?\n]{0,40}?"

PROMISES: Final = Words(
    terms=listed("""
        we guarantee, i guarantee, guarantee you, guarantee that, is guaranteed, are guaranteed, guaranteed to
        we promise, i promise, promise you, promise that, you have my word, you have our word, we swear, rest assured
        we assure you, i assure you, can assure you, we commit to, we are committed to fixing
        will never happen again, won't happen again, will not happen again, never occur again, never be down again
        will definitely, definitely be, without fail, no matter what, at any cost, whatever it takes
        hundred percent sure, 100 % uptime, 100 % available, zero downtime, no risk whatsoever, completely safe
        absolutely safe, we will make it up to you, make an exception for you, legally binding
        wir garantieren, ich garantiere, garantieren ihnen, garantiert, garantieren wir, garantieren dir
        wir versprechen, ich verspreche, verspreche ihnen, versprechen wir, versprochen
        wir versichern ihnen, ich versichere ihnen, sie haben mein wort, sie haben unser wort, ehrenwort
        wir sichern ihnen zu, sichern wir ihnen zu, sichere ihnen zu, wir sagen ihnen zu, verbindlich zu
        nie wieder, nie mehr passieren, nicht wieder vorkommen, nicht noch einmal passieren, kommt nicht wieder vor
        auf jeden fall bis, ganz sicher bis, definitiv bis, mit sicherheit bis, um jeden preis
        koste es was es wolle, hundertprozentig sicher, ausnahmsweise für sie, rechtsverbindlich
    """),
    patterns=(
        rf"\b(?:will|shall|(?:is|are) going to|'ll) (?:definitely |surely )?{_DONE}\b{_SOME_WORDS}{_WHEN}",
        rf"\b(?:we|i)(?: will|'ll) {_DO}\b{_SOME_WORDS}{_WHEN}",
        rf"\b(?:wird|werden|ist|sind)\b{_SOME_WORDS}{_WANN}{_SOME_WORDS}{_ERLEDIGT}",
        rf"{_WIR_ERLEDIGEN}{_SOME_WORDS}{_WANN}",
    ),
)

_CHEAPER = r"(?:off\b|discount|less\b|refund|reduction|credit|rabatt|nachlass|ermäßigung|gutschrift|günstiger)"
_NEXT = r"\b(?:first|next|erster?n?|nächster?n?) (?:\d+ |two |zwei )?(?:months?|year|monate?|jahr)"
_FREE = r"(?:is |are |ist |sind )?(?:free|kostenlos|gratis)\b"

PRICES: Final = Words(
    terms=listed("""
        we will refund, we'll refund, we refund, i will refund, will be refunded, have refunded, are refunding
        refund you, full refund, get a refund, receive a refund, issue a refund, issued a refund, grant a refund
        give you a refund, your money back, reimburse you, will be reimbursed, we will reimburse
        will compensate, compensate you, get compensation, receive compensation, offer compensation, as compensation
        free of charge, at no charge, no charge for, no extra charge, at no cost, at no extra cost, for free
        free month, free months, free upgrade, on the house, complimentary, waive the, we will waive, have waived
        issue a credit note, issued a credit note, send you a credit note, credit your account
        credited to your account, account credit, service credits, goodwill credit
        a discount, discount of, discount on your, special price, best price, lower price, price match
        price reduction, reduced price, send you a voucher, give you a voucher, get a voucher, send you a gift card
        cheaper for you
        wir erstatten, erstatten wir, erstatten ihnen, wird erstattet, werden erstattet, volle erstattung
        zurückerstatten, geld zurück, erhalten eine gutschrift, bekommen eine gutschrift, gutgeschrieben
        schreiben ihnen gut, entschädigen sie, als entschädigung, erhalten eine entschädigung
        kostenlos, kostenfrei, gratis, ohne aufpreis, ohne mehrkosten, unentgeltlich, geht aufs haus
        auf kulanz, aus kulanz, kulanzweise, erlassen ihnen
        einen rabatt, rabatt von, geben ihnen rabatt, erhalten rabatt, einen nachlass, preisnachlass, sonderpreis
        vorzugspreis, eine ermäßigung, erhalten einen gutschein, schicken ihnen einen gutschein, freimonat
        günstiger für sie
    """),
    patterns=(
        rf"\b\d{{1,3}}(?:[.,]\d{{1,2}})? ?(?:%|percent|per cent|prozent) {_CHEAPER}",
        rf"{_NEXT} {_FREE}",
    ),
)

ADMISSIONS: Final = Words(
    terms=listed("""
        our fault, my fault, we are at fault, were at fault, fault on our side, fault on our part
        entirely our mistake, we are to blame, we take the blame
        we are responsible for the damage, responsible for your loss, responsible for your losses
        accept liability, accept full liability, accept responsibility, accept full responsibility
        take full responsibility, assume liability, admit liability, we are liable, held liable, be liable for
        we admit, we acknowledge that we failed, we confess
        we were negligent, our negligence, grossly negligent, gross negligence, due to negligence
        breach of contract, breached the contract, breached our contract, violated the contract
        violation of the gdpr, violated the gdpr, we violated, we broke the law, against the law
        illegal on our part, unlawful on our part, your data was leaked, your data has been leaked, we leaked
        we lost your data, we exposed your data, you can sue, entitled to damages, entitled to compensation
        right to compensation, claim damages, pay damages, we will pay for the damage, cover your losses
        pay for your losses, we should have prevented, could have prevented this, we knew about
        unsere schuld, meine schuld, wir sind schuld, unser verschulden, unserem verschulden
        von uns verschuldet, wir tragen die schuld, tragen die verantwortung für den schaden
        wir haften, haften wir, haften für, haftung übernehmen, übernehmen die haftung, übernehmen wir die haftung
        übernehmen die volle verantwortung, übernehmen die verantwortung, schadensersatz, schadenersatz
        anspruch auf entschädigung, anspruch auf ersatz, ersetzen ihnen den schaden, kommen für den schaden auf
        wir geben zu, wir räumen ein dass, fahrlässig, grob fahrlässig, fahrlässigkeit, pflichtverletzung
        vertragsbruch, vertragsverletzung, verstoß gegen die dsgvo, gegen die dsgvo verstoßen
        verstoß gegen den vertrag, rechtswidrig, gesetzwidrig
        ihre daten wurden gestohlen, ihre daten sind abgeflossen, datenleck bei uns, wir haben ihre daten verloren
        hätten wir verhindern können, hätten verhindern müssen, wir wussten von
    """),
)
