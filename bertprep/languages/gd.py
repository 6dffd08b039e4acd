from .form import Language

LANGUAGE = Language(
    name="Scottish Gaelic",
    scripts=("latin",),
    function_words="""
        an na agus air ann a tha bha gu is le ri do de bho mar seo sin ach no iad mi thu sinn sibh cha nach ma nuair
        gach eile fhèin aig leis ris dha nam nan neach
    """,
)
