from .form import Language

LANGUAGE = Language(
    name="Estonian",
    scripts=("latin",),
    function_words="""
        ja on ei et see oli kui ta ka mis või oma nad ning aga siis selle seda kes kõik kus nii mida pärast enne välja
        üle alla juures järgi mitte ainult veel juba väga iga teised tema nende minu meie teie olema olid ole olla
        vastu läbi kuni
    """,
    ordinals=True,
)
