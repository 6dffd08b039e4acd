from .form import Language

LANGUAGE = Language(
    name="Bosnian",
    scripts=("latin",),
    function_words="""
        i u je se na da su za od s sa o kao koji koja koje ali ili te što bi biti bio bila bilo bili nije nisu po iz
        do pri prema nakon prije tokom između bez kod kroz pod nad kada gdje kako zašto ko ga mu joj ih im njegov njen
        njihov ovaj ova ovo taj ta to svi sve svaki samo još već također vrlo jer ako dok
    """,
    ordinals=True,
)
