from .form import Language

LANGUAGE = Language(
    name="Saraiki",
    scripts=("arabic",),
    function_words="""
        دے دی دا کوں وچ تے نے اے او ایں اوں ہک جو کر ہا ہن نئیں وی تاں تھی یا جے کیتے نال بعد توڑیں آپݨے ہر کوئی سارے
        دیاں ہے ہِن اتے کنوں ݙو اوندے
    """,
)
