from .form import Language

LANGUAGE = Language(
    name="Amharic",
    scripts=("ethiopic",),
    function_words="እና ነው ላይ ውስጥ ወደ ይህ ያለ ወይም ግን ሁሉ እያንዳንዱ መብት አለው ማንኛውም የ ከ በ ለ እንደ ነበር ናቸው",
    double_colon_ends=True,
)
