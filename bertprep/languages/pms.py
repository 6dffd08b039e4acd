from .form import Language

LANGUAGE = Language(
    name="Piedmontese",
    scripts=("latin",),
    function_words="""
        ël la ij le un na ëd dël dla dij dle an con për e o ma che chi quand andova coma përchè se a l'é son era ero
        esse stàit l'ha l'han sò soa sost costa col cola ëdcò pì tut tuti àutr àutra minca
    """,
)
