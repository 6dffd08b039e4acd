from .form import Language

LANGUAGE = Language(
    name="Romanian",
    scripts=("latin",),
    function_words="""
        și în de la cu pe din pentru un o este sunt a fost al ale ai care ce că nu se sau dar mai după prin între până
        acest această aceste lui ei el ea lor fi era au
    """,
    capital_after_semicolon=True,
)
