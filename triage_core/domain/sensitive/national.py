"""Where do numbers stand that states give to people?

A number counts where its form and its check digits are telling, or where the text calls it by its name: nine digits
with one check digit are too often something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Final, NamedTuple

from triage_core.domain.sensitive.kinds import Found, Sensitive


class _Number(NamedTuple):
    """A number: its form, what it is called where it needs a name, and the check of the library."""

    form: re.Pattern[str]
    check: str


def _number(check: str, form: str, *names: str) -> _Number:
    called = rf"(?<!\w)(?:{'|'.join(names)})(?:\W{{0,3}}(?:is|ist|no|nr|number|nummer))*+\W{{0,3}}" if names else ""
    return _Number(re.compile(rf"{called}(?<!\w)({form})(?!\w)", re.IGNORECASE), check)


_NUMBERS: Final = (
    _number("us.ssn", r"\d{3}-\d{2}-\d{4}|\d{3} \d{2} \d{4}"),
    _number("us.ssn", r"\d{9}", "SSN", "social security"),
    _number("us.itin", r"9\d{2}-\d{2}-\d{4}"),
    _number("ca.sin", r"\d{3}[ -]?\d{3}[ -]?\d{3}", "SIN", "social insurance", "NAS"),
    _number("mx.curp", r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d"),
    _number("br.cpf", r"\d{3}\.\d{3}\.\d{3}-\d{2}"),
    _number("br.cpf", r"\d{11}", "CPF"),
    _number("", r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]"),
    _number("gb.nhs", r"\d{3}[ -]?\d{3}[ -]?\d{4}", "NHS"),
    _number("ie.pps", r"\d{7}[A-W][ABHTWX]?", "PPSN?"),
    _number(
        "de.idnr",
        r"\d{2} ?\d{3} ?\d{3} ?\d{3}",
        "IdNr",
        "Steuer-?ID",
        "Steueridentifikationsnummer",
        "Identifikationsnummer",
        "tax ID",
    ),
    _number(
        "at.vnr",
        r"\d{4}[ -]?\d{6}",
        "SVNR",
        "SV-?Nr",
        "Sozialversicherung(?:snummer)?",
        "Versicherungsnummer",
    ),
    _number("ch.ssn", r"756\.?\d{4}\.?\d{4}\.?\d{2}"),
    _number("fr.nir", r"[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}"),
    _number("es.dni", r"\d{8}[ -]?[A-Z]"),
    _number("es.nie", r"[XYZ][ -]?\d{7}[ -]?[A-Z]"),
    _number("it.codicefiscale", r"[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]"),
    _number("nl.bsn", r"\d{9}", "BSN", "burgerservice", "sofi"),
    _number("pl.pesel", r"\d{11}", "PESEL"),
    _number("pt.cc", r"\d{8} ?\d ?[A-Z]{2}\d"),
    _number("cz.rc", r"\d{6}/\d{3,4}"),
    _number("ro.cnp", r"[1-9]\d{12}", "CNP"),
    _number("fi.hetu", r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]"),
    _number("tr.tckimlik", r"[1-9]\d{10}", "TC", "TCKN", "Kimlik"),
    _number("in_.aadhaar", r"\d{4}[ -]?\d{4}[ -]?\d{4}", "Aadhaar", "Aadhar", "UIDAI"),
    _number("in_.pan", r"[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]", "PAN"),
    _number("cn.ric", r"\d{17}[\dX]"),
    _number("au.tfn", r"\d{3}[ ]?\d{3}[ ]?\d{2,3}", "TFN", "tax file"),
)
_DIGIT: Final = re.compile(r"\d{2}")


def nationals_in(text: str) -> Iterator[Found]:
    """Numbers of people, by the form and check digits of some twenty states."""
    if not _DIGIT.search(text):
        return
    for number in _NUMBERS:
        for found in number.form.finditer(text):
            if not number.check or _check(number.check)(found[1]):
                yield Found(Sensitive.NATIONAL_NUMBER, *found.span(1))


@cache
def _check(name: str) -> Callable[[str], bool]:
    # Slow to import, and most texts have none.
    is_valid: Callable[[str], bool] = import_module(f"stdnum.{name}").is_valid
    return is_valid
