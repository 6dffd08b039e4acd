from .form import Language

LANGUAGE = Language(
    name="Azerbaijani",
    scripts=("latin",),
    function_words="""
        və ilə üçün bu bir də da deyil olan olaraq olub idi ya lakin əgər kimi haqqında sonra qədər görə öz onun onlar
        biz siz bütün hər hansı kim nə necə yalnız var yox heç bilər
    """,
    letters="abcçdeəfgğhxıijkqlmnoöprsştuüvyzw",
)
