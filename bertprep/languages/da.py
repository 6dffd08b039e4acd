from .form import Language, Wiki

LANGUAGE = Language(
    name="Danish",
    scripts=("latin",),
    function_words="""
        og at det som en et den de på er af for med til i om ikke har var han hun vi jeg du så men eller fra ved kan
        skal skulle havde efter under over mellem når hvor her dette denne disse også kun meget alle sin sit sine
        deres blev bliver hans hendes
    """,
    ordinals=True,
    separators=(".", ","),
    wiki=Wiki(
        categories=("kategori",),
        redirects=("omdirigering",),
    ),
)
