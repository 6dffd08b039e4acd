from .form import Language

LANGUAGE = Language(
    name="Lombard",
    scripts=("latin",),
    function_words="""
        el la i un una de del di in en cunt per e o ma che chi quand indove 'me perchè se l'è hinn era eren vess staa
        gh'è hann so soa sò quest questa quell quella anca pussee tutt tucc olter oltra ogni a al
    """,
)
