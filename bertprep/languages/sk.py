from .form import Language

LANGUAGE = Language(
    name="Slovak",
    scripts=("latin",),
    function_words="""
        a v sa na je že o do s z k po pre od za pri bez pod nad medzi ale alebo aby ak keď kde ktorý ktorá ktoré kto
        čo si nie sú bol bola bolo boli bude byť má to ten tá tento táto on ona oni ja ty my jeho jej ich tiež však
        pretože už ešte len aj ako podľa
    """,
    ordinals=True,
)
