from .form import Language

LANGUAGE = Language(
    name="Venetian",
    scripts=("latin",),
    function_words="""
        el ła łe i un na de del deła dei in co par e o ma che chi quando ndove come parché se no xe era gera èsar stà
        ga gavéa so sóa sto sta queło queła anca pì tuto tuti altro altra ogni la le dela al a
    """,
)
