from .form import Language

LANGUAGE = Language(
    name="Welsh",
    scripts=("latin",),
    function_words="""
        y yr a ac yn i o ar am gan gyda wrth at dros mewn mae oedd yw ei eu ein fy dy nid ddim hi ef nhw ni chi fi pan
        os ond neu fel bod wedi bydd gall rhaid hwn hon hyn hynny pob pawb arall eraill hefyd iawn mwy sydd sy'n mae'r
        o'r i'r a'r
    """,
)
