from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Norwegian Nynorsk",
    scripts=("latin",),
    function_words="""
        og i det som ein eit den dei på er av for med til om ikkje har var han ho vi eg du så men eller frå ved kan
        skal skulle hadde etter under over mellom når kvar her dette denne desse også òg berre mykje alle sin sitt
        sine vart blei bli vere vore kva korleis
    """,
    abbreviations=Abbreviations(
        never="""
            hr fr frk dr prof siv.ing ing adv lic cand.mag cand.jur cand.philol dr.philos gen oblt kapt maj
            f.eks bl.a dvs d.v.s ca jf jfr s.k pga p.g.a ifm i.f.m ift i.f.t mht m.h.t vedr ang inkl ekskl
            evt hhv resp red utg bd kap avsn fig tab nr sml opprl oppr lat eng ty gresk gml nåv tidl tlf tel
            vs mnd p.t pr pst st vha v.h.a forf forts kgl obs ovenf p.m pkt såk t.o.m t.d u.å jmf gj.snitt
            gjsn fyl fhv e.g ibid i.e o.fl m.o.t
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
    wiki=Wiki(
        files=("fil",),
        categories=("kategori",),
        redirects=("omdiriger",),
        sections=("kjelder", "bakgrunnsstoff", "sjå òg", "referansar", "fotnotar", "lenkjer", "notar", "sjå også"),
        top_sections=("litteratur",),
        disambiguation=("fleirtyding",),
        silent=("treng kjelde", "referanse manglar"),
    ),
)
