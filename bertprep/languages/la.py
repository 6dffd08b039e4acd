from .form import Abbreviations, Language, Wiki

LANGUAGE = Language(
    name="Latin",
    scripts=("latin",),
    function_words="""
        et in est ad ut non cum ex ab de qui quae quod sunt per si sed aut esse hoc hic haec ille eius atque etiam
        autem enim nec neque ac vel erat fuit eo eum eam sibi se suum sua quam quo ubi nam tamen ita sic post ante
        inter apud pro sine super omnes
    """,
    abbreviations=Abbreviations(
        never="""
            s ss st b d dd r.p cf v vd cap c lib l tom vol fol p pp pag art q qu v.g e.g i.e scil sc ibid op
            cit ed edd cod ms mss kal non a.d aug imp caes cos coss ant m
        """,
        maybe="ian feb mart apr iun iul sept oct nov dec a.c p.c a.chr p.chr",
        end="etc et.al seqq sqq",
        number="n",
    ),
    section_words="""
        caput capitulum sectio pars articulus appendix figura tabula liber titulus actus scaena lectio theorema
        lemma definitio exemplum
    """,
    wiki=Wiki(
        files=("fasciculus", "imago"),
        categories=("categoria",),
        redirects=("redirect",),
        sections=("notae", "nexus externi", "vide etiam", "bibliographia", "nexus interni", "fontes"),
        top_sections=("pinacotheca",),
        disambiguation=("discretiva",),
        silent=("fontes desiderati",),
    ),
)
