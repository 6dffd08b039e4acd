from .form import Language

LANGUAGE = Language(
    name="Faroese",
    scripts=("latin",),
    function_words="""
        og í at á er sum men tað við til hjá var um ikki av fyri hann hon tey teir eg tú vit tit eftir frá undir yvir
        millum uttan tá har her hvar hvussu tí ella bara enn sera øll hvør annar vóru verið vera hava hevur sín hesin
        hetta
    """,
)
