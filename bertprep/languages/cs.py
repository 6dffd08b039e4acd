from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Czech",
    scripts=("latin",),
    function_words="""
        a i v ve z ze na do o u od po za před při pro bez pod nad mezi ale nebo že aby jak když kde který která které
        co kdo se si ne je jsou byl byla bylo byli bude být má to ten ta tato tento on ona oni já ty my jeho její
        jejich také však protože jestli už ještě jen
    """,
    abbreviations=Abbreviations(
        never="""
            např tzv tj popř příp resp atp.a čís str sv ul nám tř ing mgr bc dr mudr judr phdr rndr prof doc
            gen plk mjr kpt por srov viz angl lat fr řec rus pol maď ital šp cca max min obr tab kap roč př
            arch ing.arch csc mvdr thdr paedr rsdr akad arm.gen npor nadpor podpor rtm prap strm odst písm
            sb bl bratr kard bisk arcib mons p pí sl fa jr sr st ml nábř bulv okr vyd nakl red překl přel
            upr dopl sest ed eds aut pozn seš kn s pag pp il ilustr fot pl mn č j.č jm adj subst adv zájm
            bulh brit amer franc holand čín jap arab hebr lotyš litev maďar rak řím sloven srb špan švéd
            švýc tur ukr vlaš jihočes slez sever vých záp již sz jv jz hl n.m t.č t.j t.r tzn t.zv mj vč vyj
            zejm zkr zn zpr zvl ev evid gramm hist hud chem biol fyz geol geogr lék náb psych tech tel voj
            zool
        """,
        maybe="n.l př.n.l stol tis mil mld hod kč ún bř kvě čvn čvc zář říj pros s.r.o a.s v.o.s k.s o.p.s z.s něm",
        end="atd apod aj etc",
        number="roz po út čt pá so vol kol led list čl ods",
    ),
    section_words="""
        kapitola oddíl část článek příloha obrázek tabulka kniha titul dějství scéna lekce cvičení věta lemma
        definice příklad bod hlava díl oddělení
    """,
    ordinals=True,
    separators=(" ", ","),
    wiki=Wiki(
        files=("soubor", "obrázek", "média"),
        categories=("kategorie",),
        redirects=("přesměruj",),
        sections=(
            "reference", "externí odkazy", "související články", "odkazy", "poznámky", "literatura",
            "související stránky", "zdroje",
        ),
        top_sections=("galerie", "bibliografie"),
        disambiguation=("rozcestník",),
        language_names={
            "en": "anglicky", "de": "německy", "fr": "francouzsky", "es": "španělsky", "it": "italsky",
            "ru": "rusky", "la": "latinsky", "el": "řecky", "grc": "starořecky", "ja": "japonsky", "zh": "čínsky",
            "ar": "arabsky", "he": "hebrejsky", "pl": "polsky", "tr": "turecky", "pt": "portugalsky",
            "nl": "nizozemsky", "uk": "ukrajinsky",
        },
        language_label="{} {}",
        templates=(
            Template("labelled_by_code", ("vjazyce2",)),
            Template("language_name", ("vjazyce",)),
            Template("second", ("cizojazyčně", "cj")),
            Template("quote", ("citát", "citace textu")),
            Template("first", ("malé kapitálky", "nedělitelný text")),
            Template("first", ("vlajka a název",)),
        ),
        silent=(
            "doplňte zdroj", "fakt?", "fakt", "kdo", "kdy", "kdy?", "kdo?", "jaký", "upřesnit", "citace *",
            "citace", "vlajka", "poznámka", "ujasnit", "jaký?", "kde?", "zdroj?",
        ),
    ),
)
