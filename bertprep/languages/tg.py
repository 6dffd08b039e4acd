from .form import Language

LANGUAGE = Language(
    name="Tajik",
    scripts=("cyrillic",),
    function_words="""
        ва дар бо аз ба ки ин он як барои ё аст буд шуд мешавад нест ҳам вале агар чун то пас худ онҳо мо шумо ҳама
        ҳар чи кӣ чӣ танҳо
    """,
    letters="абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшъэюяцщыь",
)
