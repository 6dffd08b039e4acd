from .form import Language

LANGUAGE = Language(
    name="Nigerian Pidgin",
    scripts=("latin",),
    function_words="""
        dey di wey dem na im wit for make e sey fit don wetin una dis dat pipol no dia am go get ebri evri kon becos
        abi shey
    """,
)
