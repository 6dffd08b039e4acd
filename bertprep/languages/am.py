from .form import Language

LANGUAGE = Language(
    name="Amharic",
    scripts=("ethiopic",),
    function_words="""
        እና ነው ላይ ውስጥ ወደ ይህ ያለ ወይም ግን ሁሉ እያንዳንዱ መብት አለው ማንኛውም የ ከ በ ለ እንደ ነበር ናቸው ጋር ይህም ደግሞ የሆነ ያለው ሆኖ ሲሆን በኋላ
        በፊት ቢሆን ቢሆንም እንዲሁም አንድ ብዙ ሰው ሰዎች በዚህ በሆነ አሁን ብቻ መካከል መሆን እንደሆነ ሁሉም ማንም ነዉ ያሉ ሌሎች በጣም እስከ ድረስ አንዳንድ ይህንን
        አለበት ሆነ ይችላል ሲሉ ብለዋል ጊዜ
    """,
    section_words="ምዕራፍ ክፍል አንቀጽ አባሪ ስዕል ሠንጠረዥ መጽሐፍ ትምህርት",
    ellipsis_pauses=True,
    double_colon_ends=True,
)
