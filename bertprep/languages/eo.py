from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Esperanto",
    scripts=("latin",),
    function_words="""
        la kaj de en estas al por kun ne oni ke li ŝi ĝi mi vi ni ili kiu kiuj kio kie kiam kiel kial ĉar sed aŭ se do
        nur ankaŭ tre pli plej ĉiu ĉiuj ĉio alia aliaj iu iuj neniu tiu tiuj tio ĉi estis estos sin sia sian per sur
        inter ĝis post antaŭ dum laŭ pri el da unu
    """,
    abbreviations=Abbreviations(
        never="""
            d-ro d-rino s-ro s-rino f-ino prof inĝ ges sinj st ekz t.e n-ro n-roj p paĝ ĉ ĉap ĉirk vd vid kp
            komp red eld trad vol fig tab art angl germ fr lat hisp ital rus pol esp grek i.a laŭ.m t.s
        """,
        maybe="jan feb mar apr maj jun jul aŭg sep okt nov dec a.k p.k a.k.e p.k.e jr sr inc ltd co corp",
        end="ktp k.t.p k.a kaj.a etc",
    ),
    section_words="""
        ĉapitro sekcio parto artikolo aldono figuro tabelo libro titolo akto sceno leciono ekzerco teoremo lemo
        difino ekzemplo
    """,
    separators=(" ", ","),
    wiki=Wiki(
        files=("dosiero",),
        categories=("kategorio",),
        redirects=("alidirektu", "alidirekti", "redirekti", "al"),
        sections=(
            "referencoj", "eksteraj ligiloj", "vidu ankaŭ", "notoj", "literaturo", "fontoj", "notoj kaj referencoj",
            "piednotoj",
        ),
        top_sections=("bibliografio", "bildaro", "galerio"),
        disambiguation=("apartigilo",),
        language_names={
            "en": "angle", "de": "germane", "fr": "france", "es": "hispane", "it": "itale", "ru": "ruse",
            "la": "latine", "el": "greke", "grc": "antikve greke", "ja": "japane", "zh": "ĉine", "ar": "arabe",
            "he": "hebree", "pl": "pole", "tr": "turke", "pt": "portugale", "nl": "nederlande", "uk": "ukraine",
        },
        language_label="{} {}",
        templates=(
            Template("quote", ("citaĵo",)),
        ),
        silent=("mankas fonto", "prononco", "kiu", "kiam", "fonto mankas", "flagikono"),
    ),
)
