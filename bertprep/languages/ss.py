from .form import Language

LANGUAGE = Language(
    name="Swati",
    scripts=("latin",),
    function_words="""
        kutsi futsi nome ngobe kodvwa nangabe bonkhe wonkhe yonkhe lonkhe kanye njengobe ngaphandle emva lapho
        nyalo yini bani njani yena bona tsine mine wena lo leli lolu lesi kute nekutsi ngekutsi umuntfu intfo
        tintfo muntfu bantfu lomuntfu ngesikhatsi sikhatsi kwekutsi sekutsi yekutsi lekutsi kepha kantsi onkhe
        konkhe tonkhe sonkhe kuze ekhatsi ngekhatsi emkhatsini ngabe njengoba ngoba uma noma ifanele bafanele
        ufanele kwenta enta akhe takhe ngako kuyo lowo letintfo lesitsite utsite embili watsi lamabili loku loko
        laba lelo lawo phasi batsi atsi utsi leti letinye tabo tase leto lokunye kutfola kufaka ngenca letiningi
        lamanyenti labanye lomunye lomkhulu lokukhulu mayelana ngetulu lengu langu lenkhulu wente bente kwentiwe
        kuyintfo akusiyo ngekusho waphindze naletinye kulelinye netintfo ikakhulu nebantfu kwebantfu yebantfu
        ebantfu bantfwana lilungelo unelilungelo emave lokufananako
    """,
)
