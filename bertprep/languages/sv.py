from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Swedish",
    scripts=("latin",),
    function_words="""
        och att det som en ett den de på är av för med till i om inte har var han hon vi jag du ni så men eller från
        vid kan ska skulle hade efter under över mellan när där här detta denna dessa också bara mycket alla sin sitt
        sina deras blev bli hans hennes
    """,
    abbreviations=Abbreviations(
        never="""
            bl.a t.ex d.v.s dvs f.d t.o.m fr.o.m s.k m.fl.a o.d.a jfr ca kap nr sid st t.h t.v tel tr uppl
            utg vol ang avs dr prof hr fr ev exkl inkl resp forts ggr kl max min milj ung d.ä d.y s.a sk tex
            f.ö f.v.b i.e o.dyl p.g.a pga mfl bla omkr c ref anm art avd bd bil civ doc eg enl etnogr fam
            fig fst förf förk gen geogr gm grek hist ing itt jur kand kapt komp konst korp kyrk lat lic litt
            löjtn matem mek mm mån nat nord obs ordf orig past pol prel prov psykol red reg rel rus sekr sen
            sjv skr stf stv sv särsk teol tekn trol univ vard övers överste äv
        """,
        maybe="f.kr e.kr kr mil jan feb aug sept okt nov dec",
        end="etc osv m.m m.fl o.s.v o.d",
        number="tis ons tors fre lör sön mar apr jun jul s tab maj",
    ),
    section_words="""
        kapitel avsnitt del artikel bilaga figur tabell paragraf bok titel akt scen lektion övning sats lemma
        definition exempel steg
    """,
    separators=(" ", ","),
    wiki=Wiki(
        files=("fil", "bild"),
        categories=("kategori",),
        redirects=("omdirigering",),
        sections=(
            "referenser", "externa länkar", "se även", "fotnoter", "vidare läsning", "noter och referenser",
            "källor och noter", "tryckta källor",
        ),
        top_sections=("källor", "noter", "litteratur", "galleri"),
        disambiguation=(
            "förgrening", "gren", "grensida", "robotskapad förgrening", "efternamn", "förnamn", "flertydig",
        ),
        language_names={
            "en": "engelska", "de": "tyska", "fr": "franska", "es": "spanska", "it": "italienska", "ru": "ryska",
            "la": "latin", "el": "grekiska", "grc": "klassisk grekiska", "ja": "japanska", "zh": "kinesiska",
            "ar": "arabiska", "he": "hebreiska", "pl": "polska", "tr": "turkiska", "pt": "portugisiska",
            "nl": "nederländska", "uk": "ukrainska",
        },
        language_label="{}: {}",
        templates=(
            Template("quote", ("citat",)),
            Template("first", ("kapitäler", "nobr", "ovanför")),
            Template("second", ("språk",)),
        ),
        silent=(
            "källa behövs", "kb", "vem", "när", "var", "förtydliga", "flaggbild", "flagga ikon", "död länk", "not",
            "sidhänvisning", "uppdatera",
        ),
    ),
)
