"""Wiki templates whose words belong to the prose: a name and its arguments -> what a reader of the page sees.

In: the inside of `{{...}}` with everything nested in it already turned into text. Out: text. `find` says whether a
template is known; all others show no prose (boxes, notes, citations, maintenance) and the caller drops them whole. The
table at the end of the file holds the names; a new template is one line there. Names are those of the English
Wikipedia; other languages share many (lang, nowrap, convert, formatnum).

Units are always shown as symbols, `16 km (9.9 mi)`; ages that depend on today's date are left out.
"""

import html
import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import NamedTuple

MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September"]
MONTHS += ["October", "November", "December"]


def pairs(text: str) -> dict[str, str]:
    """`a=b;c=d` as a dict."""
    return {key: value for key, _, value in (item.partition("=") for item in text.split(";"))}


LANGUAGES = pairs(
    "af=Afrikaans;am=Amharic;ar=Arabic;az=Azerbaijani;be=Belarusian;ber=Berber;bg=Bulgarian;bn=Bengali"
    ";ca=Catalan;cs=Czech;cy=Welsh;da=Danish;de=German;el=Greek;en=English;eo=Esperanto;es=Spanish"
    ";et=Estonian;eu=Basque;fa=Persian;fi=Finnish;fr=French;ga=Irish;gd=Gaelic;gl=Galician;grc=Greek"
    ";gu=Gujarati;he=Hebrew;hi=Hindi;hr=Croatian;hu=Hungarian;hy=Armenian;id=Indonesian;is=Icelandic"
    ";it=Italian;ja=Japanese;ka=Georgian;kk=Kazakh;km=Khmer;kn=Kannada;ko=Korean;ku=Kurdish;la=Latin"
    ";lt=Lithuanian;lv=Latvian;mk=Macedonian;ml=Malayalam;mn=Mongolian;mr=Marathi;ms=Malay;mt=Maltese"
    ";my=Burmese;ne=Nepali;nl=Dutch;no=Norwegian;pa=Punjabi;pl=Polish;ps=Pashto;pt=Portuguese;ro=Romanian"
    ";ru=Russian;sa=Sanskrit;si=Sinhala;sk=Slovak;sl=Slovene;so=Somali;sq=Albanian;sr=Serbian;sv=Swedish"
    ";sw=Swahili;ta=Tamil;te=Telugu;tg=Tajik;th=Thai;tl=Tagalog;tr=Turkish;uk=Ukrainian;ur=Urdu;uz=Uzbek"
    ";vi=Vietnamese;yi=Yiddish;zh=Chinese"
)
SUPERSCRIPTS = str.maketrans("0123456789+-−n()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ⁽⁾")
KEY = re.compile(r"[\w .\-]{0,30}")


class Arguments:
    """The arguments of one template: numbered ones in `list`, the others in `named` by lower-case key."""

    def __init__(self, body: str) -> None:
        self.list: list[str] = []
        self.named: dict[str, str] = {}
        for part in body.split("|"):
            key, equals, value = part.partition("=")
            key = key.strip().lower()
            if not equals or not KEY.fullmatch(key):
                self.list.append(part.strip())
            else:
                self.named[key] = value.strip()
        for number in range(1, 7):  # `1=` is how an editor passes a first argument that holds an equals sign
            if str(number) in self.named and len(self.list) < number:
                self.list += [""] * (number - 1 - len(self.list)) + [self.named[str(number)]]

    def at(self, index: int) -> str:
        """The numbered argument `index`, from 0; empty when it is absent."""
        return self.list[index] if -len(self.list) <= index < len(self.list) else ""

    def get(self, *keys: str) -> str:
        """The first non-empty named argument."""
        return next((self.named[key] for key in keys if self.named.get(key)), "")

    def filled(self) -> list[str]:
        return [text for text in self.list if text]

    def on(self, *keys: str) -> bool:
        return self.get(*keys).lower() in ("y", "yes", "on", "1", "true")


