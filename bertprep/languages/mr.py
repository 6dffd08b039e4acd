from .form import Language

LANGUAGE = Language(
    name="Marathi",
    scripts=("devanagari",),
    function_words="""
        आणि आहे च्या या ते तो ती हे हा ही एक व की नाही होते होता होती आहेत त्या त्याने मध्ये साठी पासून पर्यंत किंवा
        पण जर म्हणून केले सर्व प्रत्येक
    """,
    danda=True,
)
