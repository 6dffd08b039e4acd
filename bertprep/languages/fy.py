from .form import Language

LANGUAGE = Language(
    name="Western Frisian",
    scripts=("latin",),
    function_words="""
        de it en fan in is dat te op mei foar by as net nei út oan troch om of ek mar hy sy wy ik do jo har syn wurdt
        wurde wie wiene hat hawwe hie kin moat sil soe dy dizze alle gjin mear oer ûnder tusken sûnt elk elkenien
    """,
)
