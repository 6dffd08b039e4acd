from .form import Language

LANGUAGE = Language(
    name="Zulu",
    scripts=("latin",),
    function_words="""
        ukuthi futhi noma ngoba kodwa uma bonke wonke yonke lonke kanye njengoba ngaphandle emuva ngaphambi lapho
        manje yini ubani kanjani naye yena bona thina mina wena lo leli lolu lesi ukuba nokuthi umuntu
    """,
)
