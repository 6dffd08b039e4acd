from .form import Language

LANGUAGE = Language(
    name="Rundi",
    scripts=("latin",),
    function_words="""
        mu n' na kandi canke kuko ariko iyo bose vyose yose ico ivyo uwo wese hamwe nka ni wo bwa co vyo ryo imbere
        inyuma kugira ngo muri ku ategerezwa vya atari n'ivyo
    """,
)
