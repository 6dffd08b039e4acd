from .form import Language

LANGUAGE = Language(
    name="Tok Pisin",
    scripts=("latin",),
    function_words="""
        bilong long i na em ol olsem dispela tasol mi yu yumi wanpela sampela stap bai husat wanem olgeta man meri gat
        no ken mas wok
    """,
)
