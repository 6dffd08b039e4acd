from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Chechen",
    scripts=("cyrillic",),
    function_words="""
        а ду бу ву ю цу и иза хьан оцу цуьнан тӏе чохь долу болу хилла хила ца я амма нагахь санна дуьхьа дерриг хӏора
        мила хӏун муха бен цхьа
    """,
    letters="абвгдеёжзийклмнопрстуфхцчшщъыьэюяӏ",
    abbreviations=Abbreviations(
        never="проф акад доц инж ген полк урам пр обл г т ред лат англ нем фр тел ма.дарра",
        maybe="янв фев мар апр июн июл авг сен окт ноя дек в.э.тӏ млн млрд",
        end="кхи.дӏ кхин.а",
        number="№ п",
    ),
    section_words="корта дакъа статья тӏетохар сурт таблица книга том",
)
