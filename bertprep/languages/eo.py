from .form import Language

LANGUAGE = Language(
    name="Esperanto",
    scripts=("latin",),
    function_words="""
        la kaj de en estas al por kun ne oni ke li ŝi ĝi mi vi ni ili kiu kiuj kio kie kiam kiel kial ĉar sed aŭ se do
        nur ankaŭ tre pli plej ĉiu ĉiuj ĉio alia aliaj iu iuj neniu tiu tiuj tio ĉi estis estos sin sia sian per sur
        inter ĝis post antaŭ dum laŭ pri el da unu
    """,
)
