from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Czech",
    scripts=("latin",),
    function_words="""
        a i v ve z ze na do o u od po za před při pro bez pod nad mezi ale nebo že aby jak když kde který která které
        co kdo se si ne je jsou byl byla bylo byli bude být má to ten ta tato tento on ona oni já ty my jeho její
        jejich také však protože jestli už ještě jen
    """,
    abbreviations=Abbreviations(
        never="""
            např tzv tj popř příp resp atp.a čís str sv ul nám tř ing mgr bc dr mudr judr phdr rndr prof doc gen plk
            mjr kpt por srov viz angl lat něm fr řec rus pol maď ital šp cca max min obr tab kap roč př
        """,
        maybe="n.l př.n.l stol tis mil mld hod kč",
        end="atd apod aj etc",
    ),
    ordinals=True,
    separators=(" ", ","),
    wiki=Wiki(
        categories=("kategorie",),
    ),
)