Handler = Callable[[Arguments], str]


def find(name: str) -> Handler | None:
    """How a template is shown, or None when it shows no prose. `name` is lower case, trimmed, without underscores."""
    handler = HANDLERS.get(name)
    if handler is None and name.startswith("lang-"):
        handler = language_handler(name[5:])
    if handler is None and ":" in name:
        handler = FUNCTIONS.get(name.partition(":")[0])
    return handler


def shown(body: str) -> str:
    """The text of a known template given the inside of its braces; of an unknown one, nothing."""
    name, _, rest = body.partition("|")
    name = name.strip()
    handler = find(name.replace("_", " ").lower())
    if handler is None:
        return ""
    if ":" in name and name.lower() not in HANDLERS:
        rest = name.partition(":")[2] + "|" + rest
    return handler(Arguments(rest))


# numbers


def number(text: str) -> Decimal | None:
    """The value of a number as editors write it: 1,200 or −3.5 or 3+1/2 or 1.2e6; None when it is none."""
    text = html.unescape(text).replace(",", "").replace("−", "-").replace("⁄", "/").replace(" ", "")
    if not text or len(text) > 40:
        return None
    if "/" in text:
        match = re.fullmatch(r"(-?\d+)??[+-]?(\d+)//?(\d+)", text)
        if not match or not int(match[3]):
            return None
        part = Decimal(match[2]) / Decimal(match[3])
        base = Decimal(match[1] or 0)
        return base - part if text.startswith("-") else base + part
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < 30 else None


def grouped(text: str) -> str:
    """A number with commas between thousands and a real minus sign; other text unchanged.

    >>> grouped("-12500.25")
    '−12,500.25'
    """
    match = re.fullmatch(r"([-−+]?)(\d+)(\.\d+)?", text.strip().replace(",", ""))
    if not match:
        return text
    sign = "−" if match[1] in ("-", "−") else match[1]
    return sign + f"{int(match[2]):,}" + (match[3] or "") if len(match[2]) < 40 else text


def decimals(text: str) -> int:
    """Digits after the point, or minus the number of closing zeros before it."""
    digits = text.replace(",", "").strip()
    if "/" in digits:
        return 1 if "/2" in digits or "/4" in digits else 2
    if "." in digits:
        return len(digits.partition(".")[2])
    plain = digits.lstrip("-−+")
    return -(len(plain) - len(plain.rstrip("0"))) if plain.strip("0") else 0


def rounded(value: Decimal, places: int) -> str:
    """`value` with so many digits after the point; negative places round to tens, hundreds, ..."""
    step = Decimal(1).scaleb(-places)
    return grouped(f"{value.quantize(step, ROUND_HALF_UP):f}" if abs(value.adjusted() + places) < 26 else f"{value:f}")


# units

