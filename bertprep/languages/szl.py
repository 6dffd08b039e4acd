from .form import Language

LANGUAGE = Language(
    name="Silesian",
    scripts=("latin",),
    function_words="""
        a we ze na dlo do ôd ôde pō za przi bez pod nad miyndzy ale abo coby jak kej kaj kery kero kere fto co sie niy
        je sōm bōł była było byli bydzie być mo to tyn ta te ôn ôna ôni jego jij jejich tyż yno
    """,
)
