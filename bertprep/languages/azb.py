from .form import Language, Template, Wiki

LANGUAGE = Language(
    name="South Azerbaijani",
    scripts=("arabic",),
    function_words="""
        و ایله بو بیر اوچون دا ده کی دیر ایدی اولان اولاراق یا لاکین اگر کیمی سونرا قدر گؤره اؤز اونون اونلار بیز سیز
        بوتون هر کیم نه یالنیز وار یوخ هئچ
    """,
    wiki=Wiki(
        files=("فایل", "تصویر"),
        categories=("بؤلمه", "بؤلوم"),
        redirects=("تغییر_مسیر", "یول‌لاندیرما"),
        sections=(
            "قایناقلار",
            "قایناق‌لار",
            "خاریجی لینکلر",
            "نوتلار",
            "هابئله باخین",
            "اتک‌یازی‌لار",
            "ائشیک باغلانتیلار",
        ),
        disambiguation=("دقیقلشدیرمه", "آیدینلاتما"),
        templates=(Template("in_marks", ("اینگیلیسجه",), ("اینگیلیسجه: ", "")),),
    ),
)
