from .form import Language

LANGUAGE = Language(
    name="Catalan",
    scripts=("latin",),
    function_words="""
        el la els les un una uns unes de del dels al als a en amb per i o però que qui quan on com perquè si no és són
        era eren fou va van ser estat està estan ha han havia hi ho li es s'ha seu seva seus seves aquest aquesta
        aquests aquestes aquell aquella això allò ell ella ells jo tu nosaltres vostè també molt més tot tota tots
        totes altre altres cada alguns entre fins des sobre sense durant després abans així ja encara l' d' s' m' llur
        llurs
    """,
    capital_after_semicolon=True,
)
