from .form import Language

LANGUAGE = Language(
    name="Xhosa",
    scripts=("latin",),
    function_words="""
        ukuba kwaye okanye kuba kodwa xa bonke wonke yonke lonke kunye njengoko ngaphandle emva phambi apho ngoku
        yintoni ngubani njani naye yena bona thina mna wena lo eli olu esi nokuba umntu
    """,
)