# dimension: names = symbol = size in the base unit of the dimension; names are lower case
UNIT_TABLE = {
    "length": "mm millimetre millimeter=mm=0.001; cm centimetre centimeter=cm=0.01;"
    " m metre meter metres meters=m=1; km kilometre kilometer kilometres kilometers=km=1000;"
    " in inch inches=in=0.0254; ft foot feet=ft=0.3048; yd yard yards=yd=0.9144;"
    " mi mile miles=mi=1609.344; nmi=nmi=1852; furlong=furlongs=201.168; chain=chains=20.1168;"
    " fathom=fathoms=1.8288; um μm µm=μm=0.000001; nm=nm=0.000000001; au=AU=149597870700;"
    " ly=ly=9460730472580800; pc=pc=30856775814913673",
    "mass": "mg=mg=0.000001; g gram=g=0.001; kg kilogram kilograms=kg=1; t tonne tonnes mt=t=1000;"
    " oz=oz=0.028349523125; ozt=ozt=0.0311034768; lb lbs pound pounds=lb=0.45359237;"
    " st stone=st=6.35029318; shortton=short tons=907.18474; longton=long tons=1016.0469088",
    "area": "mm2=mm²=0.000001; cm2 sqcm=cm²=0.0001; m2 sqm=m²=1; ha hectare hectares=ha=10000;"
    " km2 sqkm=km²=1000000; sqin=sq in=0.00064516; sqft ft2=sq ft=0.09290304; sqyd=sq yd=0.83612736;"
    " acre acres=acres=4046.8564224; sqmi mi2=sq mi=2589988.110336",
    "volume": "ml=ml=0.000001; cc cm3=cm³=0.000001; l litre liter litres=L=0.001; m3=m³=1; km3=km³=1000000000;"
    " cuin cuinch=cu in=0.000016387064; cuft ft3=cu ft=0.028316846592; cuyd=cu yd=0.764554857984;"
    " cumi=cu mi=4168181825.440579584; usgal gal usgallon=US gal=0.003785411784;"
    " impgal=imp gal=0.00454609; usqt=US qt=0.000946352946; usoz=US fl oz=0.0000295735295625;"
    " impoz=imp fl oz=0.0000284130625; acreft=acre⋅ft=1233.48183754752; oilbbl bbl=bbl=0.158987294928;"
    " usbsh=US bsh=0.03523907016688",
    "speed": "m/s=m/s=1; km/h kph kmh=km/h=0.2777777777777777777778; km/s=km/s=1000; mph=mph=0.44704;"
    " kn knot knots=kn=0.5144444444444444444444; ft/s=ft/s=0.3048; ft/min=ft/min=0.00508",
    "temperature": "c °c=°C=1; f °f=°F=0.5555555555555555555556; k=K=1",
    "density": "/km2 pd/km2=/km²=1; /sqmi pd/sqmi=/sq mi=0.386102158542445847; /ha=/ha=100",
    "pressure": "pa=Pa=1; hpa mbar=hPa=100; kpa=kPa=1000; mpa=MPa=1000000; bar=bar=100000; atm=atm=101325;"
    " psi=psi=6894.757293168361; inhg=inHg=3386.388640341; mmhg=mmHg=133.322387415",
    "power": "w=W=1; kw=kW=1000; mw=MW=1000000; hp bhp=hp=745.69987158227022; ps=PS=735.49875",
    "energy": "j=J=1; kj=kJ=1000; mj=MJ=1000000; kcal=kcal=4184; cal=cal=4.184; kwh=kWh=3600000",
    "force": "n=N=1; kn.=kN=1000; lbf=lbf=4.4482216152605; kgf=kgf=9.80665",
    "torque": "nm. n.m=N⋅m=1; lbft lbfft ftlb=lb⋅ft=1.3558179483314004",
    "concentration": "kg/m3=kg/m³=1; g/cm3 g/cc=g/cm³=1000; lb/cuft=lb/cu ft=16.01846337396014",
    "change": "c-change °c-change=°C=1; f-change °f-change=°F=0.5555555555555555555556",
    "flow": "m3/s cumecs=m³/s=1; m3/d=m³/d=0.0000115740740740740741; oilbbl/d bbl/d=bbl/d=0.00000184013072833333;"
    " cuft/s=cu ft/s=0.028316846592",
    "yield": "kg/ha=kg/ha=1",
}


class Unit(NamedTuple):
    symbol: str
    dimension: str
    size: Decimal


