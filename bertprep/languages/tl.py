from .form import Language, Wiki

LANGUAGE = Language(
    name="Tagalog",
    scripts=("latin",),
    function_words="""
        ang ng sa mga na ay at si ni ito siya niya sila nila kanila kanya kanyang isang hindi may mayroon wala kung
        dahil para mula hanggang ngunit pero rin din lamang lang ako ko ikaw mo tayo kami namin natin kayo ninyo dito
        doon diyan iyon bawat kapag habang upang ano sino saan kailan bakit nang pa ba o nasa noong itong lahat
        anumang kanilang nga kaniyang ayon sinuman bagay yung iyong akin alam anong aking niyang siyang iyan ating
        tayong mong kong bang nating kaming hinding anuman kaysa roon
    """,
    wiki=Wiki(
        files=("talaksan", "larawan"),
        categories=("kategorya", "kaurian"),
        redirects=("redirect",),
        sections=(
            "mga sanggunian", "sanggunian", "mga kawing panlabas", "tingnan din", "mga tala", "talababa",
            "panlabas na kawing",
        ),
        disambiguation=("paglilinaw",),
        silent=("fact",),
    ),
)
