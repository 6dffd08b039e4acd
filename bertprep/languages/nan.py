from .form import Language, Wiki

LANGUAGE = Language(
    name="Min Nan",
    scripts=("latin",),
    wiki=Wiki(
        files=("tóng-àn",),
        categories=("lūi-pia̍t",),
        sections=(
            "chham-khó",
            "chham-khó chu-liāu",
            "goā-pō͘ liân-kiat",
            "gōa-pō͘ liân-kiat",
            "chham-chiàu",
            "chham-oa̍t",
            "chù-kái",
        ),
        disambiguation=("khu-pia̍t-ia̍h", "disambig"),
    ),
)
