from .form import Abbreviations, Language, Template, Wiki

LANGUAGE = Language(
    name="Spanish",
    scripts=("latin",),
    function_words="""
        el la los las lo un una unos unas de del al y e o u pero sino que quien quienes cual cuales cuyo donde
        cuando como porque pues si no sí se su sus mi mis tu tus nuestro nuestra este esta estos estas ese esa
        esos esas aquel aquella esto eso él ella ellos ellas yo nosotros usted ustedes me te le les nos en con
        sin por para sobre entre hasta desde hacia según durante tras contra ante bajo es son era eran fue
        fueron ser está están estaba estaban ha han había habían hay también además embargo aunque mientras
        entonces después antes ahora hoy ya más muy todo todos toda todas otro otra otros otras cada algunos
        algunas muchos muchas así luego finalmente actualmente posteriormente cuándo dónde cómo qué quién cuál
        cuánto cuántos mañana ayer lamentablemente quizás quizá
    """,
    abbreviations=Abbreviations(
        never="""
            sr sra sres sras srta srtas dr dra dres dras dña prof profa lic licda ing arq gral gral cnel
            capt tte sgto cmdte mons rvdo rvda pbro fr sto sta st ste hno hnos hna excmo excma ilmo ilma
            p.ej ej cf cfr vid vs aprox fig figs caps vol vols ed edit eds ref pág págs pag pags pp núm núms
            num nº art arts sec secc tel tfno av avda avd ctra c/ pza plza pl izq dcha dpto depto prov prol
            op cit ob loc ibid trad comp coord dir gob pdte pte vpdte min max máx mín atte ca lat ingl gr al
            alt ant ap apdo bco blvd bibl cast cent cód desc dep doc ene feb abr jun jul ago sep sept oct
            nov dic s.m s.s s.a.r profe lcdo lcda mtro mtra dipl ps cra cll cl transv diag urb mz mza lt
            asent barr edif esq of ofic fracc deleg mpio pob km.² pto pta rte sdad subsecc supl tít tom trat
            vda vdo v.gr v.g ítem íd lám leg lib mns mss n.b op.cit párr ppal r.d reg s.a.i s.e ss.mm telef
            tip vcto admón bto cdad comte contralm excmos gta izda izdo jur lín ministr obs pg pgs rda rep
            sgo s.r.m suc
        """,
        maybe="""
            inc ltd co corp cía jr s.a s.l a.c d.c e.c u.s u.s.a ee.uu ee uu ee.uu ss ff.aa rr.hh jj.oo aa
            ud uds vd vds mag
        """,
        end="etc",
        number="n.º n.° nro nros lun mar mié mier jue vie sáb dom p § nota tabla v vv f ff cap res col no",
    ),
    section_words="""
        capítulo sección parte artículo anexo apéndice figura tabla cuadro libro título acto escena lección
        ejercicio teorema lema proposición definición ejemplo tema módulo unidad
    """,
    capital_after_semicolon=True,
    quotes=("«", "»"),
    separators=(" ", ","),
    months=(
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
        "noviembre", "diciembre",
    ),
    wiki=Wiki(
        files=("archivo", "imagen"),
        categories=("categoría", "cat"),
        redirects=("redirección", "redireccion"),
        sections=(
            "referencias", "enlaces externos", "véase también", "bibliografía", "notas y referencias",
            "otras lecturas", "véase además", "fuentes y referencias", "referencias y notas",
            "lecturas adicionales", "enlaces", "notas y citas",
        ),
        top_sections=("notas", "fuentes", "galería", "galería de imágenes"),
        disambiguation=("desambiguación", "desambiguacion", "desambig"),
        language_names={
            "en": "inglés", "de": "alemán", "fr": "francés", "it": "italiano", "ru": "ruso", "la": "latín",
            "el": "griego", "grc": "griego antiguo", "ja": "japonés", "zh": "chino", "ar": "árabe", "he": "hebreo",
            "tr": "turco", "pl": "polaco", "nl": "neerlandés", "pt": "portugués", "eu": "euskera", "ca": "catalán",
            "gl": "gallego", "ko": "coreano",
        },
        language_label="en {}: {}",
        templates=(
            Template("measure", ("unidad", "número", "esd-unidad")),
            Template("day", (
                "fecha", "fecha de inicio", "fecha de nacimiento", "fecha de fallecimiento",
            ), (" de ",)),
            Template("spanish_century", ("siglo",)),
            Template("literal", ("ac", "a. c.", "a.c."), ("a. C.",)),
            Template("literal", ("dc", "d. c.", "d.c."), ("d. C.",)),
            Template("in_marks", ("cita", "comillas"), ("«", "»")),
            Template("quote", ("cita bloque", "cita destacada")),
            Template("first", ("esd", "versalita", "versalitas", "ene", "sin cortes")),
            Template("spanish_ordinal", ("ord", "ordinal")),
            Template("raised", ("exp",), ("",)),
            Template("link", ("enlace interlingüístico", "enlace interlingüe"), ("2", "0")),
            Template("convert", ("convertir",)),
            Template("first", ("nowrap", "sin salto", "nobr", "refn texto", "delim")),
            Template("shows", ("sigla",), ("$1",)),
            Template("shows", ("siglos",), ("siglos $1 y $2",)),
            Template("shows", ("años",), ("$1 años",)),
        ),
        silent=(
            "cita requerida", "cr", "¿quién?", "quién", "¿cuándo?", "cuándo", "¿dónde?", "aclarar",
            "aclaración requerida", "harvnp", "harvsp", "sfn", "ref-llena", "bandera2", "bandera icono",
            "sin referencias", "¿cuál?", "actualizar", "página requerida", "dudoso", "discutido", "enlace roto",
            "afi", "n.", "refn", "demostrar", "a quién", "¿según quién?",
        ),
    ),
)
