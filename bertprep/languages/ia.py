from .form import Language

LANGUAGE = Language(
    name="Interlingua",
    scripts=("latin",),
    function_words="""
        le de e in es a que un pro con non on se illo ille illa nos vos lor su del al per super inter usque post
        ante quando ubi como ma o solmente etiam multo plus omne altere alcun iste esseva era ha habe pote debe
        tote illes illos alteres essera qualcunque necuno proque melior jammais isto mesme alicun alicuno essite
        troppo nostre vostre minus quanto totevia hic ibi nihil habeva vermente parve sape alique pauco plure
        secunde esserea habera potera
    """,
)
