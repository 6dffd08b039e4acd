from .form import Language, Wiki

LANGUAGE = Language(
    name="Cebuano",
    scripts=("latin",),
    function_words="""
        ang sa nga ug mga si ni kay og usa dili kini niya siya nila kaniya iyang ilang ako kita kamo sila adto
        didto diha dinhi kung apan tungod alang gikan hangtod wala adunay may mao kaayo lang usab pa na nako
        nimo nato kanila matag bisan samtang kadtong unsa kinsa asa nganong pinaagi niini kana maong ngadto
        sulod niadtong kaniadto imong akong among atong kang kog ning kining jud duna ayaw palihog karon dayon
        inyong ra koy kinsay anang hain walay tibuok unsay siyag kong namo ninyo atubangan unta gayod dunay
        katong ato amo wala'y gikan-sa niining mahimo mahimong aron maoy unsang intawon ganahan kanako pud uban
        siyay moadto inig nang
    """,
    wiki=Wiki(
        files=("payl", "larawan", "imahen"),
        categories=("kategoriya",),
        redirects=("redirect",),
        sections=("ang mga gi basihan niini", "mga reperensya", "mga sumpay sa gawas", "tan-awa usab", "pakisayran"),
        disambiguation=("giklaro", "pagklaro"),
    ),
)
