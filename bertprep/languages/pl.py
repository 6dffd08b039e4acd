from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Polish",
    scripts=("latin",),
    function_words="""
        i a w z na do o u od po za przez przy dla bez pod nad przed między ze we oraz lub albo ale lecz więc że żeby
        aby jak gdy kiedy gdzie który która które którzy co kto się nie tak jest są był była było były będzie być ma
        mają miał to ten ta te tego tej tym tych on ona ono oni one ja ty my wy jego jej ich mój nasz także również
        jednak ponieważ jeśli jeżeli już jeszcze tylko bardzo wszystkie każdy inne inny po potem później następnie
        obecnie
    """,
    abbreviations=Abbreviations(
        never="""
            dr hab prof inż mgr doc lek med red ks bp abp kard św bł gen płk ppłk mjr kpt por ppor chor
            sierż kpr szer adm kmdr ul al pl os np m.in tzn tzw tj t.j wg ws zob cyt ok ca im jw ad dot ew
            ewent ang łac gr niem fr ros wł hiszp czes ukr pol str ss tom rozdz rys tab ryc poz nr art ust
            zał pkt ppkt lit wyd red tłum oprac płd płn wsch zach pd woj pow gm m.st dn godz tel paraf
            nadkom podkom kom asp st.asp proj arch o śp śś prok adw sędz wiceprez prez dyr kier zast sekr
            przew ilustr współpr przyp wyd.pol przekł dz przym rzecz przysł łow daw przen posp książk poet
            biol bot chem fiz mat geogr hist jęz muz praw rel tech wojsk zool pn płd.-wsch bud fot nab rtm
            wachm bosm gen.bryg gen.dyw płk.dypl kmdr.ppor lic dypl
        """,
        maybe="""
            rr ww n.e p.n.e gr mln mld tys inc ltd co jr stycz lut kwiet czerw sierp wrzes paźdz listop
            grudz sp.zo s.a
        """,
        end="itd itp etc zł",
        number="nr s pon wt śr czw pt sob niedz § lp t z",
        unit="min r g m l",
    ),
    small_ordinals=True,
    section_words="""
        rozdział część artykuł załącznik rysunek tabela tablica księga tytuł akt scena lekcja ćwiczenie
        twierdzenie lemat definicja przykład punkt paragraf
    """,
    ordinals=True,
    separators=(" ", ","),
    wiki=Wiki(
        files=("plik", "grafika", "obraz"),
        categories=("kategoria",),
        redirects=("patrz", "przekieruj", "tam"),
        sections=(
            "przypisy", "linki zewnętrzne", "zobacz też", "uwagi", "literatura", "źródła", "zobacz także",
            "literatura przedmiotu",
        ),
        top_sections=("bibliografia", "galeria"),
        disambiguation=("ujednoznacznienie",),
        language_names={
            "en": "ang.", "de": "niem.", "fr": "fr.", "es": "hiszp.", "it": "wł.", "ru": "ros.", "la": "łac.",
            "el": "gr.", "grc": "stgr.", "ja": "jap.", "zh": "chiń.", "ar": "arab.", "he": "hebr.", "tr": "tur.",
            "pt": "port.", "nl": "niderl.", "uk": "ukr.",
        },
        language_label="{} {}",
        templates=(
            Template("second", ("j", "w j")),
            Template("shows", ("link-interwiki", "li"), ("${tekst} | ${pl} | ${nazwa} | $1",)),
            Template("quote", ("cytat", "cytatd", "cytat d")),
            Template("first", ("kapitaliki", "nie łam", "nb", "u")),
            Template("labelled_by_code", ("jęz2", "język")),
        ),
        silent=(
            "r", "fakt", "w języku", "lang icon", "kiedy", "kto", "gdzie", "flaga", "państwo ikona", "odn", "odn*",
            "u+", "uwaga", "bez przypisów", "przypis", "dopracować", "przez kogo", "źle", "martwy link",
        ),
    ),
)
