"""Which template is shown how: a name, in lower case, and the function that makes its text of its arguments.

A new template is one line here. Names are those of the English Wikipedia; other languages share many.
"""

from . import words
from .arguments import SUPERSCRIPTS, Arguments, Handler, grouped
from .units import convert, gauge, height


def literal(text: str) -> Handler:
    return lambda arguments: text


def first(arguments: Arguments) -> str:
    return arguments.at(0) or arguments.get("text", "content")


def second(arguments: Arguments) -> str:
    return arguments.at(1) or arguments.get("text")


def last(arguments: Arguments) -> str:
    return arguments.filled()[-1] if arguments.filled() else ""


def joined(glue: str) -> Handler:
    return lambda arguments: glue.join(arguments.filled())


def in_marks(before: str, after: str) -> Handler:
    return lambda arguments: before + arguments.at(0) + after if arguments.at(0) else ""


def money(symbol: str) -> Handler:
    return lambda arguments: symbol + grouped(arguments.at(0))


FUNCTIONS: dict[str, Handler] = {
    "formatnum": lambda arguments: grouped(arguments.at(0)),
    "lc": lambda arguments: arguments.at(0).lower(),
    "uc": lambda arguments: arguments.at(0).upper(),
    "lcfirst": lambda arguments: arguments.at(0)[:1].lower() + arguments.at(0)[1:],
    "ucfirst": lambda arguments: arguments.at(0)[:1].upper() + arguments.at(0)[1:],
}
TABLE: list[tuple[Handler, str]] = [
    (
        first,
        "nowrap;nobr;nobreak;nowr;no wrap;normalwrap;awrap;wrap;small;smaller;big;bigger;large;larger;resize;midsize",
    ),
    (
        first,
        "nobold;noitalic;noitalics;normal;bold;italic;em;strong;underline;sc;smallcaps;small caps;allcaps;caps;raise",
    ),
    (first, "abbr;abbrv;tooltip;keypress;key;kbd;sub;math;mvar;tmath;mono;code;tt;var;samp;dfn;color box;delink;text"),
    (first, "unicode;polytonic;hebrew;iast;nastaliq;script/hebrew;script/arabic;script/greek;asiantitle;bidi"),
    (first, "vanchor;visible anchor;flag;flagcountry;flagu;not a typo;notatypo;proper name;typo;pslink;native phrase"),
    (second, "lang;rtl-lang;wikt-lang;wiktlang;script;color;colored text;font color;fontcolor;native name;hover title"),
    (second, "span;font;stylized"),
    (last, "transl;transliteration;translit;tlit;sort"),
    (joined(""), "linktext;chem;chem2;gaps"),
    (joined(" "), "sortname;vol.;vol"),
    (joined(" § "), "section link;seclink"),
    (joined(", "), "hlist;flatlist"),
    (lambda arguments: " ".join(arguments.filled()[:2]), "bibleverse;bibleverse-nb;bibleverse-lb;bibleref;bibleref2"),
    (
        words.quote,
        "quote;quotation;blockquote;bquote;cquote;quote text;quoted text;centered pull quote;block quotation",
    ),
    (convert, "convert;cvt"),
    (words.plain_date, "birth date;start date;end date;death date;birth-date;death-date;start-date;end-date;dts;date"),
    (
        words.plain_date,
        "birth date and age;bda;birth date and age2;start date and age;birth year and age;film date;launch date",
    ),
    (words.death_and_age, "death date and age;dda"),
    (words.as_of, "as of;asof"),
    (words.textual_citation, "harvtxt;harvcoltxt"),
    (words.circa, "circa;c.;ca.;ca;circa."),
    (in_marks("fl. ", ""), "floruit;fl.;fl"),
    (in_marks("b. ", ""), "b."),
    (in_marks("d. ", ""), "d."),
    (words.reign, "reign;r."),
    (words.marriage, "marriage"),
    (words.labelled_language, "langx"),
    (words.chinese, "zh;zh-full;lang-zh"),
    (words.nihongo, "nihongo;nihongo krt"),
    (words.interlanguage, "ill;ill2;illm;interlanguage link;interlanguage link multi;link-interwiki"),
    (words.sic, "sic"),
    (words.fraction, "frac;sfrac;fraction;tfrac"),
    (words.measured_value, "val"),
    (words.ordinal, "ordinal;ord"),
    (words.ship_class, "sclass;sclass-;sclass2;sclass2-;sclass3"),
    (lambda arguments: words.ship(arguments.at(0), arguments.list[1:]), "ship"),
    (height, "height"),
    (gauge, "railgauge;track gauge;rail gauge"),
    (lambda arguments: grouped(arguments.at(0)), "nts;formatnum;number;comma;commas;format price;formatprice;digits"),
    (lambda arguments: "×10" + arguments.at(0).translate(SUPERSCRIPTS), "e;esp"),
    (words.power, "pow"),
    (words.superscript, "sup;smallsup"),
    (lambda arguments: f"{arguments.at(0)}-{arguments.at(1)}", "simplenuclide;simplenuclide2;nuclide;nuclide2"),
    (words.accidental, "music"),
    (in_marks("√", ""), "sqrt;radic;surd"),
    (in_marks("⟨", "⟩"), "angbr;angle bracket;angbr ipa;grapheme"),
    (in_marks("“", "”"), "qq"),
    (in_marks('"', '"'), "q;dq"),
    (in_marks("'", "'"), "sq"),
    (money("US$"), "us$;usd;us dollar"),
    (money("A$"), "a$;aud;au$"),
    (money("C$"), "c$;cad;ca$"),
    (money("₹"), "inr;indian rupee;indian rupees;rupee"),
    (money("£"), "£;gbp;pound sterling;pound"),
    (money("€"), "€;eur;euro"),
    (money("¥"), "¥;jpy;cny;yen"),
    (money("₱"), "php;philippine peso"),
    (literal("–"), "ndash;–;en dash"),
    (literal("—"), "mdash;—;em dash;mdashb"),
    (literal(" – "), "snd;spaced ndash;spaced en dash;snds;sndash;spnd;dash;spaced en dash space"),
    (literal(" — "), "spaced mdash;spaced em dash"),
    (literal(" · "), "·;dot;middot;•;bull;bullet"),
    (literal(" "), "nbsp;spaces;thinsp;thin space;space;nnbsp;hair space;hsp;break;br;crlf"),
    (literal("-"), "hyphen;nbhyph;nbh"),
    (literal("'s"), "'s;’s"),
    (literal("'"), "';apostrophe"),
    (literal("' \""), "' \""),
    (literal("\" '"), "\" '"),
    (literal('"'), '-";quote mark'),
    (literal("\x05"), "="),  # an equals sign that names no argument; wikitext puts the real one back
    (literal("|"), "!"),
    (literal("°"), "deg;degree"),
    (literal("†"), "dagger;†"),
    (literal("‡"), "double dagger"),
    (literal("×"), "times"),
    (literal("−"), "minus"),
    (literal("±"), "pm;±"),
]
HANDLERS: dict[str, Handler] = {name: handler for handler, names in TABLE for name in names.split(";")}
for _prefix in ("USS", "HMS", "SS", "RMS", "HMAS", "HMCS", "HMNZS", "MV", "USNS", "USCGC", "SMS"):
    HANDLERS[_prefix.lower()] = lambda arguments, prefix=_prefix: words.ship(prefix, arguments.list)  # type: ignore[misc]
