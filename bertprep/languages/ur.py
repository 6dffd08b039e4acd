from .form import Language

LANGUAGE = Language(
    name="Urdu",
    scripts=("arabic",),
    letters="ٹڈڑےں",
    dots_pause=True,
)
