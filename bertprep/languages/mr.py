from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Marathi",
    scripts=("devanagari",),
    function_words="""
        आणि आहे च्या या ते तो ती हे हा ही एक व की नाही होते होता होती आहेत त्या त्याने मध्ये साठी पासून पर्यंत किंवा
        पण जर म्हणून केले सर्व प्रत्येक
    """,
    abbreviations=Abbreviations(
        never="""
            डॉ प्रा श्री सौ कु कै पं मा अ‍ॅड इ.स इ.स.पू उदा पृ क्र रु कि.मी से.मी मी सं ले इंजि म.रा भा.रा
            अॅड मि.मी इ ई.स रा ता जि मु पो ह.भ.प ना खा आ
        """,
        maybe="भा.ज.पा एम.ए बी.ए",
    ),
    section_words="खंड विभाग भाग कलम आकृती तक्ता पाठ",
)
