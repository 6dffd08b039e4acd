from .form import Language

LANGUAGE = Language(
    name="Minangkabau",
    scripts=("latin",),
    function_words="""
        nan jo di ka dari untuak pado iko itu adolah ndak indak dek sabagai juo akan alah atau inyo kami awak urang
        bisa karano labiah dalam sarato satiok samo sagalo tanpa barado
    """,
)
