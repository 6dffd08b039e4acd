from .form import Language

LANGUAGE = Language(
    name="Tigrinya",
    scripts=("ethiopic",),
    function_words="""
        እዩ ኣብ ናይ ከም ድማ ን እቲ ካብ ምስ ወይ ግን ኩሉ ነፍሲ ወከፍ ነቲ ኣለዎ ዝኾነ እዚ ኣይኮነን ሰብ መሰል ነፍሲወከፍ ዘለዎ ይኹን ክሳብ ብምሉእ ብዘይ
    """,
    double_colon_ends=True,
)
