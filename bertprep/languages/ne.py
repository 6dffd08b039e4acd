from .form import Language

LANGUAGE = Language(
    name="Nepali",
    scripts=("devanagari",),
    function_words="""
        र को का मा छ हो छन् ले लाई यो त्यो एक पनि भने थियो भएको गर्न गरेको हुन्छ नै वा तर यदि लागि सबै प्रत्येक आफ्नो
        बाट देखि सम्म
    """,
    danda=True,
)