UNITS = {
    name: Unit(symbol, dimension, Decimal(size))
    for dimension, entries in UNIT_TABLE.items()
    for names, symbol, size in (entry.strip().split("=") for entry in entries.split(";"))
    for name in names.split()
}
UNITS_BY_CASE = pairs("N=n;kN=kn.;Nm=nm.;MT=t;ST=shortton;LT=longton;MW=mw;mW=-")  # told apart by the case of a letter
SPELLED = pairs(
    "short ton=shortton;long ton=longton;sq mi=sqmi;sq ft=sqft;cu ft=cuft;acre.ft=acreft;u.s.gal=usgal;us gal=usgal"
    ";imp gal=impgal;square mile=sqmi;square miles=sqmi;km²=km2;m²=m2;square kilometre=km2;square kilometres=km2"
)
MULTIPLES = {"e3": (3, "thousand "), "e6": (6, "million "), "e9": (9, "billion "), "e12": (12, "trillion ")}
OFFSETS = {"°C": Decimal("273.15"), "°F": Decimal("459.67") * 5 / 9, "K": Decimal(0)}  # zero of the scale, in kelvins
PARTS = {("ft", "in"): 12, ("mi", "yd"): 1760, ("yd", "ft"): 3, ("lb", "oz"): 16, ("st", "lb"): 14, ("mi", "ft"): 5280}
JOINED = {"ftin": ("ft", "in"), "footin": ("ft", "in"), "lboz": ("lb", "oz"), "stlb": ("st", "lb")}
RANGES = pairs("-=–;–=–;-to-=–;to= to ;to(-)= to ;to about= to about ;and= and ;and(-)= and ;&= & ;or= or ;/=/")
RANGES |= pairs("x= × ;xx= × ;×= × ;*= × ;by= by ;+= + ;±= ± ;+/-= ± ")


def unit(name: str) -> Unit | None:
    """(symbol, dimension, size) of a unit by any of its usual names."""
    multiple = re.match(r"e(?:3|6|9|12)(?=\D)", name)
    if multiple:
        rest = unit(name[multiple.end() :])
        power, word = MULTIPLES[multiple[0]]
        return rest and Unit(word + rest.symbol, rest.dimension, rest.size.scaleb(power))
    counted = re.fullmatch(r"([kMGT])((?:oilbbl|cuft|USgal)(?:/d)?)", name)
    if counted:
        return unit(f"e{3 * ('kMGT'.index(counted[1]) + 1)}{counted[2]}")
    lower = name.lower()
    return UNITS.get(UNITS_BY_CASE.get(name) or SPELLED.get(lower) or lower)


def converted(value: Decimal, text: str, source: Unit, target: Unit, digits: str) -> str:
    """`value` in the target unit, rounded as the original rounds.

    Two significant digits, or as many decimals as the input has, moved by the order of magnitude of the factor,
    whichever is more precise (as the template's manual describes it). `digits` is an explicit number of decimals,
    or of significant digits after an `s`.
    """
    ratio = source.size / target.size
    result = value * ratio
    if source.dimension == "temperature":
        result = (value * source.size + OFFSETS[source.symbol]) / target.size - OFFSETS[target.symbol] / target.size
    if re.fullmatch(r"-?\d", digits):
        return rounded(result, int(digits))
    if re.fullmatch(r"s[1-9]", digits) and result:
        return rounded(result, int(digits[1:]) - 1 - result.adjusted())
    places = decimals(text)
    if source.dimension == "temperature":
        return rounded(result, max(places, 0))
    places -= math.floor(math.log10(float(ratio) * 5))
    if result:
        places = max(places, 1 - result.adjusted())
    return rounded(result, places)


def split_units(value: Decimal, source: Unit, names: tuple[str, str]) -> str:
    """A value in feet and inches, or the like: whole numbers of both."""
    small = UNITS[names[1]]
    count = int((value * source.size / small.size).to_integral_value(ROUND_HALF_UP))
    large, rest = divmod(count, PARTS[names])
    return f"{large:,} {names[0]}" + (f" {rest} {names[1]}" if rest else "")


