from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Slovene",
    scripts=("latin",),
    function_words="""
        in je v na da se za so od z s o kot ki ali pa ne ni bi bil bila bilo bili po iz do pri proti med brez pod nad
        ko kdaj kje kako zakaj kdo ga mu ji jih jim njegov njen njihov ta to te tega vsi vse vsak samo še že tudi zelo
        ker če lahko mora bo bodo sem smo ste
    """,
    abbreviations=Abbreviations(
        never="""
            g ga gdč gdc dr prof doc mag inž dipl ing univ spec akad prim arh sv msgr br o gen polk podpolk
            maj kapit ppor nadpor ul c št str pogl gl glej npr tj t.j t.i oz tč odst čl točk al sl tab pog
            dod pril zv urd prev izd zal ponat lat angl nem fr it rus hrv srb polj češ slov grš šp tur arab
            hebr kit jap roj rojen umrl okr pribl cca maks min tel faks mob gsm gosp p.n.š t.m ed eds cit
            ibid op v.d k.o
        """,
        maybe="""
            jan feb mar apr jun jul avg sept okt nov dec pr.kr po.kr pr.n.št n.št d.o.o d.d s.p k.d d.n.o
            mio mrd tis jr sr inc ltd co corp
        """,
        end="itd itn idr etc ipd",
        number="pon tor sre čet pet sob ned §",
    ),
    section_words="""
        poglavje odsek del člen priloga slika tabela knjiga zvezek dejanje prizor lekcija vaja izrek lema
        definicija primer korak točka
    """,
    ordinals=True,
    separators=(".", ","),
    wiki=Wiki(
        files=("slika", "datoteka"),
        categories=("kategorija",),
        redirects=("preusmeritev",),
        sections=(
            "sklici", "zunanje povezave", "glej tudi", "viri", "opombe", "opombe in sklici", "literatura",
            "opombe in reference", "reference", "sklici in opombe", "nadaljnje branje", "opombe in viri",
        ),
        top_sections=("galerija", "bibliografija"),
        disambiguation=("razločitev", "disambig"),
        language_names={
            "en": "angleško", "de": "nemško", "fr": "francosko", "es": "špansko", "it": "italijansko", "ru": "rusko",
            "la": "latinsko", "el": "grško", "grc": "starogrško", "ja": "japonsko", "zh": "kitajsko",
            "ar": "arabsko", "he": "hebrejsko", "pl": "poljsko", "tr": "turško", "pt": "portugalsko",
            "nl": "nizozemsko", "uk": "ukrajinsko",
        },
        language_label="{} {}",
        templates=(
            Template("quote", ("navedek", "citat")),
        ),
        silent=("navedi vir", "kdo", "kdaj", "zastava", "manjka vir", "fakt"),
    ),
)
