from .form import Language

LANGUAGE = Language(
    name="Northern Sotho",
    scripts=("latin",),
    function_words="""
        le go e ya mo ka wa ba ge ga goba eupša gobane fela gore yo o sa ke nngwe mang yohle bohle tšohle ohle bjalo
        kua tše gongwe gagwe bona nna motho
    """,
)
