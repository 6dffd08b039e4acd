from .form import Language

LANGUAGE = Language(
    name="Kinyarwanda",
    scripts=("latin",),
    function_words="""
        mu n' na kandi cyangwa kuko ariko iyo bose byose yose icyo ibyo uwo wese hamwe nka ni wo bwa cyo byo ryo
        mbere nyuma kugira ngo muri ku agomba bya ibi cyane byinshi ndetse ntabwo maze nubwo bamwe rwose harimo
        afite bafite bashobora bishobora bigomba bagomba kugeza kubera uburyo ushobora akwiye nk'uko kuri rya
        rwo cye ikintu ngombwa gukora nta uko aho
    """,
)
