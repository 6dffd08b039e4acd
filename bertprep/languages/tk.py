from .form import Language

LANGUAGE = Language(
    name="Turkmen",
    scripts=("latin",),
    function_words="""
        we bilen üçin bu ol bir hem däl diýip bolup bolan ýa emma eger ýaly barada soň çenli boýunça arkaly
        hökmünde öz onuň olar biz siz ähli her haýsy kim näme nähili diňe bar ýok hiç sen meniň häzir maňa biziň
        başga şeýle bolsa iň ýöne görä özüniň özüne edip şol gerek
    """,
)
