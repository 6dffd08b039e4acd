from .form import Language

LANGUAGE = Language(
    name="Bulgarian",
    scripts=("cyrillic",),
    function_words="""
        и в във на не че той с със за от се да е са по това като но ще към до при или тя те си беше бяха има няма само
        след преди между който която които когато където както този тази тези
    """,
    letters="абвгдежзийклмнопрстуфхцчшщъьюяѝ",
    separators=(" ", ","),
)
