"""Fallback languages of Wikipedias, as in MediaWiki: names valid in a Wikipedia besides its own and the English ones."""

SPEAKERS = {  # language -> codes of the Wikipedias that fall back to it
    "nl": "fy li vls zea nds-nl af srn",
    "de": "als gsw bar dsb frr hsb ksh lb nds pdc pfl stq",
    "no": "nb nn",
    "da": "fo",
    "fi": "fiu se olo vep",
    "it": "co eml fur lij lmo nap pms roa-tara rgn sc scn vec",
    "fr": "br ff frp ht kab ln mg nrm oc pcd sg ty wa wo bm",
    "es": "an ast ay arn cbk-zam ext gn lad nah qu",
    "pt": "mwl tet",
    "pl": "csb szl",
    "ru": "ab av ba bxr ce cv inh kbd koi krc kv lbe lez mdf mhr mrj myv os sah tt tyv udm xal",
    "uk": "rue",
    "tr": "crh gag ku diq",
    "hi": "anp bh bho mai sa awa",
    "id": "ace ban bbc bjn bug gor jv mad min su map-bms",
    "ar": "ary arz shi",
    "fa": "azb glk lrc mzn",
    "he": "yi",
    "ka": "xmf",
    "lv": "ltg",
    "lt": "bat-smg sgs",
    "et": "vro fiu-vro",
    "ro": "roa-rup rup mo",
    "sr": "sh sh-latn bs hr",
    "zh": "gan hak lzh wuu yue cdo za ii",
    "ur": "pnb skr",
    "ms": "bcl",
    "tl": "ceb war ilo pam pag",
    "be": "be-tarask be-x-old",
    "el": "pnt",
    "kk": "ky kaa",
    "bn": "bpy as",
}
FALLBACKS = {code: language for language, codes in SPEAKERS.items() for code in codes.split()}


def chain(code: str) -> tuple[str, ...]:
    """The languages whose names are valid in a Wikipedia, its own last: English, its fallback, itself.

    >>> chain("ltg"), chain("be-tarask"), chain("zh-classical"), chain("nds-nl")
    (('en', 'lv', 'ltg'), ('en', 'be'), ('en', 'zh'), ('en', 'nl'))
    """
    own = code.split("-")[0].replace("simple", "en")
    parent = FALLBACKS.get(code) or FALLBACKS.get(own)
    is_relative = FALLBACKS.get(own, parent) == parent  # nds-nl falls back to Dutch, but nds to German
    return tuple(dict.fromkeys(["en", *([parent] if parent else []), *([own] if is_relative else [])]))
