from .form import Language

LANGUAGE = Language(
    name="Icelandic",
    scripts=("latin",),
    function_words="""
        og í að á er sem en það við til með var um ekki af fyrir hann hún þeir þau ég þú þið eftir frá undir yfir
        milli án hjá þegar þar hér hvar hvernig því eða ef bara enn mjög allir öll hver annar voru verið vera hafa
        hefur sinn þessi þetta
    """,
    ordinals=True,
)
