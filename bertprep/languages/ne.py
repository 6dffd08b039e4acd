from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Nepali",
    scripts=("devanagari",),
    function_words="""
        र को का मा छ हो छन् ले लाई यो त्यो एक पनि भने थियो भएको गर्न गरेको हुन्छ नै वा तर यदि लागि सबै प्रत्येक आफ्नो
        बाट देखि सम्म
    """,
    abbreviations=Abbreviations(
        never="डा प्रा इन्जि श्री मा वि.सं कि.मी ई.पू",
    ),
    section_words="खण्ड भाग धारा चित्र पाठ",
    danda=True,
)
