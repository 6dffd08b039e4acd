from .form import Language

LANGUAGE = Language(
    name="Uyghur",
    scripts=("arabic",),
    function_words="""
        ۋە بىلەن ئۈچۈن بۇ ئۇ بىر ئەمەس دەپ بولۇپ بولغان ياكى لېكىن ئەگەر توغرىسىدا كېيىن قەدەر ئۆز ھەر ھەممە
    """,
)
