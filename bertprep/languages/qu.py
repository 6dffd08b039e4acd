from .form import Language

LANGUAGE = Language(
    name="Quechua",
    scripts=("latin",),
    function_words="""
        hinaspa manan mana kay chay kaspa chaymi kanku kachun sapa runa llapan wan pas ima pi may imayna ichaqa
        hinallataq utaq nin icha lliw kaqmi kachkan kanan chaypaq runapa
    """,
)
