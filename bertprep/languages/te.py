from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Telugu",
    scripts=("telugu",),
    abbreviations=Abbreviations(
        never="""
            డా ప్రొ శ్రీ క్రీ.శ కి.మీ సెం.మీ మి.మీ ఎం కె ఎస్ టి వి ఎన్ ఆర్ సి పి జి పే ఎ బి డి ఇ ఎఫ్ హెచ్
            ఐ జె ఎల్ ఎమ్ ఓ యు వై
        """,
    ),
    section_words="భాగం పటం పాఠం",
    wiki=Wiki(
        files=("దస్త్రం", "బొమ్మ", "ఫైలు"),
        categories=("వర్గం",),
        redirects=("దారిమార్పు",),
        sections=("మూలాలు", "బయటి లింకులు", "బయటి లంకెలు", "ఇవి కూడా చూడండి", "వనరులు", "ఇతర లింకులు"),
        disambiguation=("అయోమయ నివృత్తి",),
        silent=("ఆధారం",),
    ),
)
