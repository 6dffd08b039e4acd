from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Norwegian Bokmål",
    scripts=("latin",),
    abbreviations=Abbreviations(
        never="""
            hr fr frk dr prof siv.ing ing adv lic cand.mag cand.jur cand.philol dr.philos gen oblt kapt maj
            f.eks bl.a dvs d.v.s ca jf jfr s.k pga p.g.a ifm i.f.m ift i.f.t mht m.h.t vedr ang inkl ekskl
            evt hhv resp red utg bd kap avsn fig tab nr sml opprl oppr lat eng ty gresk gml nåv tidl tlf tel
            vs mnd p.t pr pst st vha v.h.a forf forts kgl obs ovenf p.m pkt såk t.o.m t.d u.å jmf gj.snitt
            gjsn fyl fhv e.g ibid i.e
        """,
        maybe="jan feb febr apr aug sept okt nov des e.kr f.kr kr pct mill mrd jr sr inc ltd co corp",
        end="osv o.l m.m m.fl mm mfl o.a etc m.v",
        number="man tirs ons tors fre lør søn mar jun jul kl s str § art sp",
    ),
    small_ordinals=True,
    section_words="""
        kapittel kapitel avsnitt del artikkel vedlegg figur tabell paragraf bok tittel akt scene leksjon oppgave
        setning lemma definisjon eksempel trinn
    """,
    ordinals=True,
    separators=(" ", ","),
)
