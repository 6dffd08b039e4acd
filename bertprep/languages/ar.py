from .form import Language, Wiki

LANGUAGE = Language(
    name="Arabic",
    scripts=("arabic",),
    dots_pause=True,
    wiki=Wiki(
        files=("ملف", "صورة"),
        categories=("تصنيف",),
        redirects=("تحويل",),
        sections=("مراجع", "وصلات خارجية", "انظر أيضا", "المراجع", "هوامش"),
        disambiguation=("توضيح",),
    ),
)
