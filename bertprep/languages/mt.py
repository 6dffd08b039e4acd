from .form import Language

LANGUAGE = Language(
    name="Maltese",
    scripts=("latin",),
    function_words="""
        li u ta' il l ta tal fil f' minn għal għall ma' mill bħala huwa hija huma jew iżda ukoll kull dan din dawn dak
        dik lil hemm kien kienet kienu jkun m' mhux kif meta fejn min biss aktar wara qabel bejn fuq taħt bla
    """,
)
