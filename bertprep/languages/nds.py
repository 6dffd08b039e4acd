from .form import Language

LANGUAGE = Language(
    name="Low German",
    scripts=("latin",),
    function_words="""
        de dat een un is in to mit för vun op an as nich bi ut na weer harr hett hebbt weern ook aver oder wenn
        denn wat wo wer he se wi ik du jem ehr sien sik dör över ünner noch ok disse düsse all keen kann schall
        mutt warrt worrn wesen vör bet van dei sünd tau jeedeen elkeen us hest büst bün wedder jümmer tosamen
        miene dien uut dörch ahn daarför daarvun keeneen kunn schull wull wüllt köönt anner anners seggt gifft
        maakt vundaag allens warrn hee dee sou mien orrer dröff heff ouk wän vull geiht steiht faken jüst noog
        geern hadde deit
    """,
)
