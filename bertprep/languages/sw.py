from .form import Language

LANGUAGE = Language(
    name="Swahili",
    scripts=("latin",),
    function_words="""
        na ya wa kwa ni katika la za kuwa au ili kama hii huu hiyo hizo hilo yake wake zake kila mtu lakini pia bila
        kutoka hadi baada kabla sana tu si cha vya hakuna lazima watu huyo ambao ambayo ambaye yeye wao sisi
    """,
)
