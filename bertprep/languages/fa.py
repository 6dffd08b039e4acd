from .form import Language, Wiki

LANGUAGE = Language(
    name="Persian",
    scripts=("arabic",),
    letters="پچژگی",
    dots_pause=True,
    wiki=Wiki(
        redirects=("تغییرمسیر", "تغییر_مسیر"),
    ),
)
