from .form import Language

LANGUAGE = Language(
    name="Javanese",
    scripts=("latin",),
    function_words="""
        lan sing ing saka iku ora kang karo kanggo ana wong dadi menyang uga utawa amarga nalika yaiku dheweke aku
        kowe kita iki kuwi wis isih arep bisa kudu saben kabeh liya liyane marang dening sawijining nanging yen apa
        sapa ngendi kapan supaya minangka luwih banget uwong sajroning lumantar miturut tanpa antarane wong-wong
    """,
)
