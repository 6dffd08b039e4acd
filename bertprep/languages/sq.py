from .form import Language

LANGUAGE = Language(
    name="Albanian",
    scripts=("latin",),
    function_words="""
        e të dhe në i për me që një nga është se ka si nuk u ky kjo këto ose por edhe janë ishte kishte do mund duhet
        çdo tij saj tyre tek te pa deri pas para midis mbi nën kur ku kush çfarë pse shumë më vetëm gjithë tjetër
    """,
)
