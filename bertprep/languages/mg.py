from .form import Language

LANGUAGE = Language(
    name="Malagasy",
    scripts=("latin",),
    function_words="""
        ny sy ary ho amin' tsy no izay fa dia ao eo eny avy aza ka raha rehefa na noho araka mba izy ireo izany io ity
        isika ianao aho rehetra tsirairay olona azy hafa ihany koa fotsiny nefa tamin'ny amin'ny
    """,
)
