from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Welsh",
    scripts=("latin",),
    function_words="""
        y yr a ac yn i o ar am gan gyda wrth at dros mewn mae oedd yw ei eu ein fy dy nid ddim hi ef nhw ni chi fi pan
        os ond neu fel bod wedi bydd gall rhaid hwn hon hyn hynny pob pawb arall eraill hefyd iawn mwy sydd sy'n mae'r
        o'r i'r a'r
    """,
    abbreviations=Abbreviations(
        never="""
            dr mr mrs ms parch yr.ath syr capt cyrn lt gen rh t tt tud e.e h.y gw gweler adr pennod cyf cyfr
            llsg llst dan.ol arg cyh sant st lladin
        """,
        maybe="ion chwef ebr meh gorff awst medi tach rhag c.c o.c jr sr inc ltd co corp",
        end="ayyb ayb etc",
        number="rhif pen",
    ),
    section_words="""
        pennod adran rhan erthygl atodiad ffigur tabl llyfr teitl act golygfa gwers ymarfer theorem diffiniad
        enghraifft cam
    """,
    wiki=Wiki(
        files=("delwedd",),
        categories=("categori",),
        redirects=("ail-cyfeirio", "ailgyfeirio"),
        sections=(
            "cyfeiriadau", "dolenni allanol", "gweler hefyd", "llyfryddiaeth", "darllen pellach", "nodiadau",
            "ffynonellau", "dolen allanol",
        ),
        top_sections=("oriel",),
        disambiguation=("gwahaniaethu",),
        silent=("angen ffynhonnell", "banergwlad", "baner", "eginyn"),
    ),
)
