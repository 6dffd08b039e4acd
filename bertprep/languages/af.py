from .form import Language

LANGUAGE = Language(
    name="Afrikaans",
    scripts=("latin",),
    function_words="""
        die van en in is het nie dat te vir met op aan om by as uit na deur of ook maar hy sy ons ek jy hulle hom haar
        word was kan moet sal sou hierdie daardie alle geen meer oor onder tussen sedert wat wie waar hoe elke enige
        sonder
    """,
)
