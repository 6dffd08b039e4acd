from .form import Language

LANGUAGE = Language(
    name="Hiligaynon",
    scripts=("latin",),
    function_words="""
        ang sang sa nga kag mga si ni kay isa indi ini siya niya sila nila iya ila ako ko ikaw mo kita kami kamo didto
        diri dira kon apang bangod para halin asta wala may amo lang man pa na gid tanan bisan samtang ano diin sing
        ukon sini sina iban akon imo aton inyo
    """,
)
