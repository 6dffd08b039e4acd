"""Values with units and their conversions, as shown by `{{convert}}`.

Units are always shown as symbols, `16 km (9.9 mi)`. Unknown units are shown as written; unknown targets are left out.
"""

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from ...references import unescape
from .arguments import Arguments, decimals, grouped, number, pairs, rounded

# dimension: names = symbol = size in the dimension's base unit; names are in lower case
UNIT_TABLE = {
    "length": "mm millimetre millimeter=mm=0.001; cm centimetre centimeter=cm=0.01;"
    " m metre meter metres meters=m=1; km kilometre kilometer kilometres kilometers=km=1000;"
    " in inch inches=in=0.0254; ft foot feet=ft=0.3048; yd yard yards=yd=0.9144;"
    " mi mile miles=mi=1609.344; nmi=nmi=1852; furlong=furlongs=201.168; chain=chains=20.1168;"
    " fathom=fathoms=1.8288; smi=smi=1609.344; rd=rods=5.0292; league=leagues=4828.032; hand hands=hands=0.1016;"
    " dm=dm=0.1; dam=dam=10; hm=hm=100; megametre=Mm=1000000; gigametre=Gm=1000000000; mil thou=mils=0.0000254;"
    " kpc=kpc=30856775814913673000; mpc=Mpc=30856775814913673000000; å angstrom=Å=0.0000000001;"
    " um μm µm=μm=0.000001; nm=nm=0.000000001; au=AU=149597870700;"
    " ly=ly=9460730472580800; pc=pc=30856775814913673",
    "mass": "mg=mg=0.000001; g gram=g=0.001; kg kilogram kilograms=kg=1; t tonne tonnes mt=t=1000;"
    " oz=oz=0.028349523125; ozt=ozt=0.0311034768; lb lbs pound pounds=lb=0.45359237;"
    " kt kilotonne=kt=1000000; megatonne=Mt=1000000000; carat carats=carats=0.0002; gr grain grains=gr=0.00006479891;"
    " lcwt longcwt cwt=cwt=50.80234544; scwt shortcwt=short cwt=45.359237; ug µg μg=μg=0.000000001;"
    " st stone=st=6.35029318; shortton=short tons=907.18474; longton=long tons=1016.0469088",
    "area": "mm2=mm²=0.000001; cm2 sqcm=cm²=0.0001; m2 sqm=m²=1; ha hectare hectares=ha=10000;"
    " km2 sqkm=km²=1000000; sqin=sq in=0.00064516; sqft ft2=sq ft=0.09290304; sqyd=sq yd=0.83612736;"
    " a are=a=100; dunam=dunams=1000; rood roods=roods=1011.7141056; hm2=hm²=10000;"
    " acre acres=acres=4046.8564224; sqmi mi2=sq mi=2589988.110336",
    "volume": "ml=ml=0.000001; cc cm3=cm³=0.000001; l litre liter litres=L=0.001; m3=m³=1; km3=km³=1000000000;"
    " cl=cL=0.00001; dl=dL=0.0001; hl=hL=0.1; dm3=dm³=0.001; megalitre=ML=1000; gigalitre=GL=1000000; mm3=mm³=0.000000001;"
    " cuin cuinch=cu in=0.000016387064; cuft ft3=cu ft=0.028316846592; cuyd=cu yd=0.764554857984;"
    " cumi=cu mi=4168181825.440579584; usgal gal usgallon=US gal=0.003785411784;"
    " uspt pint=US pt=0.000473176473; imppt=imp pt=0.00056826125; impqt=imp qt=0.0011365225;"
    " impbsh bushel=bsh=0.03636872; tsp=tsp=0.00000492892159375; tbsp=tbsp=0.00001478676478125; uscup cup=cups=0.0002365882365;"
    " impgal=imp gal=0.00454609; usqt=US qt=0.000946352946; usoz=US fl oz=0.0000295735295625;"
    " impoz=imp fl oz=0.0000284130625; acreft=acre⋅ft=1233.48183754752; oilbbl bbl=bbl=0.158987294928;"
    " usbsh=US bsh=0.03523907016688",
    "speed": "m/s=m/s=1; km/h kph kmh=km/h=0.2777777777777777777778; km/s=km/s=1000; mph=mph=0.44704;"
    " kn knot knots=kn=0.5144444444444444444444; ft/s=ft/s=0.3048; ft/min=ft/min=0.00508;"
    " mm/s=mm/s=0.001; cm/s=cm/s=0.01; m/min=m/min=0.0166666666666666667; in/s=in/s=0.0254; mi/s=mi/s=1609.344",
    "acceleration": "m/s2=m/s²=1; ft/s2=ft/s²=0.3048; g0=g₀=9.80665",
    "economy": "mpgus=mpg-US=0.425143707430272; mpgimp=mpg-imp=0.354006189934647; km/l=km/L=1; l/100km=L/100 km=1",
    "temperature": "c °c=°C=1; f °f=°F=0.5555555555555555555556; k=K=1",
    "density": "/km2 pd/km2=/km²=1; /sqmi pd/sqmi=/sq mi=0.386102158542445847; /ha pd/ha=/ha=100;"
    " /acre pd/acre=/acre=247.105381467165",
    "pressure": "pa=Pa=1; hpa mbar=hPa=100; kpa=kPa=1000; mpa=MPa=1000000; bar=bar=100000; atm=atm=101325;"
    " psi=psi=6894.757293168361; gpa=GPa=1000000000; torr=Torr=133.322368421;"
    " kgf/cm2 kg/cm2=kgf/cm²=98066.5; inhg=inHg=3386.388640341; mmhg=mmHg=133.322387415",
    "power": "w=W=1; kw=kW=1000; mw=MW=1000000; gw=GW=1000000000; tw=TW=1000000000000; shp=shp=745.69987158227022;"
    " ihp=ihp=745.69987158227022; hp bhp=hp=745.69987158227022; ps=PS=735.49875",
    "energy": "j=J=1; kj=kJ=1000; mj=MJ=1000000; kcal=kcal=4184; cal=cal=4.184; kwh=kWh=3600000;"
    " wh=Wh=3600; mwh=MWh=3600000000; gwh=GWh=3600000000000; twh=TWh=3600000000000000; gj=GJ=1000000000;"
    " tj=TJ=1000000000000; pj=PJ=1000000000000000; btu=Btu=1055.05585262; ftlbf=ft⋅lbf=1.3558179483314004;"
    " ev=eV=0.0000000000000000001602176634; kev=keV=0.0000000000000001602176634; mev=MeV=0.0000000000001602176634;"
    " gev=GeV=0.0000000001602176634; erg=erg=0.0000001; ktnt ktontnt=kt TNT=4184000000000; mtnt mtontnt=Mt TNT=4184000000000000",
    "force": "n=N=1; kn.=kN=1000; lbf=lbf=4.4482216152605; kgf=kgf=9.80665",
    "torque": "nm. n.m=N⋅m=1; lbft lbfft ftlb=lb⋅ft=1.3558179483314004;"
    " lb.ft lbf.ft=lb⋅ft=1.3558179483314004; kgm kgf.m=kg⋅m=9.80665",
    "concentration": "kg/m3=kg/m³=1; g/cm3 g/cc=g/cm³=1000; lb/cuft=lb/cu ft=16.01846337396014;"
    " mg/l=mg/L=0.001; g/l=g/L=1",
    "load": "kg/m2=kg/m²=1; lb/sqft=lb/sq ft=4.88242763638305; g/m2=g/m²=0.001; oz/sqyd=oz/sq yd=0.0339057474748823",
    "change": "c-change °c-change=°C=1; f-change °f-change=°F=0.5555555555555555555556",
    "flow": "m3/s cumecs=m³/s=1; m3/d=m³/d=0.0000115740740740740741; oilbbl/d bbl/d=bbl/d=0.00000184013072833333;"
    " cuft/s=cu ft/s=0.028316846592; cuft/min cfm=cu ft/min=0.0004719474432; l/s=L/s=0.001; l/min=L/min=0.0000166666666666667;"
    " usgal/min=US gal/min=0.0000630901964; impgal/min=imp gal/min=0.0000757681666666667; m3/h=m³/h=0.000277777777777778;"
    " usgal/d=US gal/d=0.0000000438126363888889; km3/y=km³/a=31.6880878140289; acreft/y=acre⋅ft/a=0.0000390857032",
    "yield": "kg/ha=kg/ha=1; t/ha=t/ha=1000; lb/acre=lb/acre=1.12085115563",
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
UNITS_BY_CASE = pairs(
    "N=n;kN=kn.;Nm=nm.;MT=t;ST=shortton;LT=longton;MW=mw;mW=-;mJ=-;mPa=-;Mm=megametre"
    ";Gm=gigametre;ML=megalitre;GL=gigalitre;Mt=megatonne;nM=-;A=-"
)  # units that differ only in the case of a letter
SPELLED = pairs(
    "short ton=shortton;long ton=longton;sq mi=sqmi;sq ft=sqft;cu ft=cuft;acre.ft=acreft;u.s.gal=usgal;us gal=usgal"
    ";imp gal=impgal;square mile=sqmi;square miles=sqmi;km²=km2;m²=m2;square kilometre=km2;square kilometres=km2"
    ";long cwt=longcwt;short cwt=shortcwt;us pt=uspt;imp pt=imppt;us fl oz=usoz;imp fl oz=impoz;fl oz=usoz;sq yd=sqyd;sq in=sqin"
    ";cu in=cuin;cu yd=cuyd;cu mi=cumi;square foot=sqft;square feet=sqft;square metre=m2;square metres=m2;square meters=m2"
    ";cubic metre=m3;cubic metres=m3;cubic foot=cuft;cubic feet=cuft;nautical mile=nmi;nautical miles=nmi;light-year=ly"
    ";astronomical unit=au;metric ton=t;metric tons=t;horsepower=hp;celsius=c;fahrenheit=f;kelvin=k;square kilometers=km2"
)
MULTIPLES = {"e3": (3, "thousand "), "e6": (6, "million "), "e9": (9, "billion "), "e12": (12, "trillion ")}
OFFSETS = {"°C": Decimal("273.15"), "°F": Decimal("459.67") * 5 / 9, "K": Decimal(0)}  # the scale's zero, in kelvins
PARTS = {("ft", "in"): 12, ("mi", "yd"): 1760, ("yd", "ft"): 3, ("lb", "oz"): 16, ("st", "lb"): 14, ("mi", "ft"): 5280}
JOINED = {"ftin": ("ft", "in"), "footin": ("ft", "in"), "lboz": ("lb", "oz"), "stlb": ("st", "lb")}
RANGES = pairs("-=–;–=–;-to-=–;to= to ;to(-)= to ;to about= to about ;and= and ;and(-)= and ;&= & ;or= or ;/=/")
RANGES |= pairs("x= × ;xx= × ;×= × ;*= × ;by= by ;+= + ;±= ± ;+/-= ± ")


def unit(name: str) -> Unit | None:
    """A unit by any of its usual names; None if it is unknown."""
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
    """`value` in the target unit, rounded as the template's manual describes.

    Two significant digits, or as many decimals as the input has, shifted by the order of magnitude of the factor,
    whichever is more precise. `digits` is an explicit number of decimals, or of significant digits after an `s`.
    """
    ratio = source.size / target.size
    result = value * ratio
    if source.dimension == "temperature":
        result = (value * source.size + OFFSETS[source.symbol]) / target.size - OFFSETS[target.symbol] / target.size
    if value and "L/100 km" in (source.symbol, target.symbol) and source != target:  # fuel per distance: a reciprocal
        result = 100 / (value * source.size * target.size)
        return rounded(result, int(digits) if digits.isdecimal() else max(decimals(text), 1 - result.adjusted()))
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
    """{{convert|16|km|mi}}: values with their unit, then in the target units, if any is given."""
    words = [unescape(word) for word in arguments.list]
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
    if source == unit("hand"):  # 14.2 hands are 14 hands and 2 inches
        amounts = [amount // 1 + amount % 1 * 10 / 4 for amount in amounts]
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
    """The amounts in every unit of `name` (`km mi` is two); empty if none is known."""
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
    """Both sides of a conversion in the order and with the brackets that the editor chose."""
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


def height(arguments: Arguments) -> str:
    metres, feet, inches = arguments.get("m"), arguments.get("ft"), arguments.get("in")
    if metres:
        return convert(Arguments(f"{metres}|m|ftin"))
    return convert(Arguments(f"{feet}|ft|{inches or 0}|in|m|2"))


def gauge(arguments: Arguments) -> str:
    return re.sub(r"^([\d,.]+) ?(mm|in|ft)", lambda match: f"{grouped(match[1])} {match[2]}", arguments.at(0))
