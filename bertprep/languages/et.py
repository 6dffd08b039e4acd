from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Estonian",
    scripts=("latin",),
    function_words="""
        ja on ei et see oli kui ta ka mis või oma nad ning aga siis selle seda kes kõik kus nii mida pärast enne välja
        üle alla juures järgi mitte ainult veel juba väga iga teised tema nende minu meie teie olema olid ole olla
        vastu läbi kuni
    """,
    abbreviations=Abbreviations(
        never="""
            dr prof mag dots hr pr prl hra st v.a nt nn lk vt vrd toim koost tlk kd ptk joon tab art lg p pp
            osk tn mnt pst maj krs kt tel faks ca u umb sh s.t s.o t.t e.a e.m.a lad kr saks ingl vene soom
            rootsi kreek hisp it inim kol kpt ltn kindr alltn adm adj sõn lüh s.a l.a p.a mx max min s.h
            akad õp kal trk kirj rmt bibl
        """,
        maybe="jaan veebr apr aug sept okt nov dets e.kr m.a.j p.kr ekr pkr mln mld as oü tk jr sr inc ltd co corp",
        end="jne jm jms jt vms vm etc",
        number="e t k n r l kell § nr",
    ),
    small_ordinals=True,
    section_words="""
        peatükk jagu osa artikkel lisa joonis tabel paragrahv raamat vaatus stseen õppetund harjutus teoreem
        lemma definitsioon näide samm punkt
    """,
    ordinals=True,
    separators=(" ", ","),
    wiki=Wiki(
        files=("pilt", "fail"),
        categories=("kategooria",),
        redirects=("suuna",),
        sections=(
            "viited", "välislingid", "vaata ka", "kirjandus", "allikad", "märkused", "viited ja märkused",
            "lisalugemist",
        ),
        top_sections=("galerii", "pildid"),
        disambiguation=(r"täpsustus\w*", "disambig"),
        language_names={
            "en": "inglise", "de": "saksa", "fr": "prantsuse", "es": "hispaania", "it": "itaalia", "ru": "vene",
            "la": "ladina", "el": "kreeka", "grc": "vanakreeka", "ja": "jaapani", "zh": "hiina", "ar": "araabia",
            "he": "heebrea", "pl": "poola", "tr": "türgi", "pt": "portugali", "nl": "hollandi", "uk": "ukraina",
        },
        language_label="{} keeles {}",
        templates=(
            Template("quote", ("tsitaat",)),
        ),
        silent=("lisa viide", "viide?", "kes", "millal", "kus", "lippikoon", "täpsusta", "kelle?"),
    ),
)
