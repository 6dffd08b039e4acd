from .form import Language

LANGUAGE = Language(
    name="Urdu",
    scripts=("arabic",),
    function_words="""
        اور کے کی کا میں سے کو ہے ہیں نے پر یہ وہ اس ان ایک کہ کر تھا تھی تھے جو نہیں بھی تو ہو گیا یا اگر لیے ساتھ
        بعد تک اپنے ہر کوئی سب
    """,
    dots_pause=True,
)
