from .form import Language

LANGUAGE = Language(
    name="Iloko",
    scripts=("latin",),
    function_words="""
        ti dagiti ken iti nga ni no ta saan daytoy isu isuna da na ko mo tayo kami adda awan ngem gapu para manipud
        agingga met laeng pay dita ditoy idiay amin kadagiti wenno tunggal maysa tao babaen
    """,
)
