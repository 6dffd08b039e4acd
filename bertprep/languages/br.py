from .form import Language

LANGUAGE = Language(
    name="Breton",
    scripts=("latin",),
    function_words="""
        ar an al ha hag ne ket gant evit eus da war dre a zo eo oa em he hon ho o hen hi ni c'hwi me te pa ma met pe
        evel bet holl all ivez c'hoazh muioc'h ur un ul hep betek den
    """,
)