def convert(arguments: Arguments) -> str:
    """{{convert|16|km|mi}}: values with their unit, then the same in the target units, if any is named."""
    words = [html.unescape(word) for word in arguments.list]
    first = number(words[0]) if words else None
    if first is None:
        return " ".join(words[:2])
    values, glue, index = [words[0]], "", 1
    while index + 1 < len(words) and words[index].strip().lower() in RANGES and number(words[index + 1]) is not None:
        glue = RANGES[words[index].strip().lower()]
        values.append(words[index + 1])
        index += 2
    name = words[index] if index < len(words) else ""
    rest = words[index + 1 :]
    source = unit(name)
    left = glue.join(map(grouped, values)) + ("" if name.startswith("/") else " ") + (source.symbol if source else name)
    amounts = [number(value) or Decimal(0) for value in values]
    if not source:
        return left.strip()
    small = number(rest[0]) if len(rest) > 1 and (source.symbol, rest[1]) in PARTS else None
    if small is not None:  # 5 ft 10 in is written as value, unit, value, unit
        amounts[-1] += small / PARTS[source.symbol, rest[1]]
        left += f" {rest[0]} {rest[1]}"
        values[-1], rest = "0.0", rest[2:]
    digits = rest[1] if len(rest) > 1 else ""
    right = targets(amounts, values, glue, source, rest[0] if rest else "", digits or "s" + arguments.get("sigfig"))
    return arranged(left.strip(), right, arguments)


def targets(amounts: list[Decimal], texts: list[str], glue: str, source: Unit, name: str, digits: str) -> str:
    """The amounts in every unit of `name` (`km mi` is two); empty when there is none we know."""
    results = []
    for part in [name] if unit(name) else re.split(r"[ +]", name)[:3]:
        target = unit(part)
        if part in JOINED:
            results.append(glue.join(split_units(amount, source, JOINED[part]) for amount in amounts))
        elif target and target.dimension == source.dimension:
            numbers = [converted(a, t, source, target, digits) for a, t in zip(amounts, texts, strict=True)]
            results.append(glue.join(numbers) + ("" if target.symbol.startswith("/") else " ") + target.symbol)
    return "; ".join(results)


def arranged(left: str, right: str, arguments: Arguments) -> str:
    """Both sides of a conversion in the order and with the brackets that the editor asked for."""
    display = arguments.get("disp")
    if not right:
        return left
    if display in ("out", "output only", "number", "output number only"):
        return right
    if display == "flip" or arguments.get("order") == "flip":
        left, right = right, left
    if display == "or":
        return f"{left} or {right}"
    return f"{left}, {right}" if display in ("comma", ",") else f"{left} ({right})"


# dates


def date(parts: list[str], day_first: bool) -> str:
    """Year, month and day as `February 12, 1809` or `12 February 1809`; fewer parts give fewer words."""
    year, month, day = ([*parts, "", "", ""])[:3]
    if month.isdecimal() and len(month) < 3 and 1 <= int(month) <= 12:
        month = MONTHS[int(month) - 1]
    day = day.lstrip("0")
    if not (month and day):
        return f"{month} {year}".strip()
    return f"{day} {month} {year}".strip() if day_first else f"{month} {day}, {year}"


def plain_date(arguments: Arguments) -> str:
    if arguments.list and not arguments.at(0).isdecimal():
        return arguments.at(0)
    return date(arguments.list[:3], arguments.on("df"))


def death_and_age(arguments: Arguments) -> str:
    """{{death date and age|1865|4|15|1809|2|12}} -> April 15, 1865 (aged 56)."""
    shown_date = date(arguments.list[:3], arguments.on("df"))
    numbers = [int(part) for part in arguments.list[:6] if part.isdecimal() and len(part) < 5]
    if len(numbers) < 6:
        return shown_date
    age = numbers[0] - numbers[3] - ((numbers[1], numbers[2]) < (numbers[4], numbers[5]))
    return f"{shown_date} (aged {age})"


def as_of(arguments: Arguments) -> str:
    if arguments.get("alt"):
        return arguments.get("alt")
    word = "since" if arguments.on("since") else "as of"
    word = word if arguments.on("lc") else word.capitalize()
    return f"{word} {date(arguments.list[:3], arguments.get('df').lower() != 'us')}{arguments.get('post')}"


def circa(arguments: Arguments) -> str:
    return " – ".join(f"c. {year}" for year in arguments.filled()[:2]) or "c."


