from .form import Abbreviations, Language

LANGUAGE = Language(
    name="Thai",
    scripts=("thai",),
    abbreviations=Abbreviations(
        never="""
            ดร นพ พญ ทพ ศ ผศ รศ พล.อ พล.ต พล.ท พ.อ พ.ต พ.ท ร.อ ร.ต ร.ท น.อ น.ต น.ท จ.ส.อ ส.ต.อ พ.ต.อ พ.ต.ท
            พ.ต.ต พล.ต.อ พล.ต.ต พล.ต.ท ร.ต.อ ร.ต.ท ร.ต.ต น.ส ม.ร.ว ม.จ ม.ล พ.ศ ค.ศ ร.ศ ม.ค ก.พ มี.ค เม.ย พ.ค
            มิ.ย ก.ค ส.ค ก.ย ต.ค พ.ย ธ.ค จ อ ต ถ ซ กทม กม ซม มม กก มก มล น ส.ส ส.ว โทร รร สน ครม ผบ ตร สส สว
            อบต
        """,
    ),
    section_words="บทที่ บท มาตรา",
    clauses=True,
    ellipsis_pauses=True,
    final_particles="ครับ ค่ะ คะ ไหม มั้ย จ้ะ จ๊ะ จ้า เหรอ",
)
