from .form import Language

LANGUAGE = Language(
    name="Piedmontese",
    scripts=("latin",),
    function_words="""
        ël la ij le un na ëd dël dla dij dle an con për e o ma che chi quand andova coma përchè se a l'é son era
        ero esse stàit l'ha l'han sò soa sost costa col cola ëdcò pì tut tuti àutr àutra minca ch'a ch'i ch'it
        ch'as l'hai l'has l'avìa l'era j'era j'é chiel chila mach motobin gnente gnun nèn mè cò' cost vàire tùit
        ës ëv sla mej 'd pròpe lòn veul peul nen toa
    """,
)