def textual_citation(arguments: Arguments) -> str:
    """{{harvtxt|Boolos|Jeffrey|1974}} -> Boolos & Jeffrey (1974): a citation that is part of its sentence."""
    *names, year = arguments.filled()[:5] or [""]
    return " & ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names) + (
        f" ({year})" if names else year
    )


def reign(arguments: Arguments) -> str:
    return "r. " + " – ".join(arguments.filled()[:2])


def marriage(arguments: Arguments) -> str:
    years = "–".join(arguments.filled()[1:3])
    return arguments.at(0) + (f" (m. {years})" if years else "")


# languages, quotes, names, numbers of other kinds


def language_handler(code: str) -> Handler:
    """{{lang-fr|mot}} -> French: mot."""
    label = LANGUAGES.get(code) or LANGUAGES.get(code.split("-")[0], "")

    def labelled(arguments: Arguments) -> str:
        text = arguments.at(0)
        bare = arguments.get("label").lower() == "none" or not label
        return text if bare or not text else f"{label}: {text}"

    return labelled


def labelled_language(arguments: Arguments) -> str:
    code = arguments.at(0)
    return language_handler(code)(Arguments("|".join([*arguments.list[1:], f"label={arguments.get('label')}"])))


def chinese(arguments: Arguments) -> str:
    labels = {"c": "Chinese", "s": "simplified Chinese", "t": "traditional Chinese", "p": "pinyin", "w": "Wade–Giles"}
    found = [f"{label}: {arguments.get(key)}" for key, label in labels.items() if arguments.get(key)]
    return "; ".join(found)


def nihongo(arguments: Arguments) -> str:
    """{{nihongo|English|漢字|rōmaji|note}} -> English (漢字, rōmaji, note)."""
    inside = ", ".join(text for text in arguments.list[1:4] if text)
    return f"{arguments.at(0)} ({inside})".strip() if inside else arguments.at(0)


def interlanguage(arguments: Arguments) -> str:
    """The text of a link to another Wikipedia; in the older order the language code comes first."""
    old_order = re.fullmatch(r"[a-z]{2,3}(-[a-z]+)?", arguments.at(0)) and arguments.at(1)
    return arguments.get("lt") or (old_order and (arguments.at(3) or arguments.at(1))) or arguments.at(0)


def quote(arguments: Arguments) -> str:
    return f"\n\n{arguments.at(0) or arguments.get('text', 'quote')}\n\n"


def sic(arguments: Arguments) -> str:
    word = "".join(arguments.list[:1])
    return word if word and (arguments.on("hide") or arguments.get("hide")) else f"{word} [sic]".strip()


def fraction(arguments: Arguments) -> str:
    """{{frac|3}} -> 1/3, {{frac|1|2}} -> 1/2, {{frac|5|1|2}} -> 5 1/2."""
    parts = [f"({part})" if re.search(r"\S\s*[-+−±]|\s", part) else part for part in arguments.filled()[:3]]
    if len(parts) == 3:
        return f"{parts[0]} {parts[1]}/{parts[2]}"
    return "/".join(parts) if len(parts) == 2 else f"1/{parts[0]}" if parts else "/"


def measured_value(arguments: Arguments) -> str:
    """{{val|1.5|e=8|u=km}} -> 1.5×10⁸ km."""
    main, error = grouped(arguments.at(0)), arguments.at(1)
    text = main + (error if error.startswith("(") else f"±{error}" if error else "")
    power = arguments.get("e")
    text += f"×10{power.translate(SUPERSCRIPTS)}" if power else ""
    suffix = arguments.get("u", "ul")
    return arguments.get("p") + text + (f" {suffix}" if suffix else "")


def ordinal(arguments: Arguments) -> str:
    text = arguments.at(0)
    if not text.isascii() or not text.isdecimal():
        return text
    ending = "th" if text[-2:] in ("11", "12", "13") else {"1": "st", "2": "nd", "3": "rd"}.get(text[-1], "th")
    return text + ending


