from .form import Language

LANGUAGE = Language(
    name="Amharic",
    scripts=("ethiopic",),
    function_words="እና ነው ላይ ውስጥ ወደ ይህ ያለ ወይም ግን ሁሉ እያንዳንዱ መብት አለው ማንኛውም የ ከ በ ለ እንደ ነበር ናቸው",
    section_words="ምዕራፍ ክፍል አንቀጽ አባሪ ስዕል ሠንጠረዥ መጽሐፍ ትምህርት",
    ellipsis_pauses=True,
    double_colon_ends=True,
)
