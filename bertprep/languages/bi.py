from .form import Language

LANGUAGE = Language(
    name="Bislama",
    scripts=("latin",),
    function_words="""
        blong long i mo hem ol olsem ia be mi yu yumi wan sam stap bae hu wanem evri man woman gat no save mas we oli
    """,
)
