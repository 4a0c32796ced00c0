"""Which words insult, threaten or swear in English and German?

The list holds words that no answer of a service desk needs in any sense. Words with a harmless meaning in the trade,
such as those for a process that is ended or a terminal without a processor, are left out, and so are names. Slurs
against groups of people are kept with their letters turned by thirteen, so that nobody meets them by accident.
"""

from __future__ import annotations

import codecs
from typing import Final

from triage_core.domain.word_list import listed

_SLURS: Final = listed("""
    avttre, avttref, avttn, avttnf, snttbg, snttbgf, xvxr, xvxrf, jrgonpx, jrgonpxf, genaal, genaavrf, qlxr, cnxv, cnxvf
    xnanxr, xnanxra, artre, mvtrhare, fpujhpugry, fpujhpugrya, xnzrygervore
""")

ABUSIVE: Final = (
    *listed("""
        fuck, fucks, fucked, fucker, fuckers, fucking, fuckup, motherfucker, motherfuckers, motherfucking
        shit, shits, shitty, shithead, shitheads, shitshow, bullshit, horseshit, dipshit, dipshits
        asshole, assholes, arsehole, arseholes, dumbass, dumbasses, jackass, jackasses, bastard, bastards
        bitch, bitches, bitching, cunt, cunts, dickhead, dickheads, douchebag, douchebags, cocksucker, cocksuckers
        wanker, wankers, twat, twats, slut, sluts, whore, whores, scumbag, scumbags, lowlife, lowlifes
        idiot, idiots, idiotic, moron, morons, moronic, imbecile, imbeciles, cretin, cretins, halfwit, halfwits
        nitwit, nitwits, dimwit, dimwits, stupid, stupidity, retarded, pathetic, crap, crappy, goddamn, loser, losers
    """),
    *listed("""
        scheiße, scheiß, scheißdreck, scheißegal, beschissen, beschissene, beschissener, bescheißen, arsch, arschloch
        arschlöcher, verarschen, verarscht, verarsche, wichser, ficken, gefickt, verfickt, verfickte, fotze, fotzen
        hure, hurensohn, hurensöhne, schlampe, schlampen, nutte, nutten, miststück, drecksack, dreckskerl, drecksau
        idioten, idiotisch, vollidiot, vollidioten, depp, deppen, trottel, volltrottel, dummkopf, dummköpfe
        schwachkopf, schwachköpfe, schwachsinn, schwachsinnig, vollpfosten, penner, versager, blödmann, dämlich
        dämliche, bescheuert, bescheuerte, saftsack, kotzbrocken, missgeburt, spast, spasti, verrecke, verrecken
    """),
    *(codecs.decode(word, "rot13") for word in _SLURS),
)

ABUSIVE_PHRASES: Final = listed("""
    piss off, pissed off, screw you, shut up, shut your mouth, go to hell, drop dead, kiss my, suck my, damn you
    bugger off, sod off, kill yourself, kill you, hurt you, i will find you, know where you live
    you will regret, you'll regret, make you pay, waste of space, piece of garbage, brain dead, are you deaf
    halt die klappe, halt die fresse, halt den mund, halts maul, halt's maul, verpiss dich, verpissen sie sich
    fick dich, leck mich, fahr zur hölle, blöde kuh, dumme kuh, blöde sau, dumme sau
    bringe dich um, bringe sie um, wirst es bereuen, werden es bereuen, sind sie taub, zu dumm für, zu blöd für
""")
