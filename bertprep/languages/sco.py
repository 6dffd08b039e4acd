from .form import Language

LANGUAGE = Language(
    name="Scots",
    scripts=("latin",),
    function_words="""
        the o an tae in fae wi wis thae aw nae isna cannae dinnae hae haes haed frae thair thare whan whaur whit
        wha hou mair maist monie muckle intae oot aboot abuin efter afore anither ilka sic yer ye oor sae baith
        gey yin ane twa mak mebbe forby awa syne bi athout naither aabodie til richt richts ither ony ilkane
        theirsels shuid wad cuid guid fowk nane wi' o' an' no wir hir sal wha's aabody awbody aabodys thaim hes
        thir ower throu gien conter wisna dinna didna thegither atween
    """,
)
