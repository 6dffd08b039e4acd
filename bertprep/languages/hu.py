from .form import Language

LANGUAGE = Language(
    name="Hungarian",
    scripts=("latin",),
    function_words="""
        a az és hogy nem is egy volt de ez azt ha csak már még mint meg van el ki fel vagy aki ami mert minden után
        alatt között
    """,
    ordinals=True,
    separators=(" ", ","),
    dotted_dates=True,
)
