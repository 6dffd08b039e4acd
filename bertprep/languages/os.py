from .form import Language

LANGUAGE = Language(
    name="Ossetian",
    scripts=("cyrillic",),
    function_words="ӕмӕ у уыд нӕ кӕй цы йӕ сӕ ацы уыцы иу ис уӕд фӕлӕ кӕнӕ куы ӕппӕт ӕрмӕст ӕй уый адӕймаг",
    letters="аӕбвгдеёжзийклмнопрстуфхцчшщъыьэюя",
)
