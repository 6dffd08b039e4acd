from .form import Language

LANGUAGE = Language(
    name="Ossetian",
    scripts=("cyrillic",),
    function_words="""
        ӕмӕ у уыд нӕ кӕй цы йӕ сӕ ацы уыцы иу ис уӕд фӕлӕ кӕнӕ куы ӕппӕт ӕрмӕст ӕй уый адӕймаг дӕр хъуамӕ куыд
        сты афтӕ кӕцы исты ӕндӕр мачи уыди уыдис уа
    """,
    letters="аӕбвгдеёжзийклмнопрстуфхцчшщъыьэюя",
)
