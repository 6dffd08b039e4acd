from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Danish",
    scripts=("latin",),
    function_words="""
        og at det som en et den de på er af for med til i om ikke har var han hun vi jeg du så men eller fra ved kan
        skal skulle havde efter under over mellem når hvor her dette denne disse også kun meget alle sin sit sine
        deres blev bliver hans hendes
    """,
    abbreviations=Abbreviations(
        never="""
            hr hrn fr frk dr prof lic cand.mag cand.jur cand.polit cand.scient cand.phil cand.psych stud ing
            arkt adj lekt dir adv sagf lrs lrsagf civiling dr.phil dr.med dr.jur mag.art gen obl kapt løjtn
            maj pastor sct skt st f.eks fx bl.a dvs d.v.s ca jf jfr s.k pga p.g.a iflg i.flg ifm i.f.m ifbm
            mht m.h.t vedr ang inkl ekskl evt hhv h.h.v mv resp red udg bd afsn fig tab nr str sml sm opr
            oprindl lat eng ty sv græsk gl nuv tidl tlf tel vs anm art bem br forf forts kbh kgl kl km/t
            o.lign obs p.t pr vha v.h.a ef foreg gnsn gns i.e ibid mfl n.n n.b ovenst ovf p.b.v p.m pkt ref
            s.d s.u såk t.o.m tvml udd ugtl und vejl
        """,
        maybe="jan febr feb apr aug sept okt nov dec e.kr f.kr a/s aps kr pct jr sr inc ltd co corp",
        end="osv m.m m.fl mm o.a o.l etc m.v",
        number="man tirs ons tors fre lør søn mar jun jul s § stk kap",
    ),
    section_words="""
        kapitel afsnit del artikel bilag figur tabel paragraf bog titel akt scene lektion opgave sætning lemma
        definition eksempel trin
    """,
    ordinals=True,
    separators=(".", ","),
    wiki=Wiki(
        files=("fil", "billede"),
        categories=("kategori",),
        redirects=("omdirigering",),
        sections=(
            "referencer", "eksterne henvisninger", "se også", "noter", "kilder", "fodnoter", "noter og referencer",
            "kilder og henvisninger", "eksterne links",
        ),
        top_sections=("litteratur", "galleri"),
        disambiguation=(r"flertydig\w*",),
        language_names={
            "en": "engelsk", "de": "tysk", "fr": "fransk", "es": "spansk", "it": "italiensk", "ru": "russisk",
            "la": "latin", "el": "græsk", "grc": "oldgræsk", "ja": "japansk", "zh": "kinesisk", "ar": "arabisk",
            "he": "hebraisk", "pl": "polsk", "tr": "tyrkisk", "pt": "portugisisk", "nl": "nederlandsk",
            "uk": "ukrainsk",
        },
        language_label="{}: {}",
        templates=(
            Template("quote", ("citat", "citatboks")),
            Template("first", ("kapitæler", "nobr")),
        ),
        silent=(
            "kilde mangler", "kilde", "bør uddybes", "hvem", "hvornår", "hvor", "flagikon", "præciser",
            "kildeangivelse mangler", "dødt link",
        ),
    ),
)
