from .form import Language, Wiki

LANGUAGE = Language(
    name="Finnish",
    scripts=("latin",),
    function_words="""
        ja on ei se että hän oli joka mutta myös kun niin kuin ovat olla sen ne he minä sinä me te tämä tämän mukaan
        jälkeen vuonna sekä tai jos sitten vain ollut
    """,
    ordinals=True,
    separators=(" ", ","),
    wiki=Wiki(
        redirects=("ohjaus", "uudelleenohjaus"),
    ),
)
