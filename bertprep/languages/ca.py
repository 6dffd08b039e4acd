from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Catalan",
    scripts=("latin",),
    function_words="""
        el la els les un una uns unes de del dels al als a en amb per i o però que qui quan on com perquè si no és són
        era eren fou va van ser estat està estan ha han havia hi ho li es s'ha seu seva seus seves aquest aquesta
        aquests aquestes aquell aquella això allò ell ella ells jo tu nosaltres vostè també molt més tot tota tots
        totes altre altres cada alguns entre fins des sobre sense durant després abans així ja encara l' d' s' m' llur
        llurs
    """,
    abbreviations=Abbreviations(
        never="""
            sr sra srs sres srta dr dra drs dres prof profa enginy arq gral cnel tte sgt mn mons rvd st sta
            sts il·lm excm hble tit av avda ctra pl pça pg ps trav urb bda edif esc baix tel núm núms pàg
            pàgs vols caps fig figs ed eds trad coord op cit ibíd íd vid vs aprox ca art ap apt p.ex cf màx
            mín dept depen admin gov ajunt univ bibl cat cast llat gr angl àr hebr s.m s.a.r n.b obs ref
            resp rev seg segs ss supl tít tom v vg
        """,
        maybe="gen febr abr jul oct nov a.c d.c ac dc s.a s.l inc ltd co corp eua ex",
        end="etc",
        number="n p pp § dl dt dj dv ds dg s cap vol set des",
    ),
    section_words="""
        capítol secció part article annex apèndix figura taula llibre títol acte escena lliçó exercici teorema
        lema proposició definició exemple
    """,
    capital_after_semicolon=True,
    separators=(".", ","),
    months=(
        "gener", "febrer", "març", "abril", "maig", "juny", "juliol", "agost", "setembre", "octubre", "novembre",
        "desembre",
    ),
    wiki=Wiki(
        files=("fitxer", "imatge"),
        categories=("categoria",),
        redirects=("redirecció", "redireccio", "redireccion"),
        sections=(
            "referències", "enllaços externs", "vegeu també", "notes", "bibliografia addicional",
            "notes i referències", "fonts", "per a més informació", "lectures addicionals",
        ),
        top_sections=("bibliografia", "galeria"),
        disambiguation=("desambiguació", "biografies", "topònims", "acrònims", "onomàstica"),
        language_names={
            "en": "anglès", "de": "alemany", "fr": "francès", "es": "castellà", "it": "italià", "ru": "rus",
            "la": "llatí", "el": "grec", "grc": "grec antic", "ja": "japonès", "zh": "xinès", "ar": "àrab",
            "he": "hebreu", "pl": "polonès", "tr": "turc", "pt": "portuguès", "nl": "neerlandès", "uk": "ucraïnès",
        },
        language_label="en {}: {}",
        templates=(
            Template("shows", ("segle", "segles"), ("segle $1",)),
            Template("measure", ("unitat", "nombre")),
            Template("quote", ("citació", "cita")),
            Template("literal", ("ac", "aec"), ("aC",)),
            Template("literal", ("dc",), ("dC",)),
            Template("first", ("versaleta", "versaletes", "sense salt", "nobr")),
            Template("convert", ("convertir", "conversió")),
            Template("interlanguage", ("ill", "enllaç no actiu")),
        ),
        silent=(
            "cal citació", "cc", "ref-*", "qui", "quan", "on", "bandera", "quí?", "quan?", "aclariment", "sfn*",
            "harvnb", "en", "pron",
        ),
    ),
)
