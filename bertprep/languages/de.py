from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="German",
    scripts=("latin",),
    function_words="""
        der die das den dem des ein eine einen einem einer eines und oder aber doch sondern denn wenn als wie so auch
        nur noch schon nicht kein keine ich du er sie es wir ihr mich mir ihn ihm uns euch mein dein sein seine seiner
        seinem seinen unser dieser diese dieses diesem diesen jeder jede jedes hier dort da dann nun jetzt heute
        gestern morgen in im an am auf aus bei beim mit nach vor von vom zu zum zur über unter durch für gegen ohne um
        bis seit während wegen trotz obwohl weil dass daß damit ob was wer wo wann warum welche welcher alle alles
        viele manche einige man sich ist sind war waren wird werden wurde wurden hat haben hatte hatten kann können
        könnte muss soll sollte nachdem außerdem jedoch dabei dazu danach daher darum deshalb trotzdem insgesamt
        dennoch bereits zudem später laut neben zwischen ja nein
    """,
    abbreviations=Abbreviations(
        never="""
            hr hrn fr frl dr prof dipl ing habil med phil jur rer nat dipl.-ing h.c st ste vgl bzw ca bspw
            z.b d.h u.a u.ä o.ä i.d.r i.e i.a s.o s.u sog evtl ggf gem inkl exkl zzgl zz bes insb insbes
            insbesondere allg urspr lat griech engl franz frz ital span dt russ türk geb gest verh gesch
            verw abb tab kap bd bde hrsg hg aufl nr nrn tel mio mrd mill tsd str pl co max min mind mindest
            vs abs abschn art anm bl ders dies ebd einschl entspr erg erw ev kath fa fam fig gegr gen geogr
            hptm hzg ing inh insges jap kgl königl lfd lt ltd ltn maj mag math math min mitt möbl mskr nachm
            nördl südl östl westl obb österr phys pos prot red ref reg röm sen schweiz staatl techn theol
            tgl u.d.t u.v.a u.u übers übl unbek ungebr vorm vors wiss zool zit zgl zw zus i.allg o.g p.a z.t
            z.zt z.hd i.v i.r i.j b.b m.w n.n o.b jr sr oberst präs vizepräs dir abt akad amtl anh anz arab
            aufg ausg bayr bearb begl bed berufl betr biol bsp chem christl dän dep dgl dtsch ehem eigtl
            einf eidg erf erl exempl fin finn ggü ges gesetzl gl gr hebr hist i.e.s i.w.s isl ill jährl jüd
            kfm körperl kroat landw lfg lit luth mlat mdal md mhd ahd nhd mündl mwst ndl neutr niederl norw
            orth pers pharm philos poln port prakt priv psych rd rel s.u.v.m sächs schriftl schwed sozial
            städt stellv sv syn tägl tsch u.e.m u.s.w u.z ukr ung univ unv urk v.a v.d verf verm versch
            vollst wahrsch wirtsch wörtl z.t.d ztr zeitl i.s z.z b.a m.e u.w m.e.w o.a gez i.o anl bz gg
            ehrw hll
        """,
        maybe="""
            std jh jhd jhdt jahrh chr n.chr v.chr u.s u.s.a gmbh ag inc bros jun jan feb apr aug sept okt
            nov dez mo mi inst verl e.v k.o hl
        """,
        end="usw etc usf ff f u.a.m uvm u.v.m",
        number="s § §§ z mär jul di do sa so rn rz ziff hft h ep",
    ),
    lettered="""
        vitamin hepatitis influenza option gruppe klasse typ plan anhang anlage teil kategorie block punkt haus
        halle variante
    """,
    section_words="""
        kapitel abschnitt teil artikel anhang anlage abbildung tabelle bild band buch akt szene lektion übung
        aufgabe beispiel satz lemma definition schritt punkt titel
    """,
    ordinals=True,
    small_start=0,
    quotes=("„", "“"),
    separators=(".", ","),
    numbered="""
        tabelle abbildung kapitel seite band abschnitt artikel teil absatz nummer zimmer raum platz klasse stufe version folge anlage
        anhang block zeile spalte ziffer punkt gleichung formel satz beispiel
    """,
    wiki=Wiki(
        files=("datei", "bild"),
        categories=("kategorie",),
        redirects=("weiterleitung",),
        sections=(
            "einzelnachweise", "weblinks", "siehe auch", "fußnoten", "anmerkungen", "belege",
            "quellen und anmerkungen", "anmerkungen und einzelnachweise", "einzelnachweise und anmerkungen",
            "quellen und einzelnachweise", "weblinks und quellen", "literatur und quellen",
            "belege und anmerkungen", "nachweise", "weblink", "quelle",
        ),
        top_sections=("literatur", "quellen", "galerie", "bilder", "werkausgaben"),
        disambiguation=("begriffsklärung",),
        language_names={
            "en": "englisch", "fr": "französisch", "es": "spanisch", "it": "italienisch", "ru": "russisch",
            "la": "lateinisch", "el": "griechisch", "grc": "altgriechisch", "ja": "japanisch", "zh": "chinesisch",
            "ar": "arabisch", "he": "hebräisch", "tr": "türkisch", "pl": "polnisch", "cs": "tschechisch",
            "nl": "niederländisch", "pt": "portugiesisch", "uk": "ukrainisch", "hu": "ungarisch", "fa": "persisch",
            "ko": "koreanisch", "sv": "schwedisch", "da": "dänisch", "ro": "rumänisch", "sr": "serbisch",
            "hr": "kroatisch", "sl": "slowenisch",
        },
        language_label="{} {}",
        templates=(
            Template("in_marks", ("\"", "zitat-de", "anführungszeichen"), ("„", "“")),
            Template("quote", ("zitat", "zitat2")),
            Template("first", ("polytonisch", "latein", "s", "schriftgröße", "kapitälchen", "versal")),
            Template("number", ("höhe",), ("", " m")),
            Template("spaced", ("§",), ("§", "2")),
            Template("spaced", ("art.",), ("Art.", "2")),
            Template("chapter_and_verse", ("bibel",)),
            Template("fraction", ("bruch",)),
            Template("language_by_name", pattern="([a-z]+)s"),
            Template("second", ("lang",)),
            Template("shows", ("deussurl", "hls"), ("$2 | $1",)),
            Template("first", ("nowrap", "0", "big", "small", "unicode", "farbe", "japanische schrift")),
            Template("in_marks", ("neuhebräisch", "heb"), ("", "")),
            Template("link", ("link-bild", "interwiki-link"), ("1", "0")),
        ),
        silent=(
            "belege fehlen", "citation needed", "beleg", "quelle", "ipa", "lautschrift", "audio", "anker",
            "coordinate", "wer", "wann", "wo", "fn", "fnz", "fldez", "bgs", "rp", "siehe auch", "sic", "inkubator",
            "internetquelle", "literatur", "anm", "faktenhinweis", "refn",
        ),
    ),
)
