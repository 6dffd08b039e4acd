from .form import Language

LANGUAGE = Language(
    name="Southern Sotho",
    scripts=("latin",),
    function_words="""
        le ho e ya mo ka wa ba ha kapa empa hobane feela hore o sa ke nngwe mang yohle bohle tsohle ohle jwalo
        kwana moo tse hongwe hae bona nna motho mong tsa mme
    """,
)
