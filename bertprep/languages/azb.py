from .form import Language

LANGUAGE = Language(
    name="South Azerbaijani",
    scripts=("arabic",),
    function_words="""
        و ایله بو بیر اوچون دا ده کی دیر ایدی اولان اولاراق یا لاکین اگر کیمی سونرا قدر گؤره اؤز اونون اونلار بیز سیز
        بوتون هر کیم نه یالنیز وار یوخ هئچ
    """,
)
