from .form import Language

LANGUAGE = Language(
    name="Haitian Creole",
    scripts=("latin",),
    function_words="""
        nan yo ki se pou yon ak li pa te tout moun gen sou sa ou mwen nou fè men oswa si kòm lè kote ant anba apre
        anvan san chak lòt sèlman ankò deja anpil genyen dwa la a
    """,
)
