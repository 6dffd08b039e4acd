from .form import Language

LANGUAGE = Language(
    name="Western Punjabi",
    scripts=("arabic",),
    function_words="""
        دے دی دا نوں وچ تے نے ایہہ اوہ ایس اوس اک کہ کر سی سن جو نئیں وی تاں ہو یا جے لئی نال مگروں تک اپنے ہر کوئی
        سارے دیاں ہے نیں ایہ اے توں اتے وں وچوں
    """,
)
