from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Norwegian",
    scripts=("latin",),
    function_words="""
        og at det som en ei et den de på er av for med til i om ikke har var han hun vi jeg du så men eller fra ved
        kan skal skulle hadde etter under over mellom når hvor her dette denne disse også bare mye alle sin sitt sine
        deres ble blir hans hennes
    """,
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
    wiki=Wiki(
        files=("fil", "bilde"),
        categories=("kategori",),
        redirects=("omdirigering", "omdiriger"),
        sections=(
            "referanser", "eksterne lenker", "se også", "fotnoter", "noter", "kilder", "noter og referanser",
            "type nummer", "kjelder", "bakgrunnsstoff", "lenkjer", "referansar",
        ),
        top_sections=("litteratur", "galleri"),
        disambiguation=("peker", "pekerside", "flertydig", "etternavn", "fleirtyding"),
        language_names={
            "en": "engelsk", "de": "tysk", "fr": "fransk", "es": "spansk", "it": "italiensk", "ru": "russisk",
            "la": "latin", "el": "gresk", "grc": "gammelgresk", "ja": "japansk", "zh": "kinesisk", "ar": "arabisk",
            "he": "hebraisk", "pl": "polsk", "tr": "tyrkisk", "pt": "portugisisk", "nl": "nederlandsk",
            "uk": "ukrainsk",
        },
        language_label="{}: {}",
        templates=(
            Template("second", ("språk",)),
            Template("quote", ("sitat",)),
            Template("first", ("nobr", "kapitéler")),
        ),
        silent=(
            "trenger referanse", "tr", "når", "hvem", "hvor", "klargjør", "flaggikon", "thumb", "død lenke",
            "kilde mangler", "treng kjelde", "note", "fotnote",
        ),
    ),
)
