from .form import Language

LANGUAGE = Language(
    name="Latin",
    scripts=("latin",),
    function_words="""
        et in est ad ut non cum ex ab de qui quae quod sunt per si sed aut esse hoc hic haec ille eius atque etiam
        autem enim nec neque ac vel erat fuit eo eum eam sibi se suum sua quam quo ubi nam tamen ita sic post ante
        inter apud pro sine super omnes
    """,
)
