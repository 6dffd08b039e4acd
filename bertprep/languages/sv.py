from .form import Abbreviations, Language, Wiki

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
            bl.a t.ex d.v.s dvs f.d t.o.m fr.o.m s.k m.fl.a o.d.a jfr ca kap nr sid st t.h t.v tel tr uppl utg vol ang
            avs dr prof hr fr ev exkl inkl resp forts ggr kl max min milj ung
        """,
        maybe="f.kr e.kr kr mil",
        end="etc osv m.m m.fl o.s.v o.d",
    ),
    separators=(" ", ","),
    wiki=Wiki(
        categories=("kategori",),
        redirects=("omdirigering",),
        sections=("referenser", "externa länkar", "se även", "fotnoter"),
        top_sections=("källor", "noter", "litteratur"),
        disambiguation=("förgrening", "gren", "grensida", "robotskapad förgrening"),
    ),
)
