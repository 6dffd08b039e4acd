from .form import Language, Wiki

LANGUAGE = Language(
    name="Norwegian",
    scripts=("latin",),
    function_words="""
        og at det som en ei et den de på er av for med til i om ikke har var han hun vi jeg du så men eller fra ved
        kan skal skulle hadde etter under over mellom når hvor her dette denne disse også bare mye alle sin sitt sine
        deres ble blir hans hennes
    """,
    ordinals=True,
    separators=(" ", ","),
    wiki=Wiki(
        categories=("kategori",),
        redirects=("omdirigering",),
    ),
)
