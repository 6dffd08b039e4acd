from .form import Language

LANGUAGE = Language(
    name="Chechen",
    scripts=("cyrillic",),
    function_words="""
        а ду бу ву ю цу и иза хьан оцу цуьнан тӏе чохь долу болу хилла хила ца я амма нагахь санна дуьхьа дерриг хӏора
        мила хӏун муха бен цхьа
    """,
    letters="абвгдеёжзийклмнопрстуфхцчшщъыьэюяӏ",
)
