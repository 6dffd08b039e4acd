from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Hindi",
    scripts=("devanagari",),
    abbreviations=Abbreviations(
        never="""
            डॉ डा ग्रा सेमी किमी मी प्रो श्री पं मो मि रु रू सं कु स्व जि ए बी सी डी ई एफ जी एच आई जे के एल एम एन ओ पी
            क्यू आर एस टी यू वी डब्ल्यू एक्स वाई जेड
        """,
        end="""
            है हैं था थी थे हूँ हूं हो गया गई गयी गए गये दी दिया दिए किया की ली लिया गा गी गे होगा होगी होंगे होती
            होता होते रहा रही रहे सका सकी सके करे करें जाए जाये मिला मिली मिले नहीं लगा लगी लगे हुआ हुई हुए आया आई आए
        """,
    ),
    danda=True,
    wiki=Wiki(
        files=("चित्र",),
        categories=("श्रेणी",),
    ),
)