def ship(prefix: str, arguments: list[str]) -> str:
    """Name and hull number of a ship; the last argument says which of them are shown."""
    name, hull, form = ([*arguments, "", "", ""])[:3]
    full = f"{prefix} {name}".strip()
    if form in ("1", "2", "3", "6"):
        return {"1": hull or full, "2": full, "3": f"{name} ({hull})" if hull else name, "6": name}[form]
    return f"{full} ({hull})" if hull else full


def ship_class(arguments: Arguments) -> str:
    return f"{arguments.at(0)}-class {arguments.at(1)}".strip()


def height(arguments: Arguments) -> str:
    metres, feet, inches = arguments.get("m"), arguments.get("ft"), arguments.get("in")
    if metres:
        return convert(Arguments(f"{metres}|m|ftin"))
    return convert(Arguments(f"{feet}|ft|{inches or 0}|in|m|2"))


def gauge(arguments: Arguments) -> str:
    return re.sub(r"^([\d,.]+) ?(mm|in|ft)", lambda match: f"{grouped(match[1])} {match[2]}", arguments.at(0))


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


def power(arguments: Arguments) -> str:
    """{{pow|24}} -> 10²⁴, {{pow|2|8}} -> 2⁸."""
    base, exponent = ("10", arguments.at(0)) if len(arguments.list) < 2 else (arguments.at(0), arguments.at(1))
    return base + exponent.translate(SUPERSCRIPTS)


def superscript(arguments: Arguments) -> str:
    text = arguments.at(0)
    return text.translate(SUPERSCRIPTS) if re.fullmatch(r"[-+−\dn]+", text) else text


def accidental(arguments: Arguments) -> str:
    return {"flat": "♭", "sharp": "♯", "natural": "♮"}.get(arguments.at(0), "")


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
    (quote, "quote;quotation;blockquote;bquote;cquote;quote text;quoted text;centered pull quote;block quotation"),
    (convert, "convert;cvt"),
    (plain_date, "birth date;start date;end date;death date;birth-date;death-date;start-date;end-date;dts;date"),
    (
        plain_date,
        "birth date and age;bda;birth date and age2;start date and age;birth year and age;film date;launch date",
    ),
    (death_and_age, "death date and age;dda"),
    (as_of, "as of;asof"),
    (textual_citation, "harvtxt;harvcoltxt"),
    (circa, "circa;c.;ca.;ca;circa."),
    (in_marks("fl. ", ""), "floruit;fl.;fl"),
    (in_marks("b. ", ""), "b."),
    (in_marks("d. ", ""), "d."),
    (reign, "reign;r."),
    (marriage, "marriage"),
    (labelled_language, "langx"),
    (chinese, "zh;zh-full;lang-zh"),
    (nihongo, "nihongo;nihongo krt"),
    (interlanguage, "ill;ill2;illm;interlanguage link;interlanguage link multi;link-interwiki"),
    (sic, "sic"),
    (fraction, "frac;sfrac;fraction;tfrac"),
    (measured_value, "val"),
    (ordinal, "ordinal;ord"),
    (ship_class, "sclass;sclass-;sclass2;sclass2-;sclass3"),
    (lambda arguments: ship(arguments.at(0), arguments.list[1:]), "ship"),
    (height, "height"),
    (gauge, "railgauge;track gauge;rail gauge"),
    (lambda arguments: grouped(arguments.at(0)), "nts;formatnum;number;comma;commas;format price;formatprice;digits"),
    (lambda arguments: "×10" + arguments.at(0).translate(SUPERSCRIPTS), "e;esp"),
    (power, "pow"),
    (superscript, "sup;smallsup"),
    (lambda arguments: f"{arguments.at(0)}-{arguments.at(1)}", "simplenuclide;simplenuclide2;nuclide;nuclide2"),
    (accidental, "music"),
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
    HANDLERS[_prefix.lower()] = lambda arguments, prefix=_prefix: ship(prefix, arguments.list)  # type: ignore[misc]
