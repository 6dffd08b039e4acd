from .form import Language

LANGUAGE = Language(
    name="Yakut",
    scripts=("cyrillic",),
    function_words="""
        уонна бу ол да буолар эбэтэр киһи баар суох буолан диэн кини кинилэр биһиги эһиги бары ханнык ким туох хайдах
        эрэ туһунан кытта курдук иһин
    """,
    letters="абвгҕдеёжзийклмнҥоөпрсһтуүфхцчшщъыьэюя",
)
