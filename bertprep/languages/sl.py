from .form import Language

LANGUAGE = Language(
    name="Slovene",
    scripts=("latin",),
    function_words="""
        in je v na da se za so od z s o kot ki ali pa ne ni bi bil bila bilo bili po iz do pri proti med brez pod nad
        ko kdaj kje kako zakaj kdo ga mu ji jih jim njegov njen njihov ta to te tega vsi vse vsak samo še že tudi zelo
        ker če lahko mora bo bodo sem smo ste
    """,
    ordinals=True,
)
