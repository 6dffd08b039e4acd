from .form import Language

LANGUAGE = Language(
    name="Lithuanian",
    scripts=("latin",),
    function_words="""
        ir yra kad į su iš ne tai kaip bet ar buvo jo jos jie jis ji aš tu mes jūs po prieš iki prie be tarp nuo dėl
        kai kur kodėl nes tik dar jau labai visi visos kiekvienas kitas bus būti nėra savo šis ši šio kuris kuri kurie
    """,
    ordinals=True,
)
