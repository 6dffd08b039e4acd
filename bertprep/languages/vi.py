from .form import Language, Wiki

LANGUAGE = Language(
    name="Vietnamese",
    scripts=("latin",),
    function_words="""
        và của là các có cho không được một trong những với người này đã đến từ khi cũng tại ra như về để
    """,
    wiki=Wiki(
        files=("tập tin",),
        categories=("thể loại",),
        redirects=("đổi",),
    ),
)
