from .form import Language, Wiki

LANGUAGE = Language(
    name="Persian",
    scripts=("arabic",),
    function_words="""
        و در به از که این آن را با است برای یک نیز بر یا تا هم شد بود شود کرد کند هر خود اما اگر هیچ باید دارد
    """,
    dots_pause=True,
    wiki=Wiki(
        redirects=("تغییرمسیر", "تغییر_مسیر"),
    ),
)
