from .form import Language

LANGUAGE = Language(
    name="Swati",
    scripts=("latin",),
    function_words="""
        kutsi futsi nome ngobe kodvwa nangabe bonkhe wonkhe yonkhe lonkhe kanye njengobe ngaphandle emva lapho nyalo
        yini bani njani yena bona tsine mine wena lo leli lolu lesi kute nekutsi ngekutsi umuntfu
    """,
)
