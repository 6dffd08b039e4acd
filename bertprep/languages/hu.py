from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Hungarian",
    scripts=("latin",),
    function_words="""
        a az és hogy nem is egy volt de ez azt ha csak már még mint meg van el ki fel vagy aki ami mert minden után
        alatt között
    """,
    abbreviations=Abbreviations(
        never="""
            dr prof ifj id özv gr br st ún u.n pl kb vö ld lsd mn ti tkp szerk ford köt ábra táb tábl vol
            min max tel fsz em u krt hrsz sz nr ang ném lat gör ol fr sp orosz leng cseh szlov rom szerb
            horv ism megj jegyz uo i.m uott ua szt szent msgr gen ezds alez őrgy szds fhdgy hdgy vezds
            altbgy vörgy hon zls ptk btk bp kft.ügy mgr vmi vki vhol eü közg műsz gazd biz
        """,
        maybe="""
            jan febr márc ápr máj jún júl aug szept okt nov dec i.e i.sz kr.e kr.u rt kft zrt nyrt bt kkt jr
            sr inc ltd co corp
        """,
        end="stb satöbbi s.t.b",
        number="h k cs p szo v fejezet §",
    ),
    section_words="""
        fejezet szakasz rész cikk melléklet ábra táblázat könyv felvonás jelenet lecke gyakorlat tétel lemma
        definíció példa lépés pont
    """,
    ordinals=True,
    separators=(" ", ","),
    dotted_dates=True,
    wiki=Wiki(
        files=("fájl", "kép", "média"),
        categories=("kategória",),
        redirects=("átirányítás",),
        sections=(
            "jegyzetek", "források", "további információk", "kapcsolódó szócikkek", "külső hivatkozások",
            "lásd még", "irodalom", "fordítás", "megjegyzések", "ajánlott irodalom", "hivatkozások",
            "további irodalom", "kapcsolódó cikkek",
        ),
        top_sections=("galéria", "képgaléria", "bibliográfia"),
        disambiguation=("egyért",),
        language_names={
            "en": "angolul", "de": "németül", "fr": "franciául", "es": "spanyolul", "it": "olaszul", "ru": "oroszul",
            "la": "latinul", "el": "görögül", "grc": "ógörögül", "ja": "japánul", "zh": "kínaiul", "ar": "arabul",
            "he": "héberül", "pl": "lengyelül", "tr": "törökül", "pt": "portugálul", "nl": "hollandul",
            "uk": "ukránul",
        },
        language_label="{}: {}",
        templates=(
            Template("number", ("szám",)),
            Template("quote", ("idézet", "idézet 2")),
            Template("first", ("nem sortör", "kiskapitális")),
            Template("convert", ("átváltás",)),
        ),
        silent=(
            "forrás?", "refhely", "jegyzet*", "megj", "ki?", "mikor?", "hol?", "kitől?", "zászló", "zászlóikon",
            "pontosabban", "forráskérő", "halott link", "csonk-dátum", "cite *", "hely*", "jegyzetek",
        ),
    ),
)
