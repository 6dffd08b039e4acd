from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Finnish",
    scripts=("latin",),
    function_words="""
        ja on ei se että hän oli joka mutta myös kun niin kuin ovat olla sen ne he minä sinä me te tämä tämän mukaan
        jälkeen vuonna sekä tai jos sitten vain ollut
    """,
    abbreviations=Abbreviations(
        never="""
            esim ks vrt ns nk mm ym ts tri prof dos maist fil.tri fil.kand fil.maist dipl.ins toht ev.luutn
            kenr luutn kapt maj evl prikaat rva hra nti nro n:o klo puh s-posti sähk luk kpl s ss siv kuv
            taul liite vuos toim suom lat ruots saks engl ransk ven vir lyh liitt synt kuol k vm alk yht
            huom virk tod.näk todennäk t.s t.m mks tmv yms jap ukr kreik ital esp port puol tsekk unk norj
            tansk island heb arab kiin kor turk pers liet latv myöh ao oik vas käsik painot kust julk
        """,
        maybe="tammi helmi maalis huhti eaa jaa jkr ekr milj mrd oy ay ky jr sr inc ltd co corp",
        end="jne tms jms",
        number="ma ti ke to pe la su § luku kohta momentti n",
    ),
    small_ordinals=True,
    section_words="""
        luku osa artikla liite kuva taulukko pykälä kirja näytös kohtaus harjoitus lause lemma määritelmä
        esimerkki vaihe kohta
    """,
    ordinals=True,
    separators=(" ", ","),
    wiki=Wiki(
        files=("tiedosto", "kuva"),
        categories=("luokka",),
        redirects=("ohjaus", "uudelleenohjaus"),
        sections=(
            "lähteet", "aiheesta muualla", "katso myös", "viitteet", "kirjallisuutta", "huomautukset",
            "lähteet ja viitteet", "selitykset",
        ),
        top_sections=("kirjallisuus", "galleria"),
        disambiguation=("täsmennyssivu", "täsm"),
        language_names={
            "en": "engl.", "de": "saks.", "fr": "ransk.", "es": "esp.", "it": "ital.", "ru": "ven.", "la": "lat.",
            "el": "kreik.", "grc": "muin.kreik.", "ja": "jap.", "zh": "kiin.", "ar": "arab.", "he": "hepr.",
            "pl": "puol.", "tr": "turk.", "pt": "port.", "nl": "holl.", "uk": "ukr.",
        },
        language_label="{} {}",
        templates=(
            Template("language_by_name", pattern="k-([a-z]+)"),
            Template("quote", ("sitaatti",)),
            Template("convert", ("muunna",)),
        ),
        silent=(
            "lähde", "lähde?", "lausunta", "milloin", "milloin?", "kuka", "kuka?", "missä?", "viite *", "täsmennä",
            "selvennä", "tarkenna", "kenen mukaan",
        ),
    ),
)
