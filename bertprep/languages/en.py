from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="English",
    scripts=("latin",),
    function_words="""
        the a an and or but if so of to in on at by for from with without as is are was were be been being it its this
        that these those he she they we you his her their our your my there here what which who whom whose when where
        why how not no all any some each every both many much most more other another such than then thus while during
        after before since until although though because however therefore moreover furthermore meanwhile nevertheless
        also only just even now once one two three i i'm i'll i've it's that's he's she's let's don't did do does have
        has had can could would should may might must will shall let please yes well perhaps according among under
        over between through about into onto against despite instead finally first second third later today yesterday
        tomorrow still yet our another several few nobody everyone someone nothing something thanks mr mrs ms dr
        earlier recently towards originally initially additionally following prior unlike currently eventually
        subsequently throughout upon within like finally usually sometimes often never always maybe hence neither
        either nor
    """,
    abbreviations=Abbreviations(
        never="""
            mr mrs ms messrs mmes mx dr drs prof profs rev revd fr ste sen sens reps gov govs pres amb atty
            det insp supt gen lt col maj capt cpt cmdr cdr comdr adm sgt sgts cpl pvt pfc brig ens lieut ltc
            msgt ssgt msgr i.e e.g eg ie ps p.s vs cf viz ca approx esp resp aka a.k.a incl excl eq eqs loc
            ibid n.b d.o.b repr asst assoc mts pt gens voc etym thm thms lem lems eqn eqns prop props defn
            cors conj jos wm geo thos chas robt cie
        """,
        maybe="""
            st mt jr sr esq inc ltd co corp llc plc bros cos dept depts div est ave blvd rd hwy pkwy ln sq
            terr bldg apt rm ed eds feat hon comp trans illus univ inst assn acad gov't int'l nat'l ass'n
            mgr exec dir dep u.s u.s.a u.k u.n e.u u.s.s.r d.c n.y l.a ph.d m.d b.a m.a b.sc m.sc d.phil
            ll.b calif tex ariz colo conn fla kan ky md mich minn neb nev okla penn penna tenn va vt wyo avg
            temp max orig cont contd pron abbr fem masc plur adj adv misc intl natl govt elec tel wt qty mfg
            hist chem phys econ supp cir ct crim civ proc rptr cong sess stat ann cert prob ref refs diam
            alt elev dist attn encl cc govts reg apts pref a.m p.m b.c.e c.e b.c a.d o.s n.s spp ssp subsp
            jan feb apr jun jul aug sep sept oct nov tue tues wed thu thur thurs fri deut josh judg chron
            neh esth prov eccl isa jer ezek hos hab zeph hag zech eph phil thess philem heb jas rev'd jurisp
            publ rept symp suppl assocs cty twp u.s.c c.f.r f.2d f.3d n.e.2d ref'd aff'd rev'g p.m.e h.r
            u.s.c.a cent
        """,
        end="etc et.al seq al",
        number="""
            ver mar sat sun mon dec ex ext no nos p pp n° pg pgs art arts fig figs vol vols para paras ch
            chap chaps sec sect secs cl nr c eccles kgs sam lk jn mk dan num tab tabs appx annot pls exs nn
            ll vv fol fols fn fns stanza bk bks gal lev matt proceed def defs rem rems ax obs expt
        """,
        unit="""
            ft hr hrs min mins lb lbs oz yd yds mi km cm mm kg m g l h tbsp tsp tbs tbsps tsps pkg pkgs qts
            gals ml mg deg degs
        """,
        capital="""
            ill wash ore ark mo wis fed tech pop pat app rep lit sing pub cor rom pet tim mal mic am miss
            env med sci eng amer mass
        """,
    ),
    section_words="""
        chapter section part article appendix annex exhibit schedule figure table box unit lesson module step
        act scene book volume title clause rule question exercise problem example case theorem lemma proposition
        corollary definition remark claim note
    """,
    lettered="""
        vitamin vitamins hepatitis influenza kinase kinases protein proteins type types group groups class grade
        level plan option exhibit appendix annex schedule phase category strain factor receptor immunoglobulin
        subunit model team series part section table figure fig panel zone block unit chart case point player
        room gate platform hall wing building sample site region domain chain serotype haplogroup haemophilia
        hemophilia nucleus line variable event node vertex matrix set side column row version stage list form
        company battery troop candidate patient subject cyclin cathepsin calcineurin
    """,
    small_start=3,
    speech_verbs="""
        said asked replied answered cried shouted exclaimed whispered called demanded added inquired enquired muttered
        says asks replies repeated returned yelled screamed wondered
    """,
    quotes=("“", "”"),
    separators=(",", "."),
    months=(
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
    wiki=Wiki(
        files=("file", "image", "media"),
        categories=("category",),
        redirects=("redirect",),
        sections=(
            "references", "external links", "see also", "further reading", "footnotes", "citations",
            "notes and references", "references and notes", "works cited", "external link",
            "references and sources", "notes and citations", "general references", "explanatory notes",
            "sources and further reading", "references and further reading", "further reading and references",
            "cited references",
        ),
        top_sections=("notes", "bibliography", "sources", "gallery", "links", "literature"),
        disambiguation=(
            r"disambig\w*(?:-cleanup)?", "disamb", "dab", "hndis", "geodis", r"[\w -]{0,40} disambiguation",
            "disambiguation page", "numberdis", "mathdab", "hospitaldis", "schooldis", "roaddis", "callsigndis",
            "letter[ -]numbercombdisambig", "mil-unit-dis", "tndis", "surnamedis",
        ),
        language_names={
            "af": "Afrikaans", "am": "Amharic", "ar": "Arabic", "az": "Azerbaijani", "be": "Belarusian",
            "ber": "Berber", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "cy": "Welsh",
            "da": "Danish", "de": "German", "el": "Greek", "eo": "Esperanto", "es": "Spanish", "et": "Estonian",
            "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish", "gd": "Gaelic",
            "gl": "Galician", "grc": "Greek", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian",
            "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "is": "Icelandic", "it": "Italian",
            "ja": "Japanese", "ka": "Georgian", "kk": "Kazakh", "km": "Khmer", "kn": "Kannada", "ko": "Korean",
            "ku": "Kurdish", "la": "Latin", "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian",
            "ml": "Malayalam", "mn": "Mongolian", "mr": "Marathi", "ms": "Malay", "mt": "Maltese", "my": "Burmese",
            "ne": "Nepali", "nl": "Dutch", "no": "Norwegian", "pa": "Punjabi", "pl": "Polish", "ps": "Pashto",
            "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sa": "Sanskrit", "si": "Sinhala", "sk": "Slovak",
            "sl": "Slovene", "so": "Somali", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili",
            "ta": "Tamil", "te": "Telugu", "tg": "Tajik", "th": "Thai", "tl": "Tagalog", "tr": "Turkish",
            "uk": "Ukrainian", "ur": "Urdu", "uz": "Uzbek", "vi": "Vietnamese", "yi": "Yiddish", "zh": "Chinese",
        },
        language_label="{}: {}",
        templates=(
            Template("first", (
                "nowrap", "nobr", "nobreak", "nowr", "no wrap", "normalwrap", "awrap", "wrap", "small", "smaller",
                "big", "bigger", "large", "larger", "resize", "midsize",
            )),
            Template("first", (
                "nobold", "noitalic", "noitalics", "normal", "bold", "italic", "em", "strong", "underline", "sc",
                "smallcaps", "small caps", "allcaps", "caps", "raise",
            )),
            Template("first", (
                "abbr", "abbrv", "tooltip", "keypress", "key", "kbd", "sub", "math", "mvar", "tmath", "mono",
                "code", "tt", "var", "samp", "dfn", "color box", "delink", "text",
            )),
            Template("first", (
                "unicode", "polytonic", "hebrew", "iast", "nastaliq", "script/hebrew", "script/arabic",
                "script/greek", "asiantitle", "bidi",
            )),
            Template("first", (
                "vanchor", "visible anchor", "flag", "flagcountry", "flagu", "not a typo", "notatypo",
                "proper name", "typo", "pslink", "native phrase",
            )),
            Template("second", (
                "lang", "rtl-lang", "wikt-lang", "wiktlang", "script", "color", "colored text", "font color",
                "fontcolor", "native name", "hover title",
            )),
            Template("second", ("span", "font", "stylized")),
            Template("last", ("transl", "transliteration", "translit", "tlit", "sort")),
            Template("joined", ("linktext", "chem", "chem2", "gaps"), ("",)),
            Template("joined", ("sortname", "vol.", "vol"), (" ",)),
            Template("joined", ("section link", "seclink"), (" § ",)),
            Template("joined", ("hlist", "flatlist"), (", ",)),
            Template("spaced", ("bibleverse", "bibleverse-nb", "bibleverse-lb", "bibleref", "bibleref2"), ("", "2")),
            Template("quote", (
                "quote", "quotation", "blockquote", "bquote", "cquote", "quote text", "quoted text",
                "centered pull quote", "block quotation",
            )),
            Template("convert", ("convert", "cvt")),
            Template("date_of_parts", (
                "birth date", "start date", "end date", "death date", "birth-date", "death-date", "start-date",
                "end-date", "dts", "date",
            )),
            Template("date_of_parts", (
                "birth date and age", "bda", "birth date and age2", "start date and age", "birth year and age",
                "film date", "launch date",
            )),
            Template("death_and_age", ("death date and age", "dda")),
            Template("as_of", ("as of", "asof")),
            Template("textual_citation", ("harvtxt", "harvcoltxt")),
            Template("circa", ("circa", "c.", "ca.", "ca", "circa.")),
            Template("in_marks", ("floruit", "fl.", "fl"), ("fl. ", "")),
            Template("in_marks", ("b.",), ("b. ", "")),
            Template("in_marks", ("d.",), ("d. ", "")),
            Template("reign", ("reign", "r.")),
            Template("marriage", ("marriage",)),
            Template("labelled_language", ("langx",)),
            Template("chinese", ("zh", "zh-full", "lang-zh")),
            Template("nihongo", ("nihongo", "nihongo krt")),
            Template("interlanguage", (
                "ill", "ill2", "illm", "interlanguage link", "interlanguage link multi", "link-interwiki",
            )),
            Template("sic", ("sic",)),
            Template("fraction", ("frac", "sfrac", "fraction", "tfrac")),
            Template("measured_value", ("val",)),
            Template("ordinal", ("ordinal", "ord")),
            Template("ship_class", ("sclass", "sclass-", "sclass2", "sclass2-", "sclass3")),
            Template("any_ship", ("ship",)),
            Template("height", ("height",)),
            Template("gauge", ("railgauge", "track gauge", "rail gauge")),
            Template("plain_number", (
                "nts", "formatnum", "number", "comma", "commas", "format price", "formatprice", "digits",
            )),
            Template("raised", ("e", "esp"), ("×10",)),
            Template("power", ("pow",)),
            Template("superscript", ("sup", "smallsup")),
            Template("filled_in", ("simplenuclide", "simplenuclide2", "nuclide", "nuclide2"), ("{}-{}",)),
            Template("accidental", ("music",)),
            Template("in_marks", ("sqrt", "radic", "surd"), ("√", "")),
            Template("in_marks", ("angbr", "angle bracket", "angbr ipa", "grapheme"), ("⟨", "⟩")),
            Template("in_marks", ("qq",), ("“", "”")),
            Template("in_marks", ("q", "dq"), ("\"", "\"")),
            Template("in_marks", ("sq",), ("'", "'")),
            Template("money", ("us$", "usd", "us dollar"), ("US$",)),
            Template("money", ("a$", "aud", "au$"), ("A$",)),
            Template("money", ("c$", "cad", "ca$"), ("C$",)),
            Template("money", ("inr", "indian rupee", "indian rupees", "rupee"), ("₹",)),
            Template("money", ("£", "gbp", "pound sterling", "pound"), ("£",)),
            Template("money", ("€", "eur", "euro"), ("€",)),
            Template("money", ("¥", "jpy", "cny", "yen"), ("¥",)),
            Template("money", ("php", "philippine peso"), ("₱",)),
            Template("literal", ("ndash", "–", "en dash"), ("–",)),
            Template("literal", ("mdash", "—", "em dash", "mdashb"), ("—",)),
            Template("literal", (
                "snd", "spaced ndash", "spaced en dash", "snds", "sndash", "spnd", "dash", "spaced en dash space",
            ), (" – ",)),
            Template("literal", ("spaced mdash", "spaced em dash"), (" — ",)),
            Template("literal", ("·", "dot", "middot", "•", "bull", "bullet"), (" · ",)),
            Template("literal", (
                "nbsp", "spaces", "thinsp", "thin space", "space", "nnbsp", "hair space", "hsp", "break", "br",
                "crlf",
            ), (" ",)),
            Template("literal", ("hyphen", "nbhyph", "nbh"), ("-",)),
            Template("literal", ("'s", "’s"), ("'s",)),
            Template("literal", ("'", "apostrophe"), ("'",)),
            Template("literal", ("' \"",), ("' \"",)),
            Template("literal", ("\" '",), ("\" '",)),
            Template("literal", ("-\"", "quote mark"), ("\"",)),
            Template("equals_sign", ("=",)),
            Template("literal", ("!",), ("|",)),
            Template("literal", ("deg", "degree"), ("°",)),
            Template("literal", ("dagger", "†"), ("†",)),
            Template("literal", ("double dagger",), ("‡",)),
            Template("literal", ("times",), ("×",)),
            Template("literal", ("minus",), ("−",)),
            Template("literal", ("pm", "±"), ("±",)),
            Template("ship", ("uss",), ("USS",)),
            Template("ship", ("hms",), ("HMS",)),
            Template("ship", ("ss",), ("SS",)),
            Template("ship", ("rms",), ("RMS",)),
            Template("ship", ("hmas",), ("HMAS",)),
            Template("ship", ("hmcs",), ("HMCS",)),
            Template("ship", ("hmnzs",), ("HMNZS",)),
            Template("ship", ("mv",), ("MV",)),
            Template("ship", ("usns",), ("USNS",)),
            Template("ship", ("uscgc",), ("USCGC",)),
            Template("ship", ("sms",), ("SMS",)),
        ),
        silent=(
            "citation needed", "citation needed span", "cn", "fact", "cb", "refn", "efn", "efn-*", "sfn", "sfnp",
            "sfnm", "sfnref", "r", "rp", "ref", "ref label", "note", "note label", "notetag", "harv", "harvnb",
            "harvp", "harvc", "cite *", "citation", "ipa", "ipa-*", "ipac-*", "ipa *", "ipas", "respell",
            "pronunciation needed", "pronunciation", "audio", "audio-*", "listen", "when", "when?", "who", "who?",
            "whom", "by whom", "by whom?", "which", "which?", "where", "where?", "why", "why?", "what?", "how",
            "how?", "clarify", "clarification needed", "clarifyme", "vague", "dubious", "disputed inline",
            "disputed-inline", "page needed", "pn", "better source", "better source needed", "verify source",
            "verification needed", "failed verification", "not in citation given", "nicg", "fv", "dead link",
            "specify", "quantify", "full", "full citation needed", "full citation", "anchor", "anchors", "flagicon",
            "flag icon", "flagdeco", "peacock inline", "pov statement", "pov-statement", "neologism inline",
            "original research inline", "original synthesis inline", "or", "synthesis inline", "update inline",
            "update after", "weasel inline", "weasel-inline", "according to whom", "according to whom?",
            "attribution needed", "like whom?", "tone inline", "copyvio inline", "contradict-inline",
            "contradiction-inline", "inconsistent inline", "unreliable source?", "self-published inline",
            "self-published source", "primary source inline", "third-party inline", "medical citation needed",
            "mcn", "non-primary source needed", "nonspecific", "example needed", "example", "examples",
            "jargon inline", "elucidate", "discuss", "importance inline", "relevance inline",
            "not verified in body", "#tag:*", "defaultsort:*", "displaytitle:*", "clear", "-", "clr", "toc limit",
            "wbr", "shy", "zwj", "zwnj", "zwsp", "0", "ref inline", "refbegin", "refend", "cref", "cref2", "dn",
            "disambiguation needed", "needdab", "italic title", "lowercase", "sfnmp", "r+", "in lang", "en icon",
            "link note", "pageneeded", "cite-needed", "nbsp needed", "lang icon", "image label", "px2", "shortcut",
            "tone-inline", "speculation inline", "speculation-inline", "chronology citation needed", "date missing",
            "year needed", "year missing?", "title missing", "infobox *", "navbox *", "sidebar *", "dating missing",
            "undue weight inline", "undue inline", "volume needed", "bare url inline", "chapter needed",
            "circular reference", "circular", "irrelevant citation", "lead too short", "obsolete source",
            "old fact", "synthesis-inline", "text-source inline", "user-generated inline", "use of pronouns",
        ),
    ),
)
