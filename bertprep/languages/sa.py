from .form import Language

LANGUAGE = Language(
    name="Sanskrit",
    scripts=("devanagari",),
    function_words="""
        च न तु एव हि वा अपि इति अस्ति भवति सः सा तत् यत् तस्य अयम् एषः किम् सह तथा यथा यदि अत्र तत्र सर्वे
    """,
    danda=True,
)
