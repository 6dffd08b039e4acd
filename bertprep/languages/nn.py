from .form import Language

LANGUAGE = Language(
    name="Norwegian Nynorsk",
    scripts=("latin",),
    function_words="""
        og i det som ein eit den dei på er av for med til om ikkje har var han ho vi eg du så men eller frå ved kan
        skal skulle hadde etter under over mellom når kvar her dette denne desse også òg berre mykje alle sin sitt
        sine vart blei bli vere vore kva korleis
    """,
    ordinals=True,
)
