from .form import Language

LANGUAGE = Language(
    name="Kurdish",
    scripts=("latin",),
    function_words="""
        û ku di de li ji bi bo na yê ya yên ew ev ez tu em hûn wî wê wan me min te ne nîne heye hene bû bûn dike dibe
        an jî lê eger wek piştî heta xwe hemû her çi kî çawa tenê kes
    """,
)
